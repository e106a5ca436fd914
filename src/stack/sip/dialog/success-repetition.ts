import type { Repeater } from '../stack.ts'
import type { Timer, TimerQueues } from '../timer-queues.ts'
import type { SipTimers } from '../timers.ts'

/**
 * A 2xx to INVITE that waits for its ACK: sent again at intervals from T1 doubling to T2, over any transport, for 64*T1 (RFC 3261 13.3.1.4).
 * A class for its one shape: there is one for every call.
 */
export class SuccessRepetition {
  /** CSeq number of the INVITE, and so of its ACK. */
  readonly sequence: number
  private readonly queues: TimerQueues
  private readonly timers: SipTimers
  private readonly repeater: Repeater
  private readonly octets: Uint8Array
  private readonly onMissing: () => void
  private interval: number
  private repeat: Timer
  /** Started with the first repetition: most 2xx are acknowledged before. */
  private end: Timer | undefined = undefined

  constructor(
    queues: TimerQueues,
    timers: SipTimers,
    repeater: Repeater,
    octets: Uint8Array,
    sequence: number,
    onMissing: () => void,
  ) {
    this.queues = queues
    this.timers = timers
    this.repeater = repeater
    this.octets = octets
    this.sequence = sequence
    this.onMissing = onMissing
    this.interval = timers.t1
    this.repeat = queues.start(this.interval, again, this)
  }

  stop(): void {
    this.repeat.stop()
    this.end?.stop()
  }

  sendAgain(): void {
    this.repeater.retransmit(this.octets)
    this.end ??= this.queues.start(63 * this.timers.t1, missing, this)
    this.interval = Math.min(this.interval * 2, this.timers.t2)
    this.repeat = this.queues.start(this.interval, again, this)
  }

  giveUp(): void {
    this.stop()
    this.onMissing()
  }
}

const again = (repetition: SuccessRepetition): void => repetition.sendAgain()
const missing = (repetition: SuccessRepetition): void => repetition.giveUp()
