import type { SipMessage } from '#wire/sip'
import { hashOf, titleOf, type FuzzCase } from './case.ts'
import { createCombiner } from './combine.ts'
import { createCoverage, type Coverage } from './coverage.ts'
import { createFlowPhase, type FlowPhase } from './flows/flow-phase.ts'
import { planGrid, validCase } from './grid.ts'
import { answerClassOf } from './judge.ts'
import type { Journal } from './journal.ts'
import { openLab, pause, type Lab, type LabOptions } from './lab.ts'
import type { LegMessage } from './observation.ts'
import { statusOf, type Complaint } from './oracle.ts'
import type { Execution } from './player.ts'
import { randomFrom } from './random.ts'
import type { Scenario } from './scenario.ts'
import { playStreams } from './stream-phase.ts'
import { isContained, signatureOf } from './signature.ts'

/** Something that an oracle did not let pass, and that showed again when its case was played alone. */
export interface Finding {
  readonly signature: string
  readonly one: FuzzCase
  readonly complaint: Complaint
  readonly execution: Execution
  /** Executions and milliseconds until it was first seen. */
  readonly executions: number
  readonly after: number
}

export interface CampaignOptions extends LabOptions {
  readonly scenarios: readonly Scenario[]
  /** Known failures: they are played first. */
  readonly known?: readonly FuzzCase[]
  readonly seed: number
  /** Milliseconds. */
  readonly budget: number
  readonly most?: number | undefined
  readonly journal: Journal
  readonly say: (line: string) => void
  /** Ends the campaign early. */
  readonly signal?: AbortSignal | undefined
  /** Whether the campaign may end with this finding. */
  readonly isEnough?: ((finding: Finding) => boolean) | undefined
  /** What is done with the findings while the target still runs. */
  readonly afterwards?: (findings: readonly Finding[], lab: Lab) => Promise<void>
}

export interface CampaignResult {
  readonly executions: number
  readonly milliseconds: number
  readonly findings: readonly Finding[]
  readonly coverage: Coverage
  /** Why nothing could be tested, where that is so. */
  readonly notTested: string | undefined
  readonly inconclusive: number
  /** Whether every planned case was played. */
  readonly complete: boolean
}

const isOperated = ({ ops }: FuzzCase): boolean => ops.length > 0

