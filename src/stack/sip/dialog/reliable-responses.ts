import { header, type SipMessage } from '#wire/sip'
import type { OutgoingResponse, UserServerTransaction } from '../stack.ts'
import type { Timer, TimerQueues } from '../timer-queues.ts'
import type { SipTimers } from '../timers.ts'

/** The reliable provisional responses of one INVITE at the server (RFC 3262 3). */
export interface ReliableResponses {
  /** Sends it once the one before it has been acknowledged. */
  send(response: OutgoingResponse): void
  /** How to go on once the PRACK is answered 200; `undefined` when it acknowledges nothing that waits: answer 481 then. */
  acknowledge(prack: SipMessage): (() => void) | undefined
  /** Runs at once, or when nothing waits any more: "the UAS MUST NOT send a 2xx before" a reliable offer or answer is acknowledged. */
  whenAcknowledged(run: () => void): void
  stop(): void
}

export interface ReliableSetting {
  readonly queues: TimerQueues
  readonly timers: SipTimers
  readonly transaction: UserServerTransaction
  /** CSeq number of the INVITE. */
  readonly sequence: number
  /** "Chosen uniformly from 1 to 2**31 - 1." */
  readonly firstSequence: number
  /** No PRACK came within 64*T1: "the UAS SHOULD reject the original request with a 5xx response". */
  readonly onMissing: () => void
}

/** So many may wait at once. */
const mostWaiting = 32

export function createReliableResponses(setting: ReliableSetting): ReliableResponses {
  const { queues, timers, transaction, sequence, firstSequence, onMissing } = setting
  const waiting: OutgoingResponse[] = []
  const afterwards: (() => void)[] = []
  let responseSequence = firstSequence
  let current: Uint8Array | undefined
  let interval = timers.t1
  let repeat: Timer | undefined
  let end: Timer | undefined

  const stop = (): void => {
    repeat?.stop()
    end?.stop()
    current = undefined
  }
  const again = (): void => {
    if (current === undefined) return
    transaction.retransmit(current)
    interval *= 2
    repeat = queues.start(interval, again, undefined)
  }
  const giveUp = (): void => {
    stop()
    waiting.length = 0
    onMissing()
  }
  const next = (): void => {
    const response = waiting.shift()
    if (response === undefined) {
      for (const run of afterwards.splice(0)) run()
      return
    }
    current = transaction.respond({
      ...response,
      headers: [['Require', '100rel'], ['RSeq', String(responseSequence)], ...response.headers],
    })
    interval = timers.t1
    repeat = queues.start(interval, again, undefined)
    end = queues.start(64 * timers.t1, giveUp, undefined)
  }

  return {
    send(response) {
      if (waiting.length === mostWaiting) return
      waiting.push(response)
      if (current === undefined) next()
    },
    acknowledge(prack) {
      const [response, invite, method] = (header(prack, 'rack') ?? '').trim().split(/[ \t]+/)
      if (current === undefined || Number(response) !== responseSequence) return undefined
      if (Number(invite) !== sequence || method !== 'INVITE') return undefined
      stop()
      responseSequence += 1
      return next
    },
    whenAcknowledged(run) {
      if (current === undefined) run()
      else afterwards.push(run)
    },
    stop() {
      stop()
      waiting.length = 0
      afterwards.length = 0
    },
  }
}

/** What a provisional response asks of the client (RFC 3262 4). */
export type Reliability =
  /** It is not reliable. */
  | { readonly kind: 'none' }
  /** Acknowledge it with PRACK and this RAck. */
  | { readonly kind: 'acknowledge'; readonly rack: string }
  /** It came before, or too early: "it MUST NOT be processed further". */
  | { readonly kind: 'discard' }

/** Judges a provisional response of an early dialog, and remembers its RSeq there. */
export function reliabilityOf(
  response: SipMessage,
  dialog: { reliableSequence: number },
  inviteSequence: number,
): Reliability {
  const required = header(response, 'require')
  if (required === undefined || !/(?:^|,)\s*100rel\s*(?:,|$)/i.test(required)) return { kind: 'none' }
  const sequence = Number(header(response, 'rseq') ?? 'none')
  if (!Number.isInteger(sequence) || sequence < 1) return { kind: 'none' }
  if (dialog.reliableSequence !== -1 && sequence !== dialog.reliableSequence + 1) return { kind: 'discard' }
  dialog.reliableSequence = sequence
  return { kind: 'acknowledge', rack: `${sequence} ${inviteSequence} INVITE` }
}
