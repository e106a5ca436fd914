import { messageSteps } from '#derive'
import type { PlannedCase } from './case-plan.ts'
import type { Configuration, SutConfiguration } from './configuration.ts'
import { entityOf } from './world/functional-entity.ts'

/** Everybody under test in a case. */
export const playersOf = ({ sut, together }: PlannedCase): readonly SutConfiguration[] => [sut, ...together]

/** The system under test that plays a role of a case. */
export const playerOf = (planned: PlannedCase, role: string): SutConfiguration =>
  playersOf(planned).find(({ roles }) => roles.includes(entityOf(role))) ?? planned.sut

/** The system under test that a role of the tester speaks to. */
export function peerOf(planned: PlannedCase, role: string): SutConfiguration {
  if (planned.together.length === 0) return planned.sut
  const { flow, sut } = planned.derived
  const step = messageSteps(flow).find(
    ({ act }) => (act.from === role && sut.includes(act.to)) || (act.to === role && sut.includes(act.from)),
  )
  return step ? playerOf(planned, step.act.from === role ? step.act.to : step.act.from) : planned.sut
}

/** The systems that are played together with one, by the groups of the configuration. */
export const companionsOf = (sut: SutConfiguration, { suts, together }: Configuration): readonly SutConfiguration[] =>
  together
    .filter((names) => names.includes(sut.name))
    .flatMap((names) => suts.filter((other) => other !== sut && names.includes(other.name)))
