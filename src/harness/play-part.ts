import { valuesOf } from '#bindings'
import {
  play,
  type Clock,
  type Crash,
  type FindingDraft,
  type History,
  type IeValues,
  type Lease,
  type Script,
} from '#play'
import type { Timing, Told } from '#play'
import type { Finding, Phase, RunEvent, Verdict } from '#verdict'
import { preconditionDoesNotHold, toolAtFault } from './case-findings.ts'
import type { PlannedCase } from './case-plan.ts'
import type { Configuration } from './configuration.ts'
import { controlOf } from './control-adapter.ts'
import { asIfPlayed, canBeEstablished, establish } from './established.ts'
import { preparationsOf, type Preparation } from './precondition.ts'
import { settle } from './settling.ts'
import { openPort, type Begun } from './tester/case-port.ts'
import type { CaseLine } from './tester/case-line.ts'
import type { Tester } from './tester/tester.ts'
import { addressOf } from './tester/way.ts'
import type { Turnstile } from './turnstile.ts'
import { entityOf } from './world/functional-entity.ts'
import { leaseOf } from './world/lease.ts'
import { userOf, type Slot } from './world/world-user.ts'

/** What the parts of all cases need. */
export interface PartOptions {
  readonly configuration: Configuration
  readonly tester: Tester
  readonly clock: Clock
  /** Milliseconds since the run started. */
  at(): number
  tell(event: RunEvent): void
  /** What to type to play a case again. */
  replay(planned: PlannedCase): string
}

/** Plays preamble, body or postamble of a case, after what makes its preconditions hold. */
export async function playPart(
  options: PartOptions,
  turnstile: Turnstile,
  planned: PlannedCase,
  slot: Exclude<Slot, 'second'>,
  findings: Finding[],
  sent: Set<string>,
  around: Around = {},
): Promise<Verdict> {
  const { configuration, at, tell } = options
  const users = [userOf(planned, slot, configuration.seed)]
  if (planned.derived.variation.kind === 'crossed') users.push(userOf(planned, 'second', configuration.seed))
  const listen = (told: Told): void => {
    if (told.event === 'finding') findings.push(told.finding)
    // The preamble is shared: what it found is told where its own case stands, and here only what came of it.
    if (told.event === 'finding' && slot === 'preamble') return
    tell({ ...told, at: at(), case: planned.id })
  }
  return turnstile.pass(
    users.map((user) => user.mcServiceId),
    async () => {
      const control = controlOf(planned.sut)
      // A user who is used again must be as new; else an earlier case would be judged in this one.
      if (planned.sut.users && control.can('reset'))
        for (const { mcServiceId } of users) await control.ask('reset', { mcServiceId })
      const part: Part = { options, planned, slot, sent, around, listen, begun: new Map(), histories: new Map() }
      const slots: readonly Slot[] = users.length > 1 ? [slot, 'second'] : [slot]
      for (const as of slots)
        for (const preparation of preparationsOf(planned)) {
          const { verdict, refused } = await prepare(part, preparation, as)
          if (verdict === 'pass') continue
          for (const begun of part.begun.values()) begun.leave()
          listen({
            event: 'finding',
            finding: preconditionDoesNotHold(
              planned,
              preparation.that,
              verdict,
              slot,
              options.replay(planned),
              refused,
            ),
          })
          return 'inconclusive'
        }
      return playSlots(part, slots, around.phase)
    },
  )
}

/** A part of a case under way. */
interface Part {
  readonly options: PartOptions
  readonly planned: PlannedCase
  readonly slot: Exclude<Slot, 'second'>
  readonly sent: Set<string>
  readonly around: Around
  readonly listen: (told: Told) => void
  /** What preconditions have begun and goes on, by slot. */
  readonly begun: Map<Slot, Begun>
  /** Of each user of the part. */
  readonly histories: Map<Slot, History>
}

/** Plays what makes a precondition hold for the user of a slot. What is wrong with it is the matter of its own cases. */
async function prepare(part: Part, preparation: Preparation, slot: Slot): Promise<Prepared> {
  if (canBeEstablished(preparation, part.options.configuration)) return prepareByControl(part, preparation, slot)
  const { planned } = preparation
  let completed = false
  const silent: Part = {
    ...part,
    planned,
    around: {
      shared: () => true,
      completed: () => (completed = true),
      ...(part.around.waited && { waited: part.around.waited }),
      ...(part.around.heard && { heard: part.around.heard }),
    },
    listen: () => undefined,
  }
  const verdict = await playSlots(silent, [slot], 'preamble', preparation)
  await settle()
  return { verdict: completed && verdict !== 'error' ? 'pass' : verdict }
}

interface Prepared {
  readonly verdict: Verdict
  /** What the control adapter said. */
  readonly refused?: string
}

