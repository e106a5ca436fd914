import { byUser, flow, step, when } from '#flow'
import serviceAuthorization from '../migration/service-authorization.flow.ts'
import { session } from '../vocabulary/conditions.ts'
import { privateCallTowardsMigrated } from '../vocabulary/specifications.ts'
import { accepted, hasMigratedReason, migratedParty, refused, securityDomain } from '../vocabulary/values.ts'
import { automaticCommencement, calledParty, callingParty, endToEndSecurity } from '../vocabulary/values.ts'
import { floorControl } from '../vocabulary/values.ts'
import { calledClient, callingClient, partnerGateway, partnerServer, primaryGateway } from './actors.ts'
import { primaryServer } from './actors.ts'
import { hasMigrated, mayCall, takesCall } from './checks.ts'
import { PrivateCallEndRequest, PrivateCallEndResponse, PrivateCallRedirection } from './messages.ts'
import { PrivateCallRequest, PrivateCallRequestRelease, PrivateCallResponse } from './messages.ts'
import { privateCommunications, unplayedCommunications } from './services.ts'

const kindOfCall = { endToEndSecurity, floorControl, automaticCommencement }

export default flow({
  id: 'redirection/private-call',
  title: 'Private call towards a migrated MC service user',
  spec: { ...privateCallTowardsMigrated, figure: '10.16.y.3-1' },
  actors: [callingClient, primaryServer, primaryGateway, partnerGateway, partnerServer, calledClient],
  given: [
    'MC system A and MC system B are interconnected',
    'MC system A is the primary MC system of MC service user 2 before migration',
  ],
  preconditions: [
    {
      that: 'MC service user 2 has migrated to MC system B, and MC service server A is informed of the MC service ID that MC system B provided',
      by: serviceAuthorization,
      as: { client: calledClient },
      values: { mcServiceId: calledParty, temporaryId: migratedParty },
      shownBy: hasMigrated,
    },
  ],
  steps: [
    byUser(
      step(1, callingClient.sends(PrivateCallRequest).to(primaryServer), { callingParty, calledParty, ...kindOfCall }),
    ),
    step('1a', primaryServer.checks(mayCall), {
      otherwise: [step('1b', primaryServer.sends(PrivateCallResponse).to(callingClient), { result: refused })],
    }),
    step(2, primaryServer.checks(hasMigrated), {
      otherwise: [step('2a', primaryServer.sends(PrivateCallResponse).to(callingClient), { result: refused })],
    }),
    step(3, primaryServer.sends(PrivateCallRedirection).to(callingClient), {
      callingParty,
      calledParty,
      redirectedTo: migratedParty,
      securityDomain,
      reason: hasMigratedReason,
    }),
    when(session, step('3a', callingClient.sends(PrivateCallRequestRelease).to(primaryServer), {})),
    step(5, callingClient.sends(PrivateCallRequest).to(primaryServer), {
      callingParty,
      calledParty: migratedParty,
      securityDomain,
      ...kindOfCall,
    }),
    step('5a', primaryServer.forwards(PrivateCallRequest).to(primaryGateway), { routedBy: migratedParty }),
    step('5b', primaryGateway.forwards(PrivateCallRequest).to(partnerGateway), {
      routedBy: migratedParty,
      hides: [primaryServer],
    }),
    step('5c', partnerGateway.forwards(PrivateCallRequest).to(partnerServer), { routedBy: migratedParty }),
    step('5d', partnerServer.forwards(PrivateCallRequest).to(calledClient), { routedBy: migratedParty }),
    step('5da', calledClient.checks(takesCall), { otherwise: '5e', last: '5i', result: refused }),
    step('5e', calledClient.sends(PrivateCallResponse).to(partnerServer), { result: accepted }),
    step('5f', partnerServer.forwards(PrivateCallResponse).to(partnerGateway)),
    step('5g', partnerGateway.forwards(PrivateCallResponse).to(primaryGateway), { hides: [partnerServer] }),
    step('5h', primaryGateway.forwards(PrivateCallResponse).to(primaryServer)),
    step('5i', primaryServer.forwards(PrivateCallResponse).to(callingClient)),
    // The established call is released (TS 23.379 10.7.2.2.3).
    when(session, byUser(step(6, callingClient.sends(PrivateCallEndRequest).to(primaryServer), {}))),
    when(session, step('6a', primaryServer.forwards(PrivateCallEndRequest).to(primaryGateway))),
    when(session, step('6b', primaryGateway.forwards(PrivateCallEndRequest).to(partnerGateway))),
    when(session, step('6c', partnerGateway.forwards(PrivateCallEndRequest).to(partnerServer))),
    when(session, step('6d', partnerServer.forwards(PrivateCallEndRequest).to(calledClient))),
    when(session, step('6e', calledClient.sends(PrivateCallEndResponse).to(partnerServer), {})),
    when(session, step('6f', partnerServer.forwards(PrivateCallEndResponse).to(partnerGateway))),
    when(session, step('6g', partnerGateway.forwards(PrivateCallEndResponse).to(primaryGateway))),
    when(session, step('6h', primaryGateway.forwards(PrivateCallEndResponse).to(primaryServer))),
    when(session, step('6i', primaryServer.forwards(PrivateCallEndResponse).to(callingClient))),
  ],
  services: privateCommunications,
  unplayed: unplayedCommunications,
  variants: {
    'both-gateways': { title: 'both MC systems employ gateway servers', without: [] },
    'partner-gateway-only': { title: 'only MC system B employs a gateway server', without: [primaryGateway] },
    'primary-gateway-only': { title: 'only MC system A employs a gateway server', without: [partnerGateway] },
    'no-gateways': { title: 'no MC system employs gateway servers', without: [partnerGateway, primaryGateway] },
  },
})
