import { casesOf, type DerivedCase } from '#derive'
import type { Flow } from '#flow'
import type { Finding, Verdict } from '#verdict'
import serviceAuthorization from '../../suites/migration/service-authorization.flow.ts'
import { peerOf, wrongValue, type Behaviour, type Peer } from './peer.testing.ts'
import { play } from './play.ts'
import type { Lease, Script, Told } from './script.ts'
import { virtualClock, type VirtualClock } from './virtual-clock.testing.ts'

/** A user of a small world. */
const valuesOf = (name: string): Readonly<Record<string, string>> => ({
  mcServiceId: `sip:${name}@a.example`,
  temporaryId: `sip:visitor-${name}@b.example`,
  partnerSystem: 'b.example',
  credentials: `token of ${name}`,
  userProfileIndex: '2',
  user: `sip:${name}@a.example`,
  place: 'b.example',
})

const leaseFor = (derived: DerivedCase, name: string): Lease => {
  const { temporaryId, ...others } = valuesOf(name)
  const allocated = derived.world.conditions['temporaryIdentityAllocated'] !== false
  return {
    values: allocated && temporaryId !== undefined ? { ...others, temporaryId } : others,
    flawed: (_term, _kind, flaw) => wrongValue(flaw),
    same: (_kind, a, b) => a === b,
  }
}

export interface Played {
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  /** `3 done`, `11 missing`: what became of the steps, in the order in which it was told. */
  readonly steps: readonly string[]
  readonly told: readonly Told[]
  readonly peer: Peer
  readonly clock: VirtualClock
}

export interface Circumstances extends Behaviour {
  readonly script?: Partial<Script>
  /** Of the second user of a crossed case. */
  readonly second?: Behaviour
}

/** Plays a case against a peer that behaves so. */
export async function playCase(derived: DerivedCase, circumstances: Circumstances = {}): Promise<Played> {
  const { script, second, ...behaviour } = circumstances
  const clock = virtualClock()
  const told: Told[] = []
  // What a partner server knows of itself, and a client of its profile.
  const own = { partnerSystem: 'b.example' }
  const peer = peerOf(derived, clock, own, behaviour)
  const verdict = await play({
    derived,
    lease: leaseFor(derived, 'alice'),
    port: peer,
    ...(derived.variation.kind === 'crossed' && {
      second: { lease: leaseFor(derived, 'bob'), port: peerOf(derived, clock, own, second ?? behaviour) },
    }),
    clock,
    timing: { answer: 2000, silence: 1500, quiet: 250, timers: {} },
    phase: 'body',
    profileSelected: true,
    claims: {},
    replay: 'mcx run once more',
    tell: (event) => told.push(event),
    ...script,
  })
  return {
    verdict,
    findings: told.flatMap((event) => (event.event === 'finding' ? [event.finding] : [])),
    steps: told.flatMap((event) => (event.event === 'step' ? [`${event.step} ${event.outcome}`] : [])),
    told,
    peer,
    clock,
  }
}

/** A case of a flow by its role and the rest of its id: `partnerServer`, `1~omit:credentials#no-gateways`. */
export function caseOf(role: string, name: string, flow: Flow = serviceAuthorization): DerivedCase {
  const cases = [...casesOf(flow, role.split('+'))]
  const found = cases.find((one) => one.id === `${flow.id}@${role}/${name}`)
  if (!found) throw new Error(`${role} has no case ${name}; cases:\n${cases.map(({ id }) => id).join('\n')}`)
  return found
}

export const everyCase: readonly DerivedCase[] = Object.keys(serviceAuthorization.actors).flatMap((role) => [
  ...casesOf(serviceAuthorization, [role]),
])
