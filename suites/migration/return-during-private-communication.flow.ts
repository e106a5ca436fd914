import { actors, byUser, flow, step } from '#flow'
import { PrivateCallEndRequest, PrivateCallEndResponse } from '../redirection/messages.ts'
import { PrivateCallRequest, PrivateCallResponse } from '../redirection/messages.ts'
import { privateCalls } from '../redirection/services.ts'
import { migrationDuringPrivateCommunication } from '../vocabulary/specifications.ts'
import { accepted, automaticCommencement, calledParty, callerCredentials } from '../vocabulary/values.ts'
import { callerPrimaryCredentials, callingParty, floorControl, isMigratingReason } from '../vocabulary/values.ts'
import { migratedCaller, migratedParty, primaryProfileCredentials } from '../vocabulary/values.ts'
import { secondPartnerSystem, userProfileIndex } from '../vocabulary/values.ts'
import { UserProfileRequest, UserProfileResponse } from './messages.ts'
import returnToPrimary from './return-to-primary.flow.ts'
import serviceAuthorization from './service-authorization.flow.ts'

/** The MC systems of figure 10.16.4.2-1, where C is the primary one of MC service user 1. */
const { callingClient, secondPartnerServer, partnerServer, primaryServer, configurationServer, calledClient } = actors({
  callingClient: 'MC service client 1',
  secondPartnerServer: 'MC service server A',
  partnerServer: 'MC service server B',
  primaryServer: 'MC service server C',
  configurationServer: 'configuration management server C',
  calledClient: 'MC service client 2',
})

const kindOfCall = { floorControl, automaticCommencement }

/** Steps 4a and 5a; 4b and 5b are in migration/during-private-communication. */
export default flow({
  id: 'migration/return-during-private-communication',
  title: 'Return to the primary MC system during an ongoing private communication',
  spec: { ...migrationDuringPrivateCommunication, figure: '10.16.4.2-1' },
  actors: [callingClient, secondPartnerServer, partnerServer, primaryServer, configurationServer, calledClient],
  given: [
    'MC system C is the primary MC system of MC service user 1, and MC system A a partner MC system',
    'MC service client 1 detects in step 2 that it needs to migrate to MC system C, once the private call is established',
    'Between MC systems there is no gateway server',
  ],
  preconditions: [
    {
      that: 'MC service user 2 is served by MC system B',
      by: serviceAuthorization,
      as: { client: calledClient },
      values: { mcServiceId: calledParty, temporaryId: migratedParty },
    },
    {
      that: 'MC service user 1 has migrated to MC system A',
      by: serviceAuthorization,
      as: { client: callingClient, partnerServer: secondPartnerServer },
      values: {
        mcServiceId: callingParty,
        temporaryId: migratedCaller,
        partnerSystem: secondPartnerSystem,
        credentials: callerCredentials,
      },
    },
  ],
  steps: [
    byUser(
      step(1, callingClient.sends(PrivateCallRequest).to(secondPartnerServer), {
        callingParty: migratedCaller,
        calledParty: migratedParty,
        ...kindOfCall,
      }),
    ),
    step('1a', secondPartnerServer.forwards(PrivateCallRequest).to(partnerServer), { routedBy: migratedParty }),
    step('1b', partnerServer.forwards(PrivateCallRequest).to(calledClient), { routedBy: migratedParty }),
    step('1c', calledClient.sends(PrivateCallResponse).to(partnerServer), { result: accepted }),
    step('1d', partnerServer.forwards(PrivateCallResponse).to(secondPartnerServer)),
    step('1e', secondPartnerServer.forwards(PrivateCallResponse).to(callingClient)),
    byUser(
      step(3, callingClient.sends(PrivateCallEndRequest).to(secondPartnerServer), { releaseReason: isMigratingReason }),
    ),
    step('3a', secondPartnerServer.forwards(PrivateCallEndRequest).to(partnerServer)),
    step('3b', partnerServer.forwards(PrivateCallEndRequest).to(calledClient)),
    step('3c', calledClient.sends(PrivateCallEndResponse).to(partnerServer), {}),
    step('3d', partnerServer.forwards(PrivateCallEndResponse).to(secondPartnerServer)),
    step('3e', secondPartnerServer.forwards(PrivateCallEndResponse).to(callingClient)),
    byUser(
      step('4a', callingClient.sends(UserProfileRequest).to(configurationServer), {
        mcServiceId: callingParty,
        credentials: primaryProfileCredentials,
        userProfileIndex,
      }),
    ),
    step('4aa', configurationServer.sends(UserProfileResponse).to(callingClient), {
      result: accepted,
      mcServiceId: callingParty,
      userProfileIndex,
    }),
    byUser(
      step('5a', callingClient.performs(returnToPrimary), {
        as: { client: callingClient, partnerServer: secondPartnerServer },
        values: {
          mcServiceId: callingParty,
          partnerSystem: secondPartnerSystem,
          primaryCredentials: callerPrimaryCredentials,
        },
      }),
    ),
    byUser(
      step(6, callingClient.sends(PrivateCallRequest).to(primaryServer), {
        callingParty,
        calledParty: migratedParty,
        ...kindOfCall,
      }),
    ),
    step('6a', primaryServer.forwards(PrivateCallRequest).to(partnerServer), { routedBy: migratedParty }),
    step('6b', partnerServer.forwards(PrivateCallRequest).to(calledClient), { routedBy: migratedParty }),
    step('6c', calledClient.sends(PrivateCallResponse).to(partnerServer), { result: accepted }),
    step('6d', partnerServer.forwards(PrivateCallResponse).to(primaryServer)),
    step('6e', primaryServer.forwards(PrivateCallResponse).to(callingClient)),
  ],
  services: privateCalls,
  variants: { 'no-gateways': { title: 'no MC system employs gateway servers', without: [] } },
})
