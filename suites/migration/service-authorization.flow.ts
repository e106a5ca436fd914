import { flow, step } from '#flow'
import { client, partnerGateway, partnerServer, primaryGateway, primaryServer } from '../vocabulary/actors.ts'
import { migrated, permittedFromPrimary, permittedToPartner, serviceAuthorized } from '../vocabulary/checks.ts'
import { migrationServiceAuthorization } from '../vocabulary/specifications.ts'
import { accepted, credentials, mcServiceId, partnerSystem } from '../vocabulary/values.ts'
import { refused, temporaryId, userProfileIndex } from '../vocabulary/values.ts'
import { AuthorizationRequest, AuthorizationResponse, MigrationRequest, MigrationResponse } from './messages.ts'

const identity = { mcServiceId, temporaryId }

export default flow({
  id: 'migration/service-authorization',
  title: 'Migration service authorization',
  spec: { ...migrationServiceAuthorization, figure: '6.x.1-1' },
  actors: [client, partnerServer, partnerGateway, primaryGateway, primaryServer],
  given: [
    'The MC service user wishes to migrate to the partner MC system',
    'User authentication has supplied the client with credentials for service authorization in the partner MC system',
  ],
  steps: [
    step(1, client.sends(AuthorizationRequest).to(partnerServer), { ...identity, credentials, userProfileIndex }),
    step(2, partnerServer.checks(permittedFromPrimary), { otherwise: 11, result: refused }),
    step(3, partnerServer.sends(MigrationRequest).to(partnerGateway), { ...identity, partnerSystem, userProfileIndex }),
    step(4, partnerGateway.forwards(MigrationRequest).to(primaryGateway), {
      routedBy: mcServiceId,
      hides: [partnerServer],
    }),
    step(5, primaryGateway.forwards(MigrationRequest).to(primaryServer), { routedBy: mcServiceId }),
    step(6, primaryServer.checks(permittedToPartner), { otherwise: 8, result: refused }),
    step(7, primaryServer.records(migrated), { partnerSystem, temporaryId }),
    step(8, primaryServer.sends(MigrationResponse).to(primaryGateway), { ...identity, result: accepted }),
    step(9, primaryGateway.forwards(MigrationResponse).to(partnerGateway), { hides: [primaryServer] }),
    step(10, partnerGateway.forwards(MigrationResponse).to(partnerServer)),
    step(11, partnerServer.sends(AuthorizationResponse).to(client), { ...identity, result: accepted }),
  ],
  outcome: [
    { at: partnerServer, state: serviceAuthorized },
    { at: client, state: serviceAuthorized },
  ],
  variants: {
    'both-gateways': { title: 'both MC systems employ gateway servers', without: [] },
    'partner-gateway-only': { title: 'only the partner MC system employs a gateway server', without: [primaryGateway] },
    'primary-gateway-only': { title: 'only the primary MC system employs a gateway server', without: [partnerGateway] },
    'no-gateways': { title: 'no MC system employs gateway servers', without: [partnerGateway, primaryGateway] },
  },
})
