import { statusOf } from '#wire/sip'
import type { Flights } from './flights.ts'
import { isHeard, type Flying } from './flight.ts'
import type { Patience } from './patience.ts'

export interface CourseOptions {
  readonly now: () => number
  readonly flights: Flights
  readonly patience: Patience
  /** Whether somebody has fetched what the execution of that identifier names. */
  readonly isFetched: (correlation: string) => boolean
}

/** When an execution is over, and who waits for it until then. */
export interface Course {
  /** Executions that others wait for. */
  readonly inFlight: number
  /** All that are not over. */
  readonly waiting: number
  /** Calls that when an execution makes room for others without being over. */
  onPassed(call: (() => void) | undefined): void
  begin(): void
  /** Over, if all has come that it waits for. */
  conclude(flying: Flying): void
  /** The fence behind it is answered, so it has been seen: it may take its time. */
  pass(flying: Flying): void
  /** Over, whatever may still come; without an answer it is silent. */
  giveUp(flying: Flying): void
}

export function createCourse({ now, flights, patience, isFetched }: CourseOptions): Course {
  let inFlight = 0
  let parked = 0
  let onPassed: (() => void) | undefined

  function conclude(flying: Flying): void {
    const { finals, legMessages, legs, reactions, reactionsDue } = flying
    if (flying.over || finals.length === 0 || flying.ending) return
    const [final] = finals
    const refused = final !== undefined && statusOf(final) >= 300
    if (!refused && (legMessages.length < legs || reactions.length < reactionsDue)) return
    if (flying.lingers !== true) return end(flying, false)
    if (!flying.lingering) linger(flying, 0)
    flying.lingering = true
  }

  /**
   * It is over after a while in which more may come, once the sessions that it made at other entities are; or not, when that takes too long.
   * The while is counted by turns: where the fuzzer itself has stood still, what came meanwhile has not been read yet.
   */
  function linger(flying: Flying, waited: number): void {
    setTimeout(() => {
      const age = waited + turn
      const heard = age >= longAfter || isHeard(flying)
      const settled = heard && flying.standing.size === 0 && !flying.ending && flying.asideEnds === 0
      if ((age >= lingering && settled) || age >= longestLingering) return end(flying, false)
      linger(flying, age)
    }, turn)
  }

  function end(flying: Flying, silent: boolean): void {
    if (flying.over) return
    flying.over = true
    flights.settle(flying)
    if (flying.parked) parked -= 1
    else inFlight -= 1
    const { finals, provisionals, legMessages: legs, reactions, latency, early } = flying
    flying.done({
      finals: asTheyAre(finals),
      provisionals: asTheyAre(provisionals),
      legs: asTheyAre(legs),
      reactions: asTheyAre(reactions),
      latency,
      early,
      silent,
      waited: now() - flying.since,
      sentAgain: flying.sentAgain,
      stalled: silent && flying.fence !== undefined && flying.seen === 0,
      repeated: flying.repeated,
      asideAnswers: asTheyAre(flying.asideAnswers),
      fetched: isFetched(flying.correlation),
      ends: asTheyAre(flying.ends),
      hungUp: flying.hungUp,
      answersToAck: asTheyAre(flying.answersToAck),
      standing: [...flying.standing.values()],
    })
  }

  function pass(flying: Flying): void {
    if (flying.over || flying.finals.length > 0) return
    flying.seen ||= now()
    if (flying.hopeless === true) return giveUp(flying)
    if (flying.parked) return
    flying.parked = true
    patience.saw()
    parked += 1
    inFlight -= 1
    onPassed?.()
  }

  const giveUp = (flying: Flying): void => end(flying, flying.finals.length === 0)

  return {
    get inFlight() {
      return inFlight
    },
    get waiting() {
      return inFlight + parked
    },
    onPassed(call) {
      onPassed = call
    },
    begin: () => void (inFlight += 1),
    conclude,
    pass,
    giveUp,
  }
}

/** A list that no longer grows. */
const asTheyAre = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? none : [...list])
const none: readonly never[] = []

/** Milliseconds. */
const turn = 20
const lingering = 60
const longAfter = 500
const longestLingering = 2000
