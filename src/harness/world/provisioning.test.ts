import { describe, expect, test } from 'vitest'
import { checkConfiguration } from '../read-configuration.ts'
import { planCases } from '../case-plan.ts'
import { configurationOf, partnerServer, primaryServer } from '../example-configuration.testing.ts'
import { flows } from '../flows.ts'
import { userOf } from './world-user.ts'
import { provisioningOf } from './provisioning.ts'
import { entranceOf } from './systems.ts'

const provisioned = (...suts: readonly (typeof primaryServer)[]) => {
  const configuration = checkConfiguration(configurationOf(...suts), 'harness.config.ts')
  const cases = planCases(flows, configuration)
  return { configuration, cases, document: provisioningOf(configuration.suts, cases, configuration) }
}

describe('what a system under test must know', () => {
  test('a primary server knows every user of every case, and whom it may not let go', () => {
    const { cases, configuration, document } = provisioned(primaryServer)
    const [server] = document.functions as readonly { readonly users: Record<string, { permittedPartners: unknown }> }[]
    for (const one of cases)
      for (const slot of ['body', 'second', 'preamble', 'postamble'] as const) {
        const user = userOf(one, slot, configuration.seed)
        const may = server?.users[user.mcServiceId]?.permittedPartners
        // Who may not migrate further may have migrated before.
        const before = one.derived.flow.id === 'migration/consecutive-migration' ? [user.systems.partner] : []
        expect(may, one.id).toEqual(user.refused ? before : '*')
      }
  })

  test('a partner server knows whose users are welcome, and how the other system is reached in each variant', () => {
    const { cases, configuration, document } = provisioned(partnerServer)
    const [server] = document.functions as readonly {
      readonly migrationFrom: Record<string, { permitted: boolean; deniedUsers: readonly string[] }>
      readonly peers: Record<string, { port: number }>
    }[]
    for (const one of cases) {
      const { systems, mcServiceId, refused } = userOf(one, 'body', configuration.seed)
      const rule = server?.migrationFrom[systems.primary]
      expect(rule?.permitted, one.id).toBe(!systems.primary.startsWith('unwelcome-'))
      expect(rule?.deniedUsers.includes(mcServiceId), one.id).toBe(refused)
      const variant = one.derived.variant
      const own = entranceOf('partner', variant)
      const next = own === 'partnerServer' ? entranceOf('primary', variant) : own
      expect(server?.peers[systems.primary]?.port, one.id).toBe(configuration.tester.ports[next])
    }
  })

  test('is the same each time, and JSON', () => {
    const { document } = provisioned(primaryServer, partnerServer)
    expect(provisioned(primaryServer, partnerServer).document).toEqual(document)
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })
})

test.each([
  ['both-gateways', 'partnerGateway', 'primaryGateway'],
  ['partner-gateway-only', 'partnerGateway', 'primaryServer'],
  ['primary-gateway-only', 'partnerServer', 'primaryGateway'],
  ['no-gateways', 'partnerServer', 'primaryServer'],
])('the way in, %s', (variant, partner, primary) => {
  expect([entranceOf('partner', variant), entranceOf('primary', variant)]).toEqual([partner, primary])
})
