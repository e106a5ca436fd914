import { setTimeout } from 'node:timers/promises'
import { verdictOfCase, type Finding, type RunEvent } from '#verdict'
import type { PlannedCase } from '../case-plan.ts'
import type { SutConfiguration } from '../configuration.ts'
import { controlOf } from '../control-adapter.ts'
import { playPart, type PartOptions } from '../play-part.ts'
import { createTurnstile } from '../turnstile.ts'
import { createWindow } from '../window.ts'
import type { FlowRole } from '../world/functional-entity.ts'
import { forgottenBy } from '../tester/remains.ts'
import { onceMore } from './crash-plan.ts'
import { conductPoint, playAgain, type Swept, type Undisturbed } from './conduct-point.ts'
import { createGathering } from './gathering.ts'
import type { Holding } from './holding.ts'
import { createPermits } from './permits.ts'
import { roundsOf, type Round } from './rounds.ts'

/** What the rounds of a sweep are played with. */
export interface Stage extends Holding {
  readonly part: PartOptions
  /** Why a system under test is no longer there. */
  gone(): string | undefined
  /** Begins with new systems under test. */
  renew(): Promise<void>
  record(event: RunEvent): void
  readonly signal: AbortSignal
}

/** Flows as written, in flight at once. */
const wholesAtOnce = 16
/** Of a round, as long as they play. */
const pointsAtOnce = 16
/** Milliseconds for which the first of a round waits for the last. */
const patience = 30_000
/** Milliseconds for which a peer is away that begins anew. */
const pause = 300

/** Plays flows as written, twice for the same user; returns how those are that pass, by case id. */
export async function playWholes(
  { part, signal }: Stage,
  wholes: readonly PlannedCase[],
): Promise<ReadonlyMap<string, Undisturbed>> {
  const undisturbed = new Map<string, Undisturbed>()
  const window = createWindow(wholesAtOnce, part.clock)
  const { at, tell } = part
  const silent: PartOptions = { ...part, tell: (event) => (event.event === 'finding' ? undefined : tell(event)) }
  const playWhole = async (whole: PlannedCase): Promise<void> => {
    if (signal.aborted) return
    const [began, findings, sent]: [number, Finding[], Set<string>] = [at(), [], new Set()]
    tell({ event: 'case-started', case: whole.id, at: began })
    let forgets: ReadonlySet<string> = new Set()
    const body = await playPart(part, createTurnstile(), whole, 'body', findings, sent, {
      afterwards: async (line) => void (forgets = await forgottenBy(part.tester, line)),
    })
    if (body === 'pass')
      undisturbed.set(whole.id, { forgets, again: (await playAgain(silent, whole, [], sent)) === 'pass' })
    const phases = { preamble: 'none', body, postamble: 'none' } as const
    const duration = at() - began
    const verdict = verdictOfCase(phases)
    tell({ event: 'case-finished', at: at(), case: whole.id, verdict, phases, duration, sentDigest: '' })
  }
  await Promise.all(wholes.map((whole) => window.through(() => playWhole(whole))))
  return undisturbed
}

export async function playRounds(
  stage: Stage,
  points: readonly PlannedCase[],
  undisturbed: (point: PlannedCase) => Undisturbed,
): Promise<void> {
  for (const round of roundsOf(points)) {
    if (stage.signal.aborted) return
    if (await playRound(stage, round, undisturbed)) continue
    const text = 'the system under test serves nobody any more, and nobody here can start it: the sweep ends'
    return stage.record({ event: 'note', at: stage.part.at(), case: null, text })
  }
}

/**
 * Returns whether the system under test still serves.
 *
 * @param before what did not hold the first time, by case id, where this is the second
 */
