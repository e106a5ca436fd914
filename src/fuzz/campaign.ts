import type { SipMessage } from '#wire/sip'
import { hashOf, titleOf, type FuzzCase } from './case.ts'
import { createCoverage, type Coverage } from './coverage.ts'
import { openEngine, usualTimes, type Engine, type EngineTimes } from './engine.ts'
import { planGrid, validCase } from './grid.ts'
import { answerClassOf } from './judge.ts'
import type { Journal } from './journal.ts'
import type { LegMessage } from './observation.ts'
import { statusOf, type Complaint } from './oracle.ts'
import { createPlayer, ownPlaces, type Execution, type Player } from './player.ts'
import { randomFrom } from './random.ts'
import type { Scenario } from './scenario.ts'
import { signatureOf } from './signature.ts'
import type { Target } from './target.ts'
import { mostUsers, type Places } from './world.ts'

/** A finding that showed again when its case was played alone. */
export interface Finding {
  readonly signature: string
  readonly one: FuzzCase
  readonly complaint: Complaint
  readonly execution: Execution
  /** Executions and milliseconds until it was first seen. */
  readonly executions: number
  readonly after: number
}

export interface CampaignOptions {
  readonly scenarios: readonly Scenario[]
  readonly seed: number
  /** Milliseconds. */
  readonly budget: number
  readonly most?: number | undefined
  readonly now: () => number
  readonly startTarget: (own: Places) => Promise<Target>
  readonly journal: Journal
  readonly times?: EngineTimes
  readonly say: (line: string) => void
  /** Ends the campaign early. */
  readonly signal?: AbortSignal | undefined
  /** Whether one finding is enough. */
  readonly stopAtFirst?: boolean | undefined
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

const batchSize = 256

export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { now, times = usualTimes } = options
  let strays: LegMessage[] = []
  const engine = await openEngine({ address: '127.0.0.1', now, times, onStray: (leg) => strays.push(leg) })
  const target = await options.startTarget(ownPlaces(engine))
  const campaign = createCampaign(options, engine, target, {
    taken: () => {
      const taken = strays
      strays = []
      return taken
    },
  })
  try {
    return await campaign()
  } finally {
    await engine.close()
    await target.stop()
  }
}