/** Twice as many have users of their own. */
const batchSize = 192
/** Unanswered executions that a batch need not wait for. */
const mostStragglers = 6
/** Unanswered executions one after the other, after which a batch is given up. */
const mostUnheard = 24
/** Chance that the next answer is one of a kind not seen before, below which a campaign ends when it has also been quiet for so many milliseconds. */
const leastNew = 1e-4
/** Milliseconds after its time in which what looked wrong may still be looked at alone. */
const grace = 3000
const quiet = 600_000

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
  const { engine, player, target, wrongAnyway } = lab
  const coverage = createCoverage()
  const findings = new Map<string, Finding>()
  let executions = 0
  let inconclusive = 0
  let window = 16
  let odd = false
  const suspected = new Set<Execution>()
  let last: Execution | undefined
  let lost = false
  /** Executions one after the other that should have been answered. */
  let unheard = 0

  const timeLeft = (): boolean =>
    !lost &&
    now() - began < budget &&
    options.signal?.aborted !== true &&
    executions < (options.most ?? Number.POSITIVE_INFINITY) &&
    ![...findings.values()].some((finding) => options.isEnough?.(finding))

  function counted(execution: Execution): void {
    executions += 1
    last = execution
    const answer = answerClassOf(execution.observation)
    coverage.count(execution, answer)
    journal.execution({ at: now() - began, hash: hashOf(execution.one), execution, answer })
  }

  /**
   * Up to a window of them at once, each with a user of its own. What is still unanswered when all the others are over is judged with the next batch, whose
   * users are others.
   */
  async function playBatch(cases: readonly FuzzCase[]): Promise<readonly Execution[]> {
    odd = !odd
    let done = 0
    // Nobody may be forgotten while the course of a flow is disturbed.
    let operated = cases.filter(isOperated).length
    await new Promise<void>((resolve) => {
      let next = 0
      const settle = (): void => {
        if (cases.length - done <= mostStragglers && operated === 0) resolve()
      }
      const leaveRest = (): void => {
        const rest = cases.slice(next)
        next = cases.length
        done += rest.length
        operated -= rest.filter(isOperated).length
        settle()
        setTimeout(() => engine.abandon(), isGone() ? 0 : grace)
      }
      const more = (): void => {
        if (next < cases.length && (!timeLeft() || isGone())) leaveRest()
        while (next < cases.length && engine.inFlight < window) {
          const index = next
          next += 1
          let mine: Execution | undefined
          const over = (execution: Execution): void => {
            mine = execution
            done += 1
            if (isOperated(execution.one)) operated -= 1
            counted(execution)
            adapt(execution)
            if (execution.complaints.some(({ what }) => !wrongAnyway.has(what))) suspected.add(execution)
            settle()
            setImmediate(more)
          }
          player.play(
            cases[index] as FuzzCase,
            index + (odd ? batchSize : 0),
            over,
            (what: LegMessage | SipMessage) => {
              if (mine === undefined || !('to' in what)) return
              const all = player.withLate(mine, [what])
              if (all.complaints.length > mine.complaints.length) suspected.add(all)
            },
          )
        }
      }
      if (cases.length === 0) resolve()
      engine.onPassed(() => setImmediate(more))
      more()
    })
    await pause(2)
    const found = [...suspected]
    suspected.clear()
    return found
  }

  /** One more for each that was answered, half of them when one was not. */
  function adapt({ observation, expectation }: Execution): void {
    const unanswered = observation.silent && !expectation.silenceAllowed
    if (unanswered) window = Math.max(4, window >> 1)
    else if (window < 64) window += 1 / window
    if (observation.finals.length > 0) unheard = 0
    else if (unanswered) unheard += 1
  }

  /** Whatever else is sent, nobody is there to take it. */
  const isGone = (): boolean => target.ended() !== undefined || unheard >= mostUnheard

  /** Complaints about what is valid are findings of their own; nothing can be tested of a target that does not answer at all. */
  async function sanity(): Promise<boolean> {
    let answers = false
    for (const scenario of scenarios) {
      let execution = await lab.alone(validCase(scenario))
      for (let again = 0; again < 2 && execution.complaints.length > 0; again += 1)
        execution = await lab.alone(validCase(scenario))
      const status = execution.observation.finals[0] === undefined ? 0 : statusOf(execution.observation.finals[0])
      answers ||= status !== 0 && (scenario.mayRefuse === true || (status !== 401 && status !== 404))
      for (const complaint of execution.complaints) {
        wrongAnyway.add(complaint.what)
        keep(execution, complaint)
      }
    }
    return answers
  }

  /** Alone, with nothing else in flight: what shows again is a finding. */
  async function confirm(suspect: Execution): Promise<void> {
    if (isLate()) return vanish(suspect)
    const isKnown = (complaint: Complaint): boolean =>
      wrongAnyway.has(complaint.what) ||
      findings.has(signatureOf(suspect.one, complaint)) ||
      [...findings.values()].some((finding) => isContained(suspect.one, complaint, finding))
    if (suspect.complaints.length > 0 && suspect.complaints.every(isKnown)) return
    while (engine.waiting > 0) await pause(10)
    const again = await lab.alone(suspect.one)
    // What comes late of an earlier execution of the same user shows once, and not with another user.
    const twice = again.complaints.length === 0 ? again : await lab.alone(suspect.one)
    const inBoth = new Set(twice.complaints.map(({ what }) => what))
    const shown = again.complaints.filter(({ what }) => inBoth.has(what) && !wrongAnyway.has(what))
    if (shown.length > 0) await blameNothing(suspect)
    for (const complaint of shown) if (!wrongAnyway.has(complaint.what)) keep(again, complaint)
    if (shown.length > 0 || again.complaints.some(({ what }) => wrongAnyway.has(what))) return
    vanish(suspect)
  }

  const isLate = (): boolean => now() - began > budget + grace

  function vanish({ one, complaints }: Execution): void {
    inconclusive += 1
    journal.vanished({ at: now() - began, one, what: complaints.map(({ what }) => what) })
  }

  /** What shows of a valid request too, each time, has nothing to do with the edits. */
  async function blameNothing({ one }: Execution): Promise<void> {
    // It may still be busy with what it was sent before.
    if (!(await lab.isAlive(scenarios))) return
    const valid = { ...one, edits: [], ops: [] }
    const tries = [await lab.alone(valid), await lab.alone(valid), await lab.alone(valid)]
    for (const execution of tries)
      for (const complaint of execution.complaints) {
        const silent = execution.observation.silent
        if (silent && !tries.every(({ observation }) => observation.silent)) continue
        wrongAnyway.add(complaint.what)
        keep(execution, complaint)
      }
  }

  function keep(execution: Execution, complaint: Complaint): void {
    const signature = signatureOf(execution.one, complaint)
    coverage.found(execution)
    if (findings.has(signature)) return
    const finding: Finding = { signature, one: execution.one, complaint, execution, executions, after: now() - began }
    findings.set(signature, finding)
    journal.finding(finding)
    say(`finding: ${titleOf(finding.one)}: ${complaint.what} (${complaint.clause})`)
  }

  /** The target no longer serves: who of the batch did that? */
  async function bisect(cases: readonly FuzzCase[], why: string): Promise<void> {
    let suspects = cases
    if (isLate()) return void (inconclusive += 1)
    lost = !target.restarts
    if (lost && last !== undefined) keep(last, dead(`${why}; it was one of ${cases.length}, of which this is the last`))
    if (lost) return
    await lab.revive(scenarios)
    while (suspects.length > 1) {
      const half = suspects.slice(0, Math.ceil(suspects.length / 2))
      suspects = (await lab.kills(half, scenarios)) ? half : suspects.slice(half.length)
    }
    const [one] = suspects
    if (one === undefined || !(await lab.kills([one], scenarios))) {
      inconclusive += 1
      return
    }
    keep(await lab.alone(one), dead(why))
    await lab.revive(scenarios)
  }

  const dead = (observed: string): Complaint => ({
    oracle: 'liveness',
    clause: 'RFC 3261 8.2',
    severity: 'security',
    what: `the target no longer serves valid requests${target.ended() === undefined ? '' : `: ${target.ended()}`}`,
    expected: 'a valid flow goes its way after it',
    observed,
  })

  /** Those that come last wait for nobody: their stragglers have the time that they need. */
  async function stragglers(): Promise<void> {
    while (engine.waiting > 0) await pause(20)
    for (const suspect of lost ? [] : suspected) await confirm(suspect)
    suspected.clear()
  }

  /** A batch of them; false once there are no more. */
  async function playNext(planned: Iterator<FuzzCase>): Promise<boolean> {
    const cases = taken(planned, batchSize)
    if (cases.length === 0) return false
    const found = await playBatch(cases)
    const alive = target.ended() === undefined && (await lab.isAlive(scenarios))
    if (alive) for (const suspect of found) await confirm(suspect)
    else await bisect(cases, target.ended() ?? 'no valid flow goes its way')
    await target.reset()
    journal.batch({ at: now() - began, executions, window: Math.floor(window) })
    return true
  }

  async function playAll(planned: Iterable<FuzzCase>): Promise<boolean> {
    const iterator = planned[Symbol.iterator]()
    while (timeLeft()) if (!(await playNext(iterator))) break
    await stragglers()
    return timeLeft()
  }

  /** Single messages and whole flows in turns, as long the one as the other. */
  async function inTurns(planned: readonly FuzzCase[], random: () => number): Promise<boolean> {
    const iterator = planned[Symbol.iterator]()
    const phase = await withinTime(flowPhase(random), undefined)
    const lanes = [() => playNext(iterator), ...(phase === undefined ? [] : [() => phase.next()])].map((next) => ({
      next,
      spent: 0,
    }))
    while (lanes.length > 0 && timeLeft()) {
      const lane = lanes.reduce((least, one) => (one.spent < least.spent ? one : least))
      const since = now()
      if (!(await withinTime(lane.next(), true))) lanes.splice(lanes.indexOf(lane), 1)
      lane.spent += now() - since
    }
    await stragglers()
    return lanes.length === 0
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
      plan(all) {
        for (const one of all) coverage.planCase(one)
        journal.planned(coverage.cells.values())
      },
      counted: (execution) => void (timeLeft() && counted(execution)),
      keep: (execution, complaint) => void (timeLeft() && keep(execution, complaint)),
      vanished: (execution) => void (timeLeft() && vanish(execution)),
    })
  }

  return async () => {
    // Starting them takes a while, and need not be waited for.
    lab.flows().catch(() => {})
    if (scenarios.length > 0 && !(await sanity()))
      return result('no valid request is answered: nothing can be said of what is not valid')
    const random = randomFrom(seed)
    const planned = planGrid(scenarios, player, coverage, random)
    journal.planned(coverage.cells.values())
    await playAll(options.known ?? [])
    await playStreams({ lab, scenarios, timeLeft, counted, keep, plan: coverage.planOperation })
    const complete = await inTurns(planned, random)
    const combiner = createCombiner(planned, random)
    while (complete && planned.length > 0 && timeLeft() && !isExhausted()) await playAll(combiner.next(4 * batchSize))
    return result(undefined, complete)
  }

  /** Nothing new is to be expected: neither another way of answering nor another finding. */
  function isExhausted(): boolean {
    const latest = Math.max(0, ...[...findings.values()].map(({ after }) => after))
    return coverage.unseen() < leastNew && now() - began - latest > quiet
  }

  function result(notTested: string | undefined, complete = false): CampaignResult {
    const all = [...findings.values()]
    return { executions, milliseconds: now() - began, findings: all, coverage, notTested, inconclusive, complete }
  }
}

function taken<T>(from: Iterator<T>, most: number): readonly T[] {
  const made: T[] = []
  while (made.length < most) {
    const { value, done } = from.next()
    if (done === true) break
    made.push(value)
  }
  return made
}
