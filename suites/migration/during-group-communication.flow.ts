import { anyOrder, byUser, flow, step } from '#flow'
import affiliationStatus from '../group/affiliation-status.flow.ts'
import { mayAffiliate } from '../group/checks.ts'
import { GroupAffiliationRequest, GroupAffiliationResponse, GroupCallEndRequest } from '../group/messages.ts'
import { GroupCallEndResponse, GroupCallRequest, GroupCallResponse } from '../group/messages.ts'
import { GroupDeaffiliationRequest, GroupDeaffiliationResponse } from '../group/messages.ts'
import prearrangedCallReception from '../group/prearranged-call-reception.flow.ts'
import { groupCommunications, unplayedGroupCommunications } from '../group/services.ts'
import { client, partnerConfigurationServer, partnerGateway, partnerServer } from '../vocabulary/actors.ts'
import { primaryGateway, primaryServer } from '../vocabulary/actors.ts'
import { userInformed } from '../vocabulary/checks.ts'
import { migrationDuringGroupCommunication } from '../vocabulary/specifications.ts'
import { accepted, groupId, mcServiceId, refused, servedIdentity } from '../vocabulary/values.ts'
import { servedProfileCredentials, userProfileIndex } from '../vocabulary/values.ts'
import { UserProfileRequest, UserProfileResponse } from './messages.ts'
import serviceAuthorization from './service-authorization.flow.ts'

/** TS 23.280 10.16.2.2; the migration between its steps 1 and 2 has no number of its own there. MCData is for further study. */
export default flow({
  id: 'migration/during-group-communication',
  title: 'Migration to a partner MC system during an ongoing group call',
  spec: { ...migrationDuringGroupCommunication, figure: '10.16.2.2-1' },
  actors: [client, partnerConfigurationServer, partnerServer, partnerGateway, primaryGateway, primaryServer],
  given: [
    'The MC service UE detects the need to change the MC system',
    'The group call is ongoing in the partner MC system too, and its MC service server knows the MC service group',
  ],
  preconditions: [
    {
      that: 'the MC service client is a receiving party in an ongoing group call in the primary MC system',
      by: prearrangedCallReception,
    },
  ],
  steps: [
    byUser(step(1, client.sends(GroupDeaffiliationRequest).to(primaryServer), { mcServiceId })),
    anyOrder(
      step('1a', primaryServer.sends(GroupDeaffiliationResponse).to(client), { result: accepted }),
      step('1b', primaryServer.sends(GroupCallEndRequest).to(client), {}),
    ),
    step('1c', client.sends(GroupCallEndResponse).to(primaryServer), {}),
    byUser(step('1d', client.performs(serviceAuthorization), { as: {} })),
    byUser(
      step(2, client.sends(UserProfileRequest).to(partnerConfigurationServer), {
        mcServiceId: servedIdentity,
        credentials: servedProfileCredentials,
        userProfileIndex,
      }),
    ),
    step('2a', partnerConfigurationServer.sends(UserProfileResponse).to(client), {
      result: accepted,
      mcServiceId: servedIdentity,
      userProfileIndex,
    }),
    byUser(step(3, client.sends(GroupAffiliationRequest).to(partnerServer), { mcServiceId: servedIdentity, groupId })),
    step('3a', partnerServer.checks(mayAffiliate), {
      otherwise: [step('3b', partnerServer.sends(GroupAffiliationResponse).to(client), { result: refused })],
    }),
    anyOrder(
      step('3c', partnerServer.sends(GroupAffiliationResponse).to(client), { result: accepted }),
      step(4, partnerServer.sends(GroupCallRequest).to(client), { mcServiceId: servedIdentity, groupId }),
    ),
    step('4a', client.sends(GroupCallResponse).to(partnerServer), { result: accepted }),
    step(5, client.records(userInformed), { groupId }),
    byUser(
      step('5a', client.performs(affiliationStatus), {
        as: { client, primaryServer: partnerServer },
        values: { mcServiceId: servedIdentity },
      }),
    ),
  ],
  services: groupCommunications,
  unplayed: unplayedGroupCommunications,
  variants: {
    'both-gateways': { title: 'both MC systems employ gateway servers', without: [] },
    'partner-gateway-only': { title: 'only the partner MC system employs a gateway server', without: [primaryGateway] },
    'primary-gateway-only': { title: 'only the primary MC system employs a gateway server', without: [partnerGateway] },
    'no-gateways': { title: 'no MC system employs gateway servers', without: [partnerGateway, primaryGateway] },
  },
})
