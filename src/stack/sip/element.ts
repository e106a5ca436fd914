import type { Failure, TcpConnection } from '#transport'
import type { Clock } from './clock.ts'
import type { Path } from './link.ts'
import type { SipLimits, Trouble } from './stack.ts'
import type { TimerQueues } from './timer-queues.ts'
import type { SipTimers } from './timers.ts'

/** What is noted of a message received. */
export interface Receiving {
  readonly transaction: string | undefined
  readonly tag: unknown
  readonly retransmission: boolean
}

/** A SIP element as its client and server sides see it: time, limits, a way out, and two ears. */
export interface Element {
  readonly clock: Clock
  readonly queues: TimerQueues
  readonly timers: SipTimers
  readonly limits: SipLimits
  /** Whether what is sent and received is told. */
  readonly traced: boolean
  /** Gives the connection the octets leave on, if any. */
  readonly transmit: (
    octets: Uint8Array,
    path: Path,
    transaction: string | undefined,
    tag: unknown,
    retransmission: boolean,
    onFailed: (failure: Failure) => void,
  ) => TcpConnection | undefined
  readonly trouble: (kind: Trouble['kind'], text: string, path: Path, octets?: Uint8Array) => void
}
