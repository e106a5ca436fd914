import { createHash } from 'node:crypto'
import { asWritten } from '#derive'
import { valuesOf } from '#bindings'
import {
  play,
  type Clock,
  type FindingDraft,
  type History,
  type IeValues,
  type Lease,
  type Script,
  type Timing,
  type Told,
} from '#play'
import { verdictOfCase, type ExpectedFailure, type Finding, type Phase, type RunEvent, type Verdict } from '#verdict'
import { preambleDidNotPass, preconditionDoesNotHold, toolAtFault } from './case-findings.ts'
import { inWorldOf, type PlannedCase } from './case-plan.ts'
import type { Configuration } from './configuration.ts'
import { createCompany } from './company.ts'
import { controlOf } from './control-adapter.ts'
import { asIfPlayed, canBeEstablished, establish } from './established.ts'
import { preparationsOf, type Preparation } from './precondition.ts'
import { declaredFailure } from './declared-failure.ts'
import { openPort, type Begun } from './tester/case-port.ts'
import type { Tester } from './tester/tester.ts'
import { createTurnstile, type Turnstile } from './turnstile.ts'
import { createWindow } from './window.ts'
import { leaseOf } from './world/lease.ts'
import { addressOf } from './tester/way.ts'
import { entityOf } from './world/functional-entity.ts'
import { userOf, type Slot } from './world/world-user.ts'

export interface Conductor {
  /** Plays one case with what goes before and after it; tells everything; returns what it came to. */
  conduct(planned: PlannedCase): Promise<Conducted>
}

export interface Conducted {
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  readonly expectedFailure?: ExpectedFailure
}

export interface ConductorOptions {
  readonly configuration: Configuration
  readonly tester: Tester
  readonly clock: Clock
  /** Milliseconds since the run started. */
  at(): number
  tell(event: RunEvent): void
  /** What to type to play a case again. */
  replay(planned: PlannedCase): string
  /** Today, ISO date: declared failures expire. */
  readonly today: string
}

export function createConductor(options: ConductorOptions): Conductor {
  const { tell, at } = options
  const preambles = new Map<string, Promise<Preamble>>()
  const turnstile = createTurnstile()
  const company = createCompany()
  const window = createWindow(options.configuration.concurrency, options.clock)

  const preambleOf = (planned: PlannedCase): Promise<Preamble> => {
    const { group } = planned
    const known = preambles.get(group) ?? playPreamble(planned)
    preambles.set(group, known)
    return known
  }
  const playPreamble = async (planned: PlannedCase): Promise<Preamble> => {
    const began = at()
    const findings: Finding[] = []
    let completed = false
    let heard = false
    const around: Around = { shared: () => true, completed: () => (completed = true), heard: () => (heard = true) }
    const verdict = await playSanity(options, turnstile, planned, 'preamble', findings, new Set(), around)
    return {
      // What is wrong with the flow as written is the matter of its own case: here it only has to be served.
      verdict: completed ? 'pass' : verdict,
      heard,
      known: new Set(findings.map(keyOf)),
      took: Math.max(0, at() - began - options.configuration.timing.quiet),
    }
  }

  return {
    conduct: (planned) => window.through(() => conductOne(planned)),
  }

  async function conductOne(planned: PlannedCase): Promise<Conducted> {
    const began = at()
    const presence = company.enter(planned.sut.name)
    const findings: Finding[] = []
    const sent = new Set<string>()
    tell({ event: 'case-started', case: planned.id, at: began })
    const phases: Record<Phase, Verdict> = { preamble: 'none', body: 'none', postamble: 'none' }
    const negative = planned.tags.includes('negative')
    const preamble = negative ? await preambleOf(planned) : undefined
    if (preamble) phases.preamble = preamble.verdict
    if (preamble && preamble.verdict !== 'pass') {
      const finding = preambleDidNotPass(planned, preamble.verdict, options.replay(planned))
      findings.push(finding)
      tell({ event: 'finding', at: at(), case: planned.id, finding })
    }
    const shared = (): boolean => !presence.alone
    let served = false
    let waitedFor = 0
    const waited = (milliseconds: number): void => void (waitedFor += milliseconds)
    const serves = async (): Promise<void> => {
      served = true
      const ignores = (finding: FindingDraft): boolean => preamble?.known.has(keyOf(finding)) ?? false
      let completed = false
      const around: Around = { shared, ignores, waited, completed: () => (completed = true) }
      const verdict = await playSanity(options, turnstile, planned, 'postamble', findings, sent, around)
      phases.postamble = completed && verdict === 'none' ? 'pass' : verdict
    }
    const asks = negative && phases.preamble === 'pass'
    // With fixed users the one of the postamble may be the one of the body: then it has to wait for its turn.
    const meanwhile = asks && !planned.sut.users ? serves : undefined
    // Where nothing could be reached, a body would only say so again.
    const around: Around = { meanwhile, waited, ...(preamble && { took: preamble.took }) }
    phases.body =
      preamble?.heard === false
        ? 'inconclusive'
        : await playPart(options, turnstile, planned, 'body', findings, sent, around)
    if (asks && !served) await serves()
    company.leave(planned.sut.name, presence)
    const verdict = verdictOfCase(phases)
    const expectedFailure = declaredFailure(planned, verdict, findings, options.today)
    tell({
      event: 'case-finished',
      at: at(),
      case: planned.id,
      verdict,
      phases,
      duration: at() - began,
      waited: Math.min(waitedFor, at() - began),
      ...(expectedFailure && { expectedFailure }),
      sentDigest: digestOf(sent),
    })
    return { verdict, findings, ...(expectedFailure && { expectedFailure }) }
  }
}