/** The control adapter brings it about; invariants take it for what the flow would have shown. */
async function prepareByControl({ options, histories }: Part, preparation: Preparation, slot: Slot): Promise<Prepared> {
  const { planned } = preparation
  const { configuration, tester } = options
  const { accessTokenScope } = valuesOf(tester.profile, planned.service, tester.overrides)
  const values = preparation.valuesOf(
    (await leaseOf(planned, slot, configuration.seed, accessTokenScope, preparation.takes)).values,
  )
  const client = Object.keys(planned.derived.flow.actors).find((role) => entityOf(role) === 'client') ?? 'client'
  const { address, port } = addressOf(tester.stack(client), planned.transport)
  const identity = values['temporaryId'] ?? values['mcServiceId'] ?? ''
  const refused = await establish(preparation, values, { identity, transport: planned.transport, address, port })
  if (refused !== undefined) return { verdict: 'inconclusive', refused }
  histories.set(slot, [...(histories.get(slot) ?? []), ...asIfPlayed(planned, values)])
  return { verdict: 'pass' }
}

async function playSlots(
  { options, planned, slot, sent, around, listen, begun, histories }: Part,
  slots: readonly Slot[],
  phase: Phase = slot,
  preparation?: Preparation,
): Promise<Verdict> {
  const { configuration, tester, clock } = options
  const { accessTokenScope } = valuesOf(tester.profile, planned.service, tester.overrides)
  const open = async (as: Slot) => {
    const lease = await leaseOf(planned, as, configuration.seed, accessTokenScope, preparation?.takes)
    const { systems } = userOf(planned, as, configuration.seed)
    const own: Lease = preparation ? { ...lease, values: preparation.valuesOf(lease.values) } : lease
    const line = openPort(
      tester,
      planned,
      systems,
      identitiesIn(lease.values),
      phase,
      as,
      begun.get(as),
      lease.values['otherUser'],
    )
    const history = histories.get(as) ?? []
    histories.set(as, history)
    return { lease: own, line, as, history }
  }
  const lines = await Promise.all(slots.map(open))
  const [own, other] = lines
  if (!own) return 'none'
  const script: Script = {
    derived: planned.derived,
    lease: own.lease,
    port: own.line.port,
    history: own.history,
    ...(other && { second: { lease: other.lease, port: other.line.port, history: other.history } }),
    clock,
    timing: timingOf(configuration, planned, around.took ?? 0),
    phase,
    profileSelected: configuration.profile !== undefined,
    claims: planned.sut.ics,
    replay: options.replay(planned),
    tell: listen,
    ...(around.waited && { waited: around.waited }),
    ...(around.shared && { shared: around.shared }),
    ...(around.ignores && { ignores: around.ignores }),
    ...(around.completed && { completed: around.completed }),
    ...(around.meanwhile && { meanwhile: around.meanwhile }),
    ...(around.crash && { crash: around.crash(own.line.line) }),
  }
  try {
    const verdict = await play(script)
    await around.afterwards?.(own.line.line)
    return verdict
  } catch (problem) {
    listen({ event: 'finding', finding: toolAtFault(problem, planned, phase, options.replay(planned)) })
    return 'error'
  } finally {
    for (const { line, as } of lines) {
      // What a precondition began goes on.
      if (preparation) begun.set(as, line.handOver())
      for (const octets of line.sent) sent.add(octets)
      if (line.heard()) around.heard?.()
      line.close()
    }
  }
}

/** What a message of this case can be known by. */
const identitiesIn = (values: IeValues): readonly string[] =>
  [
    'mcServiceId',
    'temporaryId',
    'calledParty',
    'migratedParty',
    'furtherParty',
    'callingParty',
    'migratedCaller',
    'profileCredentials',
    'primaryProfileCredentials',
    'servedProfileCredentials',
    'servedIdentity',
    'otherUser',
  ].flatMap((term) => values[term] ?? [])

/** What a part of a case knows of the parts around it, and what it lets them know. */
export interface Around {
  /** Milliseconds the flow as written took here before. */
  readonly took?: number
  readonly meanwhile?: (() => Promise<void>) | undefined
  readonly shared?: () => boolean
  readonly ignores?: (finding: FindingDraft) => boolean
  readonly completed?: () => void
  /** Called with milliseconds that were waited for what must not come. */
  readonly waited?: (milliseconds: number) => void
  /** Called when anything at all came back. */
  readonly heard?: () => void
  /** What is done when the part was played, before what it began is ended. */
  readonly afterwards?: (line: CaseLine) => Promise<void>
  /** The peer that is lost on the way. */
  readonly crash?: (line: CaseLine) => Crash
  /** What the part is called in the record, where that is not the user's slot. */
  readonly phase?: Phase
}

/** A system that takes long for the whole flow is given longer before its silence means anything. */
const timingOf = ({ timing }: Configuration, { sut }: PlannedCase, took: number): Timing => ({
  answer: Math.max(timing.answer, sut.timers.migrationResponse),
  silence: Math.max(timing.silence, sut.timers.migrationResponse + timing.quiet * 2, took * 2),
  quiet: timing.quiet,
  timers: sut.timers,
})
