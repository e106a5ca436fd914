import { anyOrder, byUser, flow, step } from '#flow'
import { client, primaryServer } from '../vocabulary/actors.ts'
import { affiliated } from '../vocabulary/checks.ts'
import { lateEntry } from '../vocabulary/specifications.ts'
import { accepted, groupId, mcServiceId } from '../vocabulary/values.ts'
import { GroupAffiliationRequest, GroupAffiliationResponse, GroupCallRequest, GroupCallResponse } from './messages.ts'
import { groupCommunications } from './services.ts'

/** How a client comes to receive a group call that is ongoing: it affiliates, and so is called in late. */
export default flow({
  id: 'group/prearranged-call-reception',
  title: 'Affiliation to an MC service group, and late entry into its ongoing group call',
  spec: { ...lateEntry, figure: 'none' },
  actors: [client, primaryServer],
  given: [
    'The MC service user is a member of an MC service group of the primary MC system',
    'A prearranged group call of that group is ongoing in the primary MC system',
  ],
  steps: [
    byUser(step(1, client.sends(GroupAffiliationRequest).to(primaryServer), { mcServiceId, groupId })),
    step('1a', primaryServer.records(affiliated), { groupId }),
    anyOrder(
      step(2, primaryServer.sends(GroupAffiliationResponse).to(client), { result: accepted }),
      step(3, primaryServer.sends(GroupCallRequest).to(client), { mcServiceId, groupId }),
    ),
    step(4, client.sends(GroupCallResponse).to(primaryServer), { result: accepted }),
  ],
  services: groupCommunications,
  variants: { 'no-gateways': { title: 'within the primary MC system', without: [] } },
})
