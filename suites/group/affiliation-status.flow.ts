import { anyOrder, byUser, flow, step } from '#flow'
import { client, primaryServer } from '../vocabulary/actors.ts'
import { affiliationStatus } from '../vocabulary/specifications.ts'
import { accepted, groupId, mcServiceId } from '../vocabulary/values.ts'
import { AffiliationStatusNotification, AffiliationStatusRequest, AffiliationStatusResponse } from './messages.ts'
import prearrangedCallReception from './prearranged-call-reception.flow.ts'
import { groupCommunications } from './services.ts'

/** How an affiliation is seen from outside. */
export default flow({
  id: 'group/affiliation-status',
  title: 'Affiliation status determination',
  spec: { ...affiliationStatus, figure: 'none' },
  actors: [client, primaryServer],
  given: ['The MC service user is a member of an MC service group of the primary MC system'],
  preconditions: [
    {
      that: 'the MC service user is affiliated to the MC service group',
      by: prearrangedCallReception,
      values: { mcServiceId, groupId },
    },
  ],
  steps: [
    byUser(step(1, client.sends(AffiliationStatusRequest).to(primaryServer), { mcServiceId })),
    anyOrder(
      step(2, primaryServer.sends(AffiliationStatusResponse).to(client), { result: accepted }),
      step(3, primaryServer.sends(AffiliationStatusNotification).to(client), { mcServiceId, groupId }),
    ),
  ],
  services: groupCommunications,
  variants: { 'no-gateways': { title: 'within the primary MC system', without: [] } },
})