function createCampaign(
  options: CampaignOptions,
  engine: Engine,
  target: Target,
  strays: { readonly taken: () => readonly LegMessage[] },
): () => Promise<CampaignResult> {
  const { scenarios, seed, budget, now, journal, say } = options
  const began = now()
  const player: Player = createPlayer(engine, () => target)
  const coverage = createCoverage()
  const findings = new Map<string, Finding>()
  let executions = 0
  let inconclusive = 0
  let window = 16
  /** What is complained of even where nothing was changed. */
  const wrongAnyway = new Set<string>()

  const timeLeft = (): boolean =>
    now() - began < budget &&
    options.signal?.aborted !== true &&
    executions < (options.most ?? Number.POSITIVE_INFINITY) &&
    !(options.stopAtFirst === true && findings.size > 0)

  function counted(execution: Execution): void {
    executions += 1
    const answer = answerClassOf(execution.observation)
    coverage.count(execution, answer)
    journal.execution({ at: now() - began, hash: hashOf(execution.one), execution, answer })
  }

  /** Up to a window of them at once, each with a user of its own. */
  async function playBatch(cases: readonly FuzzCase[]): Promise<readonly Execution[]> {
    const over: Execution[] = []
    const late: Execution[] = []
    await new Promise<void>((resolve) => {
      let next = 0
      const more = (): void => {
        while (next < cases.length && engine.inFlight < window) {
          const index = next
          next += 1
          let mine: Execution | undefined
          player.play(
            cases[index] as FuzzCase,
            index,
            (execution) => {
              mine = execution
              over.push(execution)
              counted(execution)
              adapt(execution)
              if (over.length === cases.length) return resolve()
              setImmediate(more)
            },
            (what: LegMessage | SipMessage) => {
              if (mine?.expectation.class === 'refuse' && 'to' in what) late.push(mine)
            },
          )
        }
      }
      more()
    })
    await pause(2)
    const isNew = ({ complaints }: Execution): boolean => complaints.some(({ what }) => !wrongAnyway.has(what))
    return [...new Set([...over.filter(isNew), ...late])]
  }

  /** One more for each that was answered, half of them when one was not. */
  function adapt({ observation, expectation }: Execution): void {
    if (observation.silent && !expectation.silenceAllowed) window = Math.max(4, window >> 1)
    else if (window < 64) window += 1 / window
  }

  /** A valid flow for each scenario: the target lives, and serves. */
  async function isAlive(): Promise<boolean> {
    for (const [index, scenario] of scenarios.entries()) {
      let served = false
      for (let attempt = 0; attempt < 3 && !served; attempt += 1) {
        const execution = await player.played(validCase(scenario), mostUsers - 10 - index)
        served = execution.complaints.every(({ what }) => wrongAnyway.has(what))
      }
      if (!served) return false
    }
    return true
  }

  /** Complaints about what is valid are findings of their own; nothing can be tested of a target that does not answer at all. */
  async function sanity(): Promise<boolean> {
    let answers = false
    for (const [index, scenario] of scenarios.entries()) {
      let execution = await player.played(validCase(scenario), index)
      for (let again = 0; again < 2 && execution.complaints.length > 0; again += 1)
        execution = await player.played(validCase(scenario), index)
      const status = execution.observation.finals[0] === undefined ? 0 : statusOf(execution.observation.finals[0])
      answers ||= status !== 0 && status !== 401 && status !== 404
      for (const complaint of execution.complaints) {
        wrongAnyway.add(complaint.what)
        keep(execution, complaint)
      }
    }
    return answers
  }

  /** Alone, with nothing else in flight: what shows again is a finding. */
  async function confirm(suspect: Execution): Promise<void> {
    strays.taken()
    const again = await player.played(suspect.one, mostUsers - 2)
    await pause(20)
    const left = strays.taken()
    const known = new Set(again.complaints.map(({ what }) => what))
    const shown = suspect.complaints.filter(({ what }) => known.has(what) && !wrongAnyway.has(what))
    if (shown.length > 0) await blameNothing(suspect)
    for (const complaint of shown) if (!wrongAnyway.has(complaint.what)) keep(suspect, complaint)
    if (left.length > 0 && again.expectation.class === 'refuse') keep(suspect, strayComplaint(again, left))
    if (again.complaints.length > 0 || left.length > 0) return
    inconclusive += 1
    journal.vanished({ at: now() - began, one: suspect.one, what: suspect.complaints.map(({ what }) => what) })
  }

  /** What shows of a valid request too has nothing to do with the edits. */
  async function blameNothing({ one }: Execution): Promise<void> {
    // It may still be busy with what it was sent before.
    if (!(await isAlive())) return
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const execution = await player.played({ ...one, edits: [] }, mostUsers - 3)
      for (const complaint of execution.complaints) {
        wrongAnyway.add(complaint.what)
        keep(execution, complaint)
      }
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
    await target.restart()
    while (suspects.length > 1) {
      const half = suspects.slice(0, Math.ceil(suspects.length / 2))
      suspects = (await kills(half)) ? half : suspects.slice(half.length)
    }
    const [one] = suspects
    if (one === undefined || !(await kills([one]))) {
      inconclusive += 1
      return
    }
    const execution = await player.played(one, 0)
    const complaint: Complaint = {
      oracle: 'liveness',
      clause: 'RFC 3261 8.2',
      severity: 'security',
      what: `the target no longer serves valid requests${target.ended() === undefined ? '' : `: ${target.ended()}`}`,
      expected: 'a valid flow goes its way after it',
      observed: why,
    }
    keep(execution, complaint)
    await target.restart()
  }

  async function kills(cases: readonly FuzzCase[]): Promise<boolean> {
    for (const [index, one] of cases.entries()) {
      player.play(one, index, () => undefined)
      if (index % 16 === 15) await pause(5)
    }
    await pause(50)
    engine.abandon()
    if (target.ended() === undefined && (await isAlive())) return false
    await target.restart()
    return true
  }

  return async () => {
    if (!(await sanity())) return result('no valid request is answered: nothing can be said of what is not valid')
    const planned = planGrid(scenarios, player, coverage, randomFrom(seed))
    let next = 0
    while (next < planned.length && timeLeft()) {
      const cases = planned.slice(next, next + batchSize)
      next += cases.length
      const suspects = await playBatch(cases)
      const ended = target.ended()
      if (ended !== undefined || !(await isAlive())) await bisect(cases, target.ended() ?? 'no valid flow goes its way')
      else for (const suspect of suspects) await confirm(suspect)
      strays.taken()
      await target.reset()
      journal.batch({ at: now() - began, executions, window: Math.floor(window) })
    }
    return result(undefined, next >= planned.length)
  }

  function result(notTested: string | undefined, complete = false): CampaignResult {
    const all = [...findings.values()]
    return { executions, milliseconds: now() - began, findings: all, coverage, notTested, inconclusive, complete }
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

const strayComplaint = ({ expectation }: Execution, [leg]: readonly LegMessage[]): Complaint => ({
  oracle: 'legs',
  clause: expectation.violations[0]?.clause ?? '',
  severity: 'security',
  what: `something leaves towards ${leg?.to} though it is to be refused`,
  expected: 'nothing',
  observed: 'a request for somebody who has asked for nothing',
})
