import { messageSteps } from '#derive'
import { headerValues, type SipMessage } from '#wire/sip'
import type { PlannedCase } from './case-plan.ts'
import type { Configuration, SutConfiguration } from './configuration.ts'
import { entityOf } from './world/functional-entity.ts'

/** Everybody under test in a case. */
export const playersOf = ({ sut, together }: PlannedCase): readonly SutConfiguration[] => [sut, ...together]

/** The system under test that plays a role of a case. */
export const playerOf = (planned: PlannedCase, role: string): SutConfiguration =>
  playersOf(planned).find(({ roles }) => roles.includes(entityOf(role))) ?? planned.sut

/** The systems under test that a role of the tester speaks with, those it meets first before the others. */
export function peersOf(planned: PlannedCase, role: string): readonly SutConfiguration[] {
  if (planned.together.length === 0) return [planned.sut]
  const { flow, sut } = planned.derived
  const met = messageSteps(flow).flatMap(({ act: { from, to } }) => {
    const other = from === role ? to : to === role ? from : undefined
    return other !== undefined && sut.includes(other) ? [playerOf(planned, other)] : []
  })
  return met.length === 0 ? [planned.sut] : [...new Set(met)]
}

/** Who of them sent a request: whose port the topmost Via names (RFC 3261 18.1.1), else whom the role meets first. */
export function senderOf(planned: PlannedCase, role: string, request: SipMessage): SutConfiguration {
  const peers = peersOf(planned, role)
  const port = headerValues(request, 'Via')[0]?.port
  return peers.find((one) => one.port === port || one.tls?.port === port) ?? peers[0] ?? planned.sut
}

/** The systems that are played together with one, by the groups of the configuration. */
export const companionsOf = (sut: SutConfiguration, { suts, together }: Configuration): readonly SutConfiguration[] =>
  together
    .filter((names) => names.includes(sut.name))
    .flatMap((names) => suts.filter((other) => other !== sut && names.includes(other.name)))
