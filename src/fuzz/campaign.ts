import type { FuzzCase } from './case.ts'
import { batchSize, createBatchPlayer, grace } from './batch.ts'
import { createCombiner } from './combine.ts'
import type { Coverage } from './coverage.ts'
import { findCulprit } from './culprit.ts'
import { createDeadly } from './deadly.ts'
import type { Finding } from './finding.ts'
import { createGrowthWatch } from './growth/growth-watch.ts'
import type { GrowthLimits, Trend } from './growth/growth.ts'
import { drain, type Drained } from './drain.ts'
import { createFlowPhase, type FlowPhase } from './flows/flow-phase.ts'
import { planGrid } from './grid.ts'
import type { Journal } from './journal.ts'
import { planLegal } from './legal-variations.ts'
import { openLab, pause, type Lab, type LabOptions } from './lab.ts'
import type { Execution } from './execution.ts'
import { queueOf, type Queue } from './queue.ts'
import { inRounds } from './rounds.ts'
import { randomFrom } from './random.ts'
import { whyNotTested } from './sanity.ts'
import { createSecondLook } from './second-look.ts'
import type { Scenario } from './scenario.ts'
import { playStreams } from './stream-phase.ts'
import { createTally, type Tally } from './tally.ts'
import { planTorture } from './torture.ts'
import { createTurn } from './turn.ts'

export interface CampaignOptions extends LabOptions {
  readonly scenarios: readonly Scenario[]
  /** Known failures: they are played first. */
  readonly known?: readonly FuzzCase[]
  readonly seed: number
  /** Milliseconds. */
  readonly budget: number
  /** What growth of the target is complained of, where that is not what is usual. */
  readonly growth?: GrowthLimits | undefined
  readonly most?: number | undefined
  readonly journal: Journal
  readonly say: (line: string) => void
  /** Ends the campaign early. */
  readonly signal?: AbortSignal | undefined
  /** Whether the campaign may end with this finding. */
  readonly isEnough?: ((finding: Finding) => boolean) | undefined
  /** Milliseconds of the budget that are left for what is done with findings, once there is one. */
  readonly forFindings?: number
  /** What is done with the findings while the target still runs. */
  readonly afterwards?: (findings: readonly Finding[], lab: Lab) => Promise<void>
}

export interface CampaignResult {
  readonly executions: number
  /** How many of them were whole flows. */
  readonly flows: number
  readonly milliseconds: number
  readonly findings: readonly Finding[]
  readonly coverage: Coverage
  readonly undecided: Tally['undecided']
  /** Why nothing could be tested, where that is so. */
  readonly notTested: string | undefined
  readonly inconclusive: number
  /** How what the target holds went on. */
  readonly trends: readonly Trend[]
  /** How it was left; absent where the campaign was cut short. */
  readonly drained: Drained | undefined
  /** Whether every planned case was played. */
  readonly complete: boolean
}

/** Chance that the next answer is one of a kind not seen before, below which a campaign ends when it has also been quiet for so many milliseconds. */
const leastNew = 1e-4
const quiet = 600_000
const smallest = 32
/** Valid flows without an answer, after which a target that still runs counts as gone: whoever stands still for some seconds is not. */
const mostTries = 6
/** Milliseconds: whether the target still serves, and how soon, is looked at so often. */
const longestBatch = 2000
/** Milliseconds: what is sent again ends after 64*T1 (RFC 3261 17.1.1.2). */
const longestDrain = 40_000
const shortestDrain = 1500

export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const since = options.now()
  const lab = await openLab(options)
  try {
    const result = await createCampaign(options, lab, since)()
    await options.afterwards?.(result.findings, lab)
    return result
  } finally {
    await lab.close()
  }
}

