import { byUser, flow, step } from '#flow'
import { GroupAffiliationRequest, GroupAffiliationResponse } from '../group/messages.ts'
import { client } from '../vocabulary/actors.ts'
import { accepted, groupId, mcServiceId, primaryCredentials } from '../vocabulary/values.ts'
import { participatingServer } from './actors.ts'
import { ServiceAuthorizationRequest, ServiceAuthorizationResponse } from '../migration/messages.ts'
import { serviceAuthorizationInPrimary } from '../vocabulary/specifications.ts'
import { groupCommunications } from './services.ts'

/** What a client does when it has re-connected to the primary MC system, the group being one of that system. */
export default flow({
  id: 'continuity/primary-attachment',
  title: 'Service authorization and affiliation in the primary MC system',
  spec: { ...serviceAuthorizationInPrimary, figure: 'none' },
  actors: [client, participatingServer],
  given: ['The MC service UE is connected to the primary MC system', 'The MC service user is a member of the group'],
  steps: [
    byUser(
      step(1, client.sends(ServiceAuthorizationRequest).to(participatingServer), {
        mcServiceId,
        credentials: primaryCredentials,
      }),
    ),
    step(2, participatingServer.sends(ServiceAuthorizationResponse).to(client), { result: accepted }),
    byUser(step(3, client.sends(GroupAffiliationRequest).to(participatingServer), { mcServiceId, groupId })),
    step(4, participatingServer.sends(GroupAffiliationResponse).to(client), { result: accepted }),
  ],
  services: groupCommunications,
  variants: { 'no-gateways': { title: 'within the primary MC system', without: [] } },
})
