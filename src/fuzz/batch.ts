import type { SipMessage } from '#wire/sip'
import type { FuzzCase } from './case.ts'
import { pause, type Lab } from './lab.ts'
import type { LegMessage } from './observation.ts'
import type { Execution } from './execution.ts'
import { mostUsers, usersAlone } from './world.ts'

/** Each has a user of its own; so have those of the batch after it, and what is played alone. */
export const batchSize = (mostUsers - 2 * usersAlone) >> 1
/** Unanswered executions that a batch need not wait for. */
const mostStragglers = 6
/** Unanswered executions one after the other, after which a batch is given up. */
const mostUnheard = 24
/** Milliseconds after its time in which what looked wrong may still be looked at. */
export const grace = 3000
/** Executions in flight: at first, and at most. */
const [first, widest] = [32, 128]
/** Milliseconds within which an answer comes of whoever has room for more. */
const prompt = 200

export interface BatchOptions {
  readonly lab: Lab
  timeLeft(): boolean
  /** Whether somebody else has waited long enough: what is in flight ends, and the rest of the batch comes later. */
  givesWay(): boolean
  counted(execution: Execution): void
}

/** What was not played as nobody was there any more, somebody else has the turn, or the time was over, what looked wrong, and what nothing came of. */
interface Played {
  readonly left: readonly FuzzCase[]
  readonly suspects: readonly Execution[]
  readonly unanswered: readonly FuzzCase[]
}

/** Plays many single messages at once. */
export interface BatchPlayer {
  /** Executions in flight. */
  readonly window: number
  /**
   * Up to a window of them at once, each with a user of its own. What is still unanswered when all the others are over is judged with the next batch, whose
   * users are others.
   */
  play(cases: readonly FuzzCase[]): Promise<Played>
  /** Those that come last wait for nobody: their stragglers have the time that they need. */
  stragglers(): Promise<readonly Execution[]>
}

export function createBatchPlayer({ lab, timeLeft, givesWay, counted }: BatchOptions): BatchPlayer {
  const { engine, player, target, wrongAnyway } = lab
  const suspected = new Set<Execution>()
  let window = first
  /** Up to here one more for each that was answered, from here on one more for as many as are in flight. */
  let steep = widest
  let odd = false
  /** Executions one after the other that should have been answered. */
  let unheard = 0
  /** Sends more of the batch that is played now; whoever is left of the one before makes room for it too. */
  let makeRoom = (): void => undefined

  /** More when one was answered, half of them when one was not. */
  function adapt({ observation }: Execution, unanswered: boolean): void {
    if (unanswered) steep = window = Math.max(4, window >> 1)
    // Whoever answers late has enough to do.
    else if (observation.latency > prompt) window = Math.max(Math.min(first, window), window - 1)
    else if (window < widest) window += window < steep ? 1 : 1 / window
    if (observation.finals.length > 0) unheard = 0
    else if (unanswered) unheard += 1
  }

  /** Whatever else is sent, nobody is there to take it. */
  const isGone = (): boolean => target.ended() !== undefined || unheard >= mostUnheard

  function suspects(): readonly Execution[] {
    const found = [...suspected]
    suspected.clear()
    return found
  }

  const isOperated = ({ ops }: FuzzCase): boolean => ops.length > 0

  return {
    get window() {
      return Math.floor(window)
    },
    async play(cases) {
      odd = !odd
      unheard = 0
      let next = 0
      let done = 0
      let left: readonly FuzzCase[] = []
      const silent = new Set<FuzzCase>()
      // Nobody may be forgotten while the course of a flow is disturbed.
      let operated = cases.filter(isOperated).length
      await new Promise<void>((resolve) => {
        const settle = (): void => {
          if (cases.length - done - left.length <= mostStragglers && operated === 0) resolve()
        }
        const leaveRest = (): void => {
          left = cases.slice(next)
          next = cases.length
          operated -= left.filter(isOperated).length
          settle()
        }
        const start = (one: FuzzCase, user: number): void => {
          let mine: Execution | undefined
          const over = (execution: Execution): void => {
            mine = execution
            done += 1
            if (isOperated(one)) operated -= 1
            counted(execution)
            const { observation, expectation } = execution
            const unanswered = observation.silent && (!expectation.silenceAllowed || observation.stalled)
            if (unanswered && observation.provisionals.length + observation.legs.length === 0) silent.add(one)
            adapt(execution, unanswered)
            if (execution.complaints.some(({ what }) => !wrongAnyway.has(what))) suspected.add(execution)
            settle()
            makeRoom()
          }
          const late = (what: LegMessage | SipMessage): void => {
            if (mine === undefined || !('to' in what)) return
            const all = player.withLate(mine, [what])
            if (all.complaints.length > mine.complaints.length) suspected.add(all)
          }
          player.play(one, user, over, late)
        }
        const more = (): void => {
          scheduled = false
          if (next < cases.length && (!timeLeft() || isGone())) {
            leaveRest()
            engine.abandon(isGone() ? 0 : grace)
          } else if (next > 0 && next < cases.length && givesWay()) leaveRest()
          for (; next < cases.length && engine.inFlight < window; next += 1)
            start(cases[next] as FuzzCase, next + (odd ? batchSize : 0))
        }
        let scheduled = false
        const schedule = (): void => {
          if (!scheduled) setImmediate(more)
          scheduled = true
        }
        if (cases.length === 0) resolve()
        makeRoom = schedule
        engine.onPassed(schedule)
        more()
      })
      await pause(2)
      return { left, suspects: suspects(), unanswered: cases.filter((one) => silent.has(one)) }
    },
    async stragglers() {
      while (engine.waiting > 0) await pause(20)
      return suspects()
    },
  }
}