function createCampaign(options: CampaignOptions, lab: Lab, began: number): () => Promise<CampaignResult> {
  const { scenarios, seed, budget, now, journal, say } = options
  const { player, target } = lab
  const tally = createTally({ now, began, journal, say })
  const { coverage } = tally
  const growth = createGrowthWatch({ lab, now, tally, scenarios, limits: options.growth })
  const counted = (execution: Execution): void => {
    tally.count(execution)
    growth.look()
  }
  const isLate = (): boolean => now() - began > budget + grace
  const turn = createTurn(now)
  let latestBatch = began
  const givesWay = (): boolean => turn.isOverdue() || now() - latestBatch > longestBatch
  const batches = createBatchPlayer({ lab, timeLeft, givesWay, counted })
  const lookAgain = createSecondLook({ lab, tally, scenarios, isLate })
  const deadly = createDeadly()
  /** Cases of the next batch: the fewer, the sooner is known who of them stopped the target. */
  let size = smallest
  let lost = false
  let looked = 0
  let enough = false
  /** Of the time: what the target is left at the end. */
  const kept = Math.min(longestDrain, Math.max(shortestDrain, budget / 40))
  let drained: Drained | undefined
  let allPlanned = false
  let flowsOver = false

  function timeLeft(): boolean {
    const { findings } = tally
    for (; looked < findings.length; looked += 1) enough ||= options.isEnough?.(findings[looked] as Finding) === true
    const left = kept + (findings.length > 0 ? (options.forFindings ?? 0) : 0)
    const isOver = now() - began >= budget - left || tally.executions >= (options.most ?? Number.POSITIVE_INFINITY)
    return !lost && !enough && !isOver && options.signal?.aborted !== true
  }

  /** A batch of them; false once there are no more. */
  async function playNext(planned: Queue<FuzzCase>): Promise<boolean> {
    const taken = planned.take(size)
    if (taken.length === 0) return false
    const cases = taken.filter((one) => !deadly.has(one))
    latestBatch = now()
    const { left, suspects, unanswered } = await batches.play(cases)
    const alive = target.ended() === undefined && (await lab.isAlive(scenarios, mostTries))
    size = alive ? Math.min(batchSize, 2 * size) : Math.max(smallest, size >> 2)
    if (alive) for (const suspect of suspects) await lookAgain(suspect)
    else if (isLate()) tally.shrug()
    else {
      const played = cases.slice(0, cases.length - left.length)
      const { serves, culprit } = await findCulprit(played, { lab, tally, scenarios, unanswered })
      lost = !serves
      if (culprit !== undefined) deadly.add(culprit)
      // Those that were answered have nothing to do with it.
      for (const suspect of lost ? [] : suspects) if (suspect.observation.finals.length > 0) await lookAgain(suspect)
    }
    if (alive) await growth.lookAtLatency()
    planned.putBack(left)
    await target.reset()
    journal.batch({ at: now() - began, executions: tally.executions, window: batches.window })
    return true
  }

  /** Those that come last wait for nobody. */
  async function stragglers(): Promise<void> {
    const suspects = await batches.stragglers()
    for (const suspect of lost ? [] : suspects) await lookAgain(suspect)
  }

  /** All of them, while there is time; beside whole flows, unless those have the turn. */
  async function playAll(planned: Iterable<FuzzCase>): Promise<void> {
    const queue = queueOf(planned)
    for (let more = true; more && timeLeft();) {
      const giveBack = await withinTime(turn(), undefined)
      if (giveBack === undefined) return
      more = await playNext(queue).finally(giveBack)
    }
    await stragglers()
  }

  /** Every single change, then what is legal in all ways beside each other, then one change among legal ones and changes put together, until nothing new is to be expected of them. */
  function* messages(planned: readonly FuzzCase[], random: () => number): Generator<FuzzCase, void, undefined> {
    yield* planned
    const legal = planLegal(scenarios, planned, player, random)
    yield* legal.covering()
    allPlanned = true
    const combiner = createCombiner(planned, random)
    const together = function* (): Generator<FuzzCase, void, undefined> {
      while (planned.length > 0 && !(flowsOver && isExhausted())) yield* combiner.next(batchSize)
    }
    yield* inRounds([
      { cases: legal.amongLegal(planned), each: 1 },
      { cases: together(), each: 1 },
    ])
  }

  /** Whole flows, until none is left. */
  async function playFlows(opening: Promise<FlowPhase | undefined>): Promise<void> {
    const phase = await withinTime(opening, undefined)
    let more = phase !== undefined
    while (more && timeLeft()) more = await withinTime((phase as FlowPhase).next(), true)
    flowsOver = timeLeft()
  }

  /** Beside each other, as flows wait most of their time: when the one cannot go on, neither need the other. */
  async function besideEachOther(...all: readonly Promise<void>[]): Promise<void> {
    const failing = (problem: unknown): never => {
      lost = true
      throw problem
    }
    const ended = await Promise.allSettled(all.map((one) => one.catch(failing)))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
  }

  /** What a flow takes, and what it takes to start, is not in our hands: `instead` of its result when the time is over. */
  async function withinTime<T>(what: Promise<T>, instead: T): Promise<T> {
    let over = false
    const ended = what.finally(() => (over = true))
    // When nobody waits for it any longer, the systems that it plays with are gone.
    ended.catch(() => {})
    const watch = async (): Promise<T> => {
      while (!over && timeLeft()) await pause(50)
      return over ? ended : instead
    }
    return Promise.race([ended, watch()])
  }

  async function flowPhase(random: () => number): Promise<FlowPhase | undefined> {
    const stage = await lab.flows()
    if (stage === undefined) return undefined
    return createFlowPhase({
      stage,
      random,
      timeLeft,
      turn,
      plan(cases, cells) {
        const known = coverage.cells.size
        coverage.planFlow(cases, cells)
        journal.planned([...coverage.cells.values()].slice(known))
      },
      counted: (execution) => void (timeLeft() && tally.count(execution)),
      keep: (execution, complaint) => void (timeLeft() && tally.keep(execution, complaint)),
      vanished: (execution) => void (timeLeft() && tally.vanish(execution)),
      doubted: tally.doubt,
    })
  }

  return async () => {
    // Starting them takes a while, and need not be waited for.
    lab.flows().catch(() => {})
    const notTested = await whyNotTested({ lab, tally, scenarios, timeLeft })
    if (notTested !== undefined) return result(notTested)
    const random = randomFrom(seed)
    const torture = planTorture(scenarios, player, coverage)
    const planned = planGrid(scenarios, player, coverage, random)
    journal.planned(coverage.cells.values())
    await playAll([...(options.known ?? []), ...torture])
    // Whole flows have systems under test of their own, which take their time to start.
    const flows = flowPhase(randomFrom(seed + 1))
    flows.catch(() => {})
    const overTcp = { lab, scenarios, timeLeft, counted: tally.count, keep: tally.keep, plan: coverage.planOperation }
    const alone = playStreams(overTcp).then(() => playAll(messages(planned, random)))
    await besideEachOther(alone, playFlows(flows))
    const isCut = lost || enough || options.signal?.aborted === true
    const isNothing = scenarios.length === 0 && tally.executions === 0 && !isCut
    if (isNothing) return result('the time was over before any flow had come to its end')
    if (!isCut) drained = await drain({ lab, scenarios, now, longest: kept, keep: tally.keep })
    return result(undefined, allPlanned && flowsOver)
  }

  /** Nothing new is to be expected: neither another way of answering nor another finding. */
  function isExhausted(): boolean {
    const latest = Math.max(0, ...tally.findings.map(({ after }) => after))
    return coverage.unseen() < leastNew && now() - began - latest > quiet
  }

  function result(notTested: string | undefined, complete = false): CampaignResult {
    growth.complain()
    const { executions, flows, findings, undecided, inconclusive } = tally
    tally.close()
    return {
      executions,
      flows,
      milliseconds: now() - began,
      findings,
      undecided,
      coverage,
      notTested,
      inconclusive,
      trends: growth.trends(),
      drained,
      complete,
    }
  }
}
