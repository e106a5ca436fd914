import type { Clock } from './clock.ts'

/** A timer that was started; `stop` may be called at any time, more than once. */
export interface Timer {
  stop(): void
}

/** Timers by the hundred thousand on one clock. */
export interface TimerQueues {
  now(): number
  /** Hands `subject` to `run`, once, `ms` milliseconds from now, never early. */
  start<Subject>(ms: number, run: (subject: Subject) => void, subject: Subject): Timer
}

/** Those of one element, which end with it. */
export interface OwnTimerQueues extends TimerQueues {
  /** Stops all; what is started afterwards never falls due. */
  close(): void
}

/** So many durations have a queue of their own; whoever asks for more has the clock itself. */
const mostQueues = 64

/**
 * One queue for each duration. The timers of SIP have few durations (T1 doubled, T2, T4, 64*T1), and timers of one duration fall due in
 * the order they were started: starting and stopping cost the same however many run, and the clock is asked for one timer a queue.
 */
export function createTimerQueues(clock: Clock): OwnTimerQueues {
  const queues = new Map<number, Queue>()
  const besides = new Set<{ cancel(): void }>()
  let closed = false
  return {
    now: () => clock.now(),
    start(ms, run, subject) {
      if (closed) return stopped
      let queue = queues.get(ms)
      if (queue === undefined) {
        if (queues.size === mostQueues) {
          const timer = clock.after(ms, () => {
            besides.delete(timer)
            run(subject)
          })
          besides.add(timer)
          return {
            stop() {
              besides.delete(timer)
              timer.cancel()
            },
          }
        }
        queue = new Queue(clock, ms)
        queues.set(ms, queue)
      }
      // A queue hands back the subject it was given with that function.
      return queue.append(run as (subject: unknown) => void, subject)
    },
    close() {
      closed = true
      for (const queue of queues.values()) queue.close()
      for (const timer of besides) timer.cancel()
      queues.clear()
      besides.clear()
    },
  }
}

const stopped: Timer = { stop: () => undefined }

// Both are classes for their one shape and shared methods: there are several of the first for each message.
class QueuedTimer implements Timer {
  readonly due: number
  readonly queue: Queue
  run: ((subject: unknown) => void) | undefined
  subject: unknown
  before: QueuedTimer | undefined
  behind: QueuedTimer | undefined

  constructor(queue: Queue, due: number, run: (subject: unknown) => void, subject: unknown) {
    this.queue = queue
    this.due = due
    this.run = run
    this.subject = subject
    this.before = undefined
    this.behind = undefined
  }

  stop(): void {
    if (this.run !== undefined) this.queue.remove(this)
  }
}

class Queue {
  private readonly clock: Clock
  private readonly ms: number
  private first: QueuedTimer | undefined
  private last: QueuedTimer | undefined
  private armed: { cancel(): void } | undefined
  private serving = false
  private readonly wake = (): void => this.serve()

  constructor(clock: Clock, ms: number) {
    this.clock = clock
    this.ms = ms
  }

  append(run: (subject: unknown) => void, subject: unknown): Timer {
    // Whole milliseconds, rounded up: never early, and a number that needs no memory of its own.
    const timer = new QueuedTimer(this, Math.ceil(this.clock.now() + this.ms), run, subject)
    timer.before = this.last
    if (this.last === undefined) this.first = timer
    else this.last.behind = timer
    this.last = timer
    if (!this.serving) this.armed ??= this.clock.after(this.ms, this.wake)
    return timer
  }

  remove(timer: QueuedTimer): void {
    const { before, behind } = timer
    if (before === undefined) this.first = behind
    else before.behind = behind
    if (behind === undefined) this.last = before
    else behind.before = before
    timer.run = undefined
    timer.subject = undefined
    timer.before = undefined
    timer.behind = undefined
    // With nothing left to wait for, nothing keeps the process alive.
    if (this.first === undefined) {
      this.armed?.cancel()
      this.armed = undefined
    }
  }

  close(): void {
    for (let timer = this.first; timer !== undefined; timer = this.first) this.remove(timer)
  }

  private serve(): void {
    this.armed = undefined
    this.serving = true
    const now = this.clock.now()
    for (let timer = this.first; timer !== undefined && timer.due <= now; timer = this.first) {
      const { run, subject } = timer
      this.remove(timer)
      run?.(subject)
    }
    this.serving = false
    if (this.first !== undefined) this.armed = this.clock.after(this.first.due - now, this.wake)
  }
}
