import { hashOf, type FuzzCase } from './case.ts'
import { createCoverage } from './coverage.ts'
import { openEngine, usualTimes } from './engine.ts'
import { planGrid, validCase } from './grid.ts'
import { answerClassOf } from './judge.ts'
import type { Journal } from './journal.ts'
import { createPlayer } from './player.ts'
import { randomFrom } from './random.ts'
import { elementOptions } from './scenarios/element.ts'
import { elementScenarios } from './scenarios/element.ts'
import type { Target } from './target.ts'

export interface Throughput {
  /** Those that ended in time: what is waited for at the end, when nothing new leaves, is no speed. */
  readonly executions: number
  readonly milliseconds: number
  readonly silent: number
  readonly complaints: number
  /** Time of this process for each, microseconds. */
  readonly microseconds: number
  /** Length of the message that is played, at the mean. */
  readonly octets: number
}

/** Valid messages, those of the grid of single changes, those of them that are not made long, or sessions from INVITE to the response to BYE. */
export type Load = 'valid' | 'changed' | 'short' | 'flows'

/** The speed of executions: everything a campaign does with each, and nothing of what it does between them. */
interface Bench {
  run(what: Load, milliseconds: number): Promise<Throughput>
  close(): Promise<void>
}

/** Executions in flight. */
const messages = 256
const flows = 64
const users = 512
/** Octets of a message that counts as short. */
const longest = 4096

export async function createBench(target: Target, now: () => number, journal: Journal): Promise<Bench> {
  const engine = await openEngine({ now, times: usualTimes, onStray: () => undefined })
  const player = createPlayer(engine, () => target)
  const coverage = createCoverage()
  const changed = planGrid([elementOptions], player, coverage, randomFrom(1))
  const [session] = elementScenarios.filter(({ id }) => id.startsWith('element/invite'))
  const loads: Readonly<Record<Load, readonly FuzzCase[]>> = {
    valid: [validCase(elementOptions)],
    changed,
    short: changed.filter((one) => player.assemble(one, 0, engine.correlation()).octets.length <= longest),
    flows: session === undefined ? [] : [validCase(session)],
  }
  const hashes = new WeakMap<FuzzCase, string>()
  const named = (one: FuzzCase): string => {
    const known = hashes.get(one) ?? hashOf(one)
    hashes.set(one, known)
    return known
  }
  const began = now()

  return {
    run(what, milliseconds) {
      const cases = loads[what]
      const window = what === 'flows' ? flows : messages
      const since = now()
      const before = process.cpuUsage()
      let [executions, inTime, silent, complaints, next, octets] = [0, 0, 0, 0, 0, 0]
      return new Promise((resolve) => {
        const finish = (): void => {
          const { user, system } = process.cpuUsage(before)
          resolve({
            executions: inTime,
            silent,
            complaints,
            milliseconds,
            microseconds: (user + system) / Math.max(1, executions),
            octets: octets / Math.max(1, executions),
          })
        }
        const more = (): void => {
          while (engine.inFlight < window && now() - since < milliseconds) {
            const one = cases[next % cases.length] as FuzzCase
            next += 1
            player.play(one, next % users, (execution) => {
              executions += 1
              octets += execution.octets.length
              if (execution.observation.silent) silent += 1
              complaints += execution.complaints.length
              const answer = answerClassOf(execution.observation)
              coverage.count(execution, answer)
              journal.execution({ at: now() - began, hash: named(one), execution, answer })
              if (now() - since < milliseconds) {
                inTime += 1
                schedule()
              } else if (engine.waiting === 0) finish()
            })
          }
          if (now() - since >= milliseconds && engine.waiting === 0) finish()
        }
        let scheduled = false
        const schedule = (): void => {
          if (scheduled) return
          scheduled = true
          setImmediate(() => {
            scheduled = false
            more()
          })
        }
        engine.onPassed(schedule)
        more()
      })
    },
    close: () => engine.close(),
  }
}
