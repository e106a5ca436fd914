import { byUser, flow, step } from '#flow'
import { client, primaryServer } from '../vocabulary/actors.ts'
import { mayBeServed, servedInPrimary } from '../vocabulary/checks.ts'
import { serviceAuthorizationInPrimary } from '../vocabulary/specifications.ts'
import { accepted, mcServiceId, primaryCredentials, refused } from '../vocabulary/values.ts'
import { ServiceAuthorizationRequest, ServiceAuthorizationResponse } from './messages.ts'
import serviceAuthorization from './service-authorization.flow.ts'
import serviceDeauthorization from './service-deauthorization.flow.ts'

/** As any service authorization in the own MC system: the migration has ended, and nobody need be told. */
export default flow({
  id: 'migration/return-after-leaving',
  title: 'Return to the primary MC system after leaving the partner MC system',
  spec: { ...serviceAuthorizationInPrimary, figure: 'none' },
  actors: [client, primaryServer],
  given: [
    'User authentication has supplied the client with credentials for service authorization in the primary MC system',
    'The MC systems are interconnected, without gateway servers',
  ],
  preconditions: [
    { that: 'the MC service user has migrated to the partner MC system', by: serviceAuthorization },
    { that: 'the MC service user has left the partner MC system', by: serviceDeauthorization },
  ],
  steps: [
    byUser(
      step(1, client.sends(ServiceAuthorizationRequest).to(primaryServer), {
        mcServiceId,
        credentials: primaryCredentials,
      }),
    ),
    step(2, primaryServer.checks(mayBeServed), {
      otherwise: [step('2a', primaryServer.sends(ServiceAuthorizationResponse).to(client), { result: refused })],
    }),
    step(3, primaryServer.sends(ServiceAuthorizationResponse).to(client), { result: accepted }),
  ],
  outcome: [
    { at: primaryServer, state: servedInPrimary },
    { at: client, state: servedInPrimary },
  ],
  variants: { 'no-gateways': { title: 'no MC system employs gateway servers', without: [] } },
})
