import { byUser, flow, step, when } from '#flow'
import returnToPrimary from '../migration/return-to-primary.flow.ts'
import serviceAuthorization from '../migration/service-authorization.flow.ts'
import { session } from '../vocabulary/conditions.ts'
import { privateCallTowardsMigrated } from '../vocabulary/specifications.ts'
import { accepted, automaticCommencement, calledParty, callingParty } from '../vocabulary/values.ts'
import { endToEndSecurity, floorControl, formerParty, hasMigratedReason, refused } from '../vocabulary/values.ts'
import { calledClient, callingClient, partnerServer, primaryServer } from './actors.ts'
import { takesCallAtHome } from './checks.ts'
import { PrivateCallRedirection, PrivateCallRequest } from './messages.ts'
import { PrivateCallRequestRelease, PrivateCallResponse } from './messages.ts'
import { privateCommunications, unplayedCommunications } from './services.ts'

const kindOfCall = { endToEndSecurity, floorControl, automaticCommencement }

/** The paragraph "For consecutive migration" of TS 23.280 10.16.y.3, of who "returns to its primary MC system A". */
export default flow({
  id: 'redirection/returned-user',
  title: 'Private call towards an MC service user who has returned to the primary MC system',
  spec: { ...privateCallTowardsMigrated, figure: '10.16.y.3-1' },
  actors: [callingClient, primaryServer, partnerServer, calledClient],
  given: [
    'MC service user 1 knows MC service user 2 by the MC service ID of MC system B',
    'MC systems A and B are interconnected, without gateway servers',
  ],
  preconditions: [
    {
      that: 'MC service user 2 has migrated to MC system B',
      by: serviceAuthorization,
      as: { client: calledClient },
      values: { mcServiceId: calledParty, temporaryId: formerParty },
    },
    {
      that: 'MC service user 2 has returned to MC system A',
      by: returnToPrimary,
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
    step('4a', primaryServer.forwards(PrivateCallRequest).to(calledClient), { routedBy: calledParty }),
    step('4b', calledClient.checks(takesCallAtHome), { otherwise: 5, last: '5a', result: refused }),
    step(5, calledClient.sends(PrivateCallResponse).to(primaryServer), { result: accepted }),
    step('5a', primaryServer.forwards(PrivateCallResponse).to(callingClient)),
  ],
  services: privateCommunications,
  unplayed: unplayedCommunications,
  variants: { 'no-gateways': { title: 'no MC system employs gateway servers', without: [] } },
})
