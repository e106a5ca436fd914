import { anyOrder, byUser, flow, step } from '#flow'
import { client, partnerGateway, partnerServer, primaryGateway, primaryServer } from '../vocabulary/actors.ts'
import { mayBeServed, migrated, servedInPrimary, serviceAuthorized } from '../vocabulary/checks.ts'
import { returnToPrimary } from '../vocabulary/specifications.ts'
import { accepted, mcServiceId, partnerSystem, primaryCredentials, refused } from '../vocabulary/values.ts'
import { MigrationEndNotification, ServiceAuthorizationRequest } from './messages.ts'
import { ServiceAuthorizationResponse } from './messages.ts'
import serviceAuthorization from './service-authorization.flow.ts'

/**
 * "... when the MC service user returns to its primary MC system": without having left the partner MC system first, so
 * that this one has to be told.
 */
export default flow({
  id: 'migration/return-to-primary',
  title: 'Return to the primary MC system',
  spec: { ...returnToPrimary, figure: 'none' },
  actors: [client, partnerServer, partnerGateway, primaryGateway, primaryServer],
  given: [
    'The MC service user returns to the primary MC system without having left the partner MC system',
    'User authentication has supplied the client with credentials for service authorization in the primary MC system',
  ],
  preconditions: [{ that: 'the MC service user has migrated to the partner MC system', by: serviceAuthorization }],
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
    anyOrder(
      step(3, primaryServer.sends(ServiceAuthorizationResponse).to(client), { result: accepted }),
      step(4, primaryServer.sends(MigrationEndNotification).to(primaryGateway), { mcServiceId, partnerSystem }),
    ),
    step(5, primaryGateway.forwards(MigrationEndNotification).to(partnerGateway), {
      routedBy: partnerSystem,
      hides: [primaryServer],
    }),
    step(6, partnerGateway.forwards(MigrationEndNotification).to(partnerServer), { routedBy: partnerSystem }),
  ],
  outcome: [
    { at: primaryServer, state: servedInPrimary, by: 3 },
    { at: primaryServer, state: migrated, ended: true, by: 3 },
    { at: client, state: servedInPrimary, by: 3 },
    { at: partnerServer, state: serviceAuthorized, ended: true, by: 4 },
  ],
  variants: {
    'both-gateways': { title: 'both MC systems employ gateway servers', without: [] },
    'no-gateways': { title: 'no MC system employs gateway servers', without: [partnerGateway, primaryGateway] },
  },
})