async function playRound(
  stage: Stage,
  round: Round,
  undisturbed: (point: PlannedCase) => Undisturbed,
  before?: ReadonlyMap<string, readonly string[]>,
): Promise<boolean> {
  const { part, record } = stage
  const ids = round.points.map(({ id }) => id)
  stage.hold(ids)
  const join = createGathering(round.points.length, patience, () => disturb(part, round))
  const permits = createPermits(pointsAtOnce)
  const swept = await Promise.all(
    round.points.map(async (point) => {
      const options = { ...part, ...undisturbed(point), gone: () => stage.gone(), permits }
      return { point, came: await conductPoint(options, point, join()) }
    }),
  )
  const gone = stage.gone() !== undefined
  if (gone) await stage.renew()
  if (gone && round.points.length > 1) {
    // Who of them it was shows when each is alone.
    stage.drop(ids)
    for (const point of round.points)
      if (!stage.signal.aborted) await playRound(stage, { ...round, points: [point] }, undisturbed)
    return true
  }
  // A machine that was busy for a moment is nobody's fault: what falls, falls twice.
  const doubted = before || gone ? [] : swept.filter(({ came }) => came.fell.length > 0 || !came.reached)
  stage.drop(doubted.map(({ point }) => point.id))
  stage.release(ids)
  for (const { point, came } of swept)
    if (!doubted.some((one) => one.point === point)) tellPoint(record, part.at(), point, came, before?.get(point.id))
  if (doubted.length === 0 || stage.signal.aborted) return gone || serves(swept)
  const first = new Map(doubted.map(({ point, came }) => [point.id, whyOf(came)]))
  const again = { ...round, points: doubted.map(({ point }) => onceMore(point)) }
  return (await playRound(stage, again, undisturbed, first)) || serves(swept)
}

/** Of so few nobody can say whether it is them or the system under test. */
const few = 8

const serves = (swept: readonly { readonly came: Swept }[]): boolean =>
  swept.length < few ||
  swept.some(({ came: { reached, fell } }) => reached && !fell.some(({ what }) => what === 'serves another user'))

const whyOf = ({ why, fell }: Swept): readonly string[] => [...why, ...fell.map((one) => `${one.what}: ${one.why}`)]

/** Does to all of a round what happens to them. */
async function disturb({ tester }: PartOptions, { disturbance, closes, points }: Round): Promise<void> {
  const suts = [...new Set(points.map(({ sut }) => sut))]
  const away = Math.max(...suts.map(({ sweep }) => sweep.away))
  if (disturbance === 'sut-restarts') {
    await restartAll(suts)
    await setTimeout(pause)
    return
  }
  if (closes !== undefined) await tester.lose(closes as FlowRole)
  if (disturbance !== 'restarts') await setTimeout(away)
  else await setTimeout(pause)
  if (closes !== undefined) await tester.regain(closes as FlowRole)
  if (disturbance === 'restarts') await setTimeout(away)
}

/** Once for those that share a control interface; returns why it cannot be done. */
export async function restartAll(suts: readonly SutConfiguration[]): Promise<string | undefined> {
  const groups = Map.groupBy(suts, ({ control, name }) => JSON.stringify(control.http ?? control.restart ?? name))
  for (const [first] of groups.values()) {
    const reply = first && (await controlOf(first).ask('restart', {}))
    if (reply && !reply.ok) return reply.why
  }
  return undefined
}

/** Tells what became of a moment. */
export function tellPoint(
  record: Stage['record'],
  at: number,
  { id, derived, crash }: PlannedCase,
  came: Swept,
  before: readonly string[] = [],
): void {
  if (!crash) return
  const { reached, fell, judged } = came
  const left = fell.length > 0 && fell.every(({ what }) => what === 'session')
  record({
    event: 'crash-point',
    at,
    case: id,
    flow: derived.flow.id,
    role: derived.sut.join('+'),
    step: crash.after,
    peer: crash.disturbance === 'sut-restarts' ? '-' : crash.peer,
    disturbance: crash.disturbance,
    outcome: !reached ? 'not-swept' : fell.length === 0 ? 'survived' : left ? 'left-behind' : 'fell',
    judged,
    why: [...whyOf(came), ...before.map((why) => `the first time: ${why}`)],
  })
}
