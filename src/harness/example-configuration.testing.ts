import type { ConfigurationText } from './configuration.ts'
import { flows } from './flows.ts'
import { planCases, type PlannedCase } from './case-plan.ts'
import { checkConfiguration } from './read-configuration.ts'

type SutText = ConfigurationText['suts'][number]

/** A system under test in the role of the primary MC service server, all of it at its defaults. */
export const primaryServer: SutText = {
  name: 'our build',
  roles: ['primaryServer'],
  system: 'a.example',
  identity: 'sip:mc-server@a.example',
  address: '127.0.0.1',
  port: 5060,
}

export const partnerServer: SutText = {
  ...primaryServer,
  name: 'their build',
  roles: ['partnerServer'],
  system: 'b.example',
  identity: 'sip:mc-server@b.example',
  port: 5070,
}

export const configurationOf = (...suts: readonly Partial<SutText>[]): ConfigurationText => ({
  suts: suts.map((sut) => ({ ...primaryServer, ...sut })),
})

/** The cases that are planned for such systems under test. */
export const plannedFor = (...suts: readonly Partial<SutText>[]): readonly PlannedCase[] =>
  planCases(flows, checkConfiguration(configurationOf(...suts), 'harness.config.ts'))
