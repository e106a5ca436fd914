import { anyOrder, byUser, flow, step } from '#flow'
import { client, partnerGateway, partnerServer, primaryGateway, primaryServer } from '../vocabulary/actors.ts'
import { migrated, serviceAuthorized } from '../vocabulary/checks.ts'
import { returnFromMigration } from '../vocabulary/specifications.ts'
import { accepted, mcServiceId, partnerSystem, temporaryId } from '../vocabulary/values.ts'
import serviceAuthorization from './service-authorization.flow.ts'
import { DeauthorizationRequest, DeauthorizationResponse, MigrationEndRequest } from './messages.ts'
import { MigrationEndResponse } from './messages.ts'

/**
 * The specifications expect that a user leaves the partner MC system and may return (TS 23.280 10.16.y.3), and TS
 * 24.379 7.2 says how a client logs off; how the primary MC system learns of it they leave open.
 */
export default flow({
  id: 'migration/service-deauthorization',
  title: 'Migration service de-authorization',
  spec: { ...returnFromMigration, figure: 'none' },
  actors: [client, partnerServer, partnerGateway, primaryGateway, primaryServer],
  given: ['The MC service user wishes to leave the partner MC system'],
  preconditions: [{ that: 'the MC service user has migrated to the partner MC system', by: serviceAuthorization }],
  steps: [
    byUser(step(1, client.sends(DeauthorizationRequest).to(partnerServer), { mcServiceId, temporaryId })),
    anyOrder(
      step(2, partnerServer.sends(DeauthorizationResponse).to(client), { result: accepted }),
      step(3, partnerServer.sends(MigrationEndRequest).to(partnerGateway), { mcServiceId, partnerSystem }),
    ),
    step(4, partnerGateway.forwards(MigrationEndRequest).to(primaryGateway), {
      routedBy: mcServiceId,
      hides: [partnerServer],
    }),
    step(5, primaryGateway.forwards(MigrationEndRequest).to(primaryServer), { routedBy: mcServiceId }),
    step(6, primaryServer.sends(MigrationEndResponse).to(primaryGateway), { mcServiceId, result: accepted }),
    step(7, primaryGateway.forwards(MigrationEndResponse).to(partnerGateway), { hides: [primaryServer] }),
    step(8, partnerGateway.forwards(MigrationEndResponse).to(partnerServer)),
  ],
  outcome: [
    { at: partnerServer, state: serviceAuthorized, ended: true, by: 2 },
    { at: primaryServer, state: migrated, ended: true, by: 6 },
  ],
  variants: {
    'both-gateways': { title: 'both MC systems employ gateway servers', without: [] },
    'partner-gateway-only': { title: 'only the partner MC system employs a gateway server', without: [primaryGateway] },
    'primary-gateway-only': { title: 'only the primary MC system employs a gateway server', without: [partnerGateway] },
    'no-gateways': { title: 'no MC system employs gateway servers', without: [partnerGateway, primaryGateway] },
  },
})
