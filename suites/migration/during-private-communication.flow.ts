import { byUser, flow, step } from '#flow'
import { calledClient, callingClient, partnerServer, primaryServer } from '../redirection/actors.ts'
import { secondConfigurationServer, secondPartnerServer } from '../redirection/actors.ts'
import { PrivateCallEndRequest, PrivateCallEndResponse } from '../redirection/messages.ts'
import { PrivateCallRequest, PrivateCallResponse } from '../redirection/messages.ts'
import { privateCalls } from '../redirection/services.ts'
import { migrationDuringPrivateCommunication } from '../vocabulary/specifications.ts'
import { accepted, automaticCommencement, calledParty, callerCredentials } from '../vocabulary/values.ts'
import { callingParty, floorControl, isMigratingReason, migratedCaller } from '../vocabulary/values.ts'
import { migratedParty, profileCredentials, secondPartnerSystem, userProfileIndex } from '../vocabulary/values.ts'
import { UserProfileRequest, UserProfileResponse } from './messages.ts'
import serviceAuthorization from './service-authorization.flow.ts'

const kindOfCall = { floorControl, automaticCommencement }

/** MC system C is a partner MC system (steps 4b and 5b); between MC systems there is no gateway server. */
export default flow({
  id: 'migration/during-private-communication',
  title: 'Migration during an ongoing private communication',
  spec: { ...migrationDuringPrivateCommunication, figure: '10.16.4.2-1' },
  actors: [callingClient, primaryServer, partnerServer, secondPartnerServer, secondConfigurationServer, calledClient],
  given: [
    'MC system A is the primary MC system of MC service user 1, and MC system C a partner MC system',
    'MC service client 1 detects in step 2 that it needs to migrate to MC system C, once the private call is established',
  ],
  preconditions: [
    {
      that: 'MC service user 2 is served by MC system B',
      by: serviceAuthorization,
      as: { client: calledClient },
      values: { mcServiceId: calledParty, temporaryId: migratedParty },
    },
  ],
  steps: [
    byUser(
      step(1, callingClient.sends(PrivateCallRequest).to(primaryServer), {
        callingParty,
        calledParty: migratedParty,
        ...kindOfCall,
      }),
    ),
    step('1a', primaryServer.forwards(PrivateCallRequest).to(partnerServer), { routedBy: migratedParty }),
    step('1b', partnerServer.forwards(PrivateCallRequest).to(calledClient), { routedBy: migratedParty }),
    step('1c', calledClient.sends(PrivateCallResponse).to(partnerServer), { result: accepted }),
    step('1d', partnerServer.forwards(PrivateCallResponse).to(primaryServer)),
    step('1e', primaryServer.forwards(PrivateCallResponse).to(callingClient)),
    byUser(step(3, callingClient.sends(PrivateCallEndRequest).to(primaryServer), { releaseReason: isMigratingReason })),
    step('3a', primaryServer.forwards(PrivateCallEndRequest).to(partnerServer)),
    step('3b', partnerServer.forwards(PrivateCallEndRequest).to(calledClient)),
    step('3c', calledClient.sends(PrivateCallEndResponse).to(partnerServer), {}),
    step('3d', partnerServer.forwards(PrivateCallEndResponse).to(primaryServer)),
    step('3e', primaryServer.forwards(PrivateCallEndResponse).to(callingClient)),
    byUser(
      step('4b', callingClient.sends(UserProfileRequest).to(secondConfigurationServer), {
        mcServiceId: migratedCaller,
        credentials: profileCredentials,
        userProfileIndex,
      }),
    ),
    step('4ba', secondConfigurationServer.sends(UserProfileResponse).to(callingClient), {
      result: accepted,
      mcServiceId: migratedCaller,
      userProfileIndex,
    }),
    byUser(
      step('5b', callingClient.performs(serviceAuthorization), {
        as: { client: callingClient, partnerServer: secondPartnerServer },
        values: {
          mcServiceId: callingParty,
          temporaryId: migratedCaller,
          partnerSystem: secondPartnerSystem,
          credentials: callerCredentials,
        },
      }),
    ),
    byUser(
      step(6, callingClient.sends(PrivateCallRequest).to(secondPartnerServer), {
        callingParty: migratedCaller,
        calledParty: migratedParty,
        ...kindOfCall,
      }),
    ),
    step('6a', secondPartnerServer.forwards(PrivateCallRequest).to(partnerServer), { routedBy: migratedParty }),
    step('6b', partnerServer.forwards(PrivateCallRequest).to(calledClient), { routedBy: migratedParty }),
    step('6c', calledClient.sends(PrivateCallResponse).to(partnerServer), { result: accepted }),
    step('6d', partnerServer.forwards(PrivateCallResponse).to(secondPartnerServer)),
    step('6e', secondPartnerServer.forwards(PrivateCallResponse).to(callingClient)),
  ],
  services: privateCalls,
  variants: { 'no-gateways': { title: 'no MC system employs gateway servers', without: [] } },
})
