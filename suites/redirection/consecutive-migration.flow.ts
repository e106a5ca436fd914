import { byUser, flow, step, when } from '#flow'
import consecutiveMigration from '../migration/consecutive-migration.flow.ts'
import serviceAuthorization from '../migration/service-authorization.flow.ts'
import { session } from '../vocabulary/conditions.ts'
import { privateCallTowardsMigrated } from '../vocabulary/specifications.ts'
import { accepted, hasMigratedReason, securityDomain } from '../vocabulary/values.ts'
import { automaticCommencement, calledParty, callingParty, endToEndSecurity } from '../vocabulary/values.ts'
import { floorControl, formerParty, furtherParty } from '../vocabulary/values.ts'
import { calledClient, callingClient, partnerServer, primaryServer, secondPartnerServer } from './actors.ts'
import { PrivateCallRedirection, PrivateCallRequest } from './messages.ts'
import { PrivateCallRequestRelease, PrivateCallResponse } from './messages.ts'
import { privateCommunications, unplayedCommunications } from './services.ts'

const kindOfCall = { endToEndSecurity, floorControl, automaticCommencement }

/** The paragraph "For consecutive migration" of TS 23.280 10.16.y.3; it has no numbered steps of its own. */
export default flow({
  id: 'redirection/consecutive-migration',
  title: 'Private call towards an MC service user who has migrated once more',
  spec: { ...privateCallTowardsMigrated, figure: '10.16.y.3-1' },
  actors: [callingClient, primaryServer, partnerServer, secondPartnerServer, calledClient],
  given: [
    'MC service user 1 knows MC service user 2 by the MC service ID of MC system B',
    'MC systems A, B and C are interconnected, without gateway servers',
  ],
  preconditions: [
    {
      that: 'MC service user 2 has migrated to MC system B',
      by: serviceAuthorization,
      as: { client: calledClient },
      values: { mcServiceId: calledParty, temporaryId: formerParty },
    },
    {
      that: 'MC service user 2 has migrated further to MC system C, and is no longer available at MC system B',
      by: consecutiveMigration,
      as: { client: calledClient },
      values: { mcServiceId: calledParty },
    },
  ],
  steps: [
    byUser(
      step(1, callingClient.sends(PrivateCallRequest).to(primaryServer), {
        callingParty,
        calledParty: formerParty,
        ...kindOfCall,
      }),
    ),
    step('1a', primaryServer.forwards(PrivateCallRequest).to(partnerServer), { routedBy: formerParty }),
    step(2, partnerServer.sends(PrivateCallRedirection).to(primaryServer), {
      callingParty,
      calledParty: formerParty,
      redirectedTo: calledParty,
      reason: hasMigratedReason,
    }),
    step('2a', primaryServer.forwards(PrivateCallRedirection).to(callingClient)),
    when(session, step(3, callingClient.sends(PrivateCallRequestRelease).to(primaryServer), {})),
    when(session, step('3a', primaryServer.forwards(PrivateCallRequestRelease).to(partnerServer))),
    step(4, callingClient.sends(PrivateCallRequest).to(primaryServer), { callingParty, calledParty, ...kindOfCall }),
    step(5, primaryServer.sends(PrivateCallRedirection).to(callingClient), {
      callingParty,
      calledParty,
      redirectedTo: furtherParty,
      securityDomain,
      reason: hasMigratedReason,
    }),
    when(session, step('5a', callingClient.sends(PrivateCallRequestRelease).to(primaryServer), {})),
    step(6, callingClient.sends(PrivateCallRequest).to(primaryServer), {
      callingParty,
      calledParty: furtherParty,
      securityDomain,
      ...kindOfCall,
    }),
    step('6a', primaryServer.forwards(PrivateCallRequest).to(secondPartnerServer), { routedBy: furtherParty }),
    step('6b', secondPartnerServer.forwards(PrivateCallRequest).to(calledClient), { routedBy: furtherParty }),
    step('6c', calledClient.sends(PrivateCallResponse).to(secondPartnerServer), { result: accepted }),
    step('6d', secondPartnerServer.forwards(PrivateCallResponse).to(primaryServer)),
    step('6e', primaryServer.forwards(PrivateCallResponse).to(callingClient)),
  ],
  services: privateCommunications,
  unplayed: unplayedCommunications,
  variants: { 'no-gateways': { title: 'no MC system employs gateway servers', without: [] } },
})
