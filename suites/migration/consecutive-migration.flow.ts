import { byUser, flow, step } from '#flow'
import { client, partnerServer, primaryServer, secondPartnerServer } from '../vocabulary/actors.ts'
import { privateCallTowardsMigrated } from '../vocabulary/specifications.ts'
import { formerParty, furtherParty, mcServiceId, secondCredentials, secondPartnerSystem } from '../vocabulary/values.ts'
import serviceAuthorization from './service-authorization.flow.ts'
import serviceDeauthorization from './service-deauthorization.flow.ts'

/** "For consecutive migration, when the MC service user migrates to another partner MC system"; it has no steps there. */
export default flow({
  id: 'migration/consecutive-migration',
  title: 'Migration from one partner MC system to another',
  spec: { ...privateCallTowardsMigrated, figure: 'none' },
  actors: [client, partnerServer, secondPartnerServer, primaryServer],
  given: [
    'The MC service user wishes to migrate further, and leaves the former partner MC system only after that',
    'The MC systems are interconnected, without gateway servers',
  ],
  preconditions: [
    {
      that: 'the MC service user has migrated to the partner MC system',
      by: serviceAuthorization,
      values: { temporaryId: formerParty },
    },
  ],
  steps: [
    byUser(
      step(1, client.performs(serviceAuthorization), {
        as: { partnerServer: secondPartnerServer },
        values: {
          mcServiceId,
          temporaryId: furtherParty,
          partnerSystem: secondPartnerSystem,
          credentials: secondCredentials,
        },
      }),
    ),
    byUser(step(2, client.performs(serviceDeauthorization), { as: {}, values: { temporaryId: formerParty } })),
  ],
  variants: { 'no-gateways': { title: 'no MC system employs gateway servers', without: [] } },
})