const digestOf = (sent: ReadonlySet<string>): string => {
  const hash = createHash('sha256')
  for (const octets of [...sent].sort()) hash.update(octets, 'latin1').update('\n')
  return hash.digest('hex')
}

/** The flow as written for a user of its own: does the system under test serve at all, does it still? */
function playSanity(
  options: ConductorOptions,
  turnstile: Turnstile,
  planned: PlannedCase,
  slot: 'preamble' | 'postamble',
  findings: Finding[],
  sent: Set<string>,
  around: Around,
): Promise<Verdict> {
  const { flow, sut } = planned.derived
  const written = asWritten({ ...flow, variants: { same: { title: '', without: [] } } }, sut, (place) => {
    return place.service === planned.service
  })
  if (!written) throw new RangeError(`${planned.id}: the flow cannot be played as written`)
  const sane: PlannedCase = {
    ...planned,
    derived: inWorldOf(planned.sut, { ...written, variant: planned.derived.variant }),
  }
  return playPart(options, turnstile, sane, slot, findings, sent, around)
}

async function playPart(
  options: ConductorOptions,
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
      return playSlots(part, slots)
    },
  )
}

/** A part of a case under way. */
interface Part {
  readonly options: ConductorOptions
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
  }
  try {
    return await play(script)
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
interface Around {
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
}

interface Preamble {
  readonly verdict: Verdict
  /** Whether anything at all came back. */
  readonly heard: boolean
  /** What was wrong before any negative: not of their making. */
  readonly known: ReadonlySet<string>
  readonly took: number
}

const keyOf = ({ step, role, requirement, field }: FindingDraft): string =>
  [step, role, requirement, field ?? ''].join('\n')

/** A system that takes long for the whole flow is given longer before its silence means anything. */
const timingOf = ({ timing }: Configuration, { sut }: PlannedCase, took: number): Timing => ({
  answer: Math.max(timing.answer, sut.timers.migrationResponse),
  silence: Math.max(timing.silence, sut.timers.migrationResponse + timing.quiet * 2, took * 2),
  quiet: timing.quiet,
  timers: sut.timers,
})
