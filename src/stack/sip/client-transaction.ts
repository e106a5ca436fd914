import { readMessage, type SipMessage } from '#wire/sip'
import type { Clock } from './clock.ts'
import { inviteClient } from './invite-client.ts'
import { nonInviteClient } from './non-invite-client.ts'
import type { ClientTransaction, Outcome } from './stack.ts'
import { createTimerSet } from './timer-set.ts'
import type { SipTimers } from './timers.ts'
import type { ClientAction, ClientEvent, ClientState } from './transaction-table.ts'
import { writeAcknowledgement } from './write-acknowledgement.ts'

export interface ClientSetting {
  readonly key: string
  readonly method: string
  readonly octets: Uint8Array
  /** Whether the transport retransmits by itself. */
  readonly reliable: boolean
  readonly timers: SipTimers
  readonly clock: Clock
  /** Puts octets on the wire: the request, again or not, or an ACK. */
  readonly send: (octets: Uint8Array, retransmission: boolean) => void
  readonly onTerminated: () => void
}

/** A client transaction with the side that the stack turns to. */
export interface ClientMachine {
  readonly transaction: ClientTransaction
  /** What a response is to the machine, before it is handled: so it can be noted before its consequences. */
  receive(response: SipMessage): { readonly use: 'new' | 'again' | 'stray'; readonly handle: () => void }
  fail(text: string): void
  /** Sends the request and starts the timers. */
  start(): void
}

/** Runs the table of RFC 3261 17.1 that the method asks for. */
export function createClient(setting: ClientSetting): ClientMachine {
  const { method, octets, reliable, timers, clock, send } = setting
  const invite = method === 'INVITE'
  const table = invite ? inviteClient : nonInviteClient
  const lifetime = 64 * timers.t1
  let state: ClientState = invite ? 'calling' : 'trying'
  let interval = timers.t1
  let begun = 0
  let failure = ''
  let latest: SipMessage | undefined
  const seen: Uint8Array[] = []
  const { promise: final, resolve: settle } = Promise.withResolvers<Outcome>()
  const running = createTimerSet<'retransmit' | 'timeout' | 'wait'>(clock, (name) => handle(name))

  const retransmitAfter = (ms: number): void => {
    interval = ms
    if (!reliable) running.start('retransmit', ms)
  }
  const inform = (): void => {
    if (latest === undefined) return
    if (statusOf(latest) < 200) transaction.onProvisional?.(latest)
    else settle({ kind: 'response', message: latest })
  }
  const act = (action: ClientAction): void => {
    switch (action) {
      case 'send-request':
        return send(octets, true)
      case 'send-acknowledgement':
        return latest && send(writeAcknowledgement(readMessage(octets), latest), false)
      case 'double-interval':
        return retransmitAfter(interval * 2)
      case 'double-interval-to-t2':
        return retransmitAfter(Math.min(interval * 2, timers.t2))
      case 'interval-t2':
        return retransmitAfter(timers.t2)
      case 'inform':
        return inform()
      case 'inform-again':
        return latest && transaction.onSuccessAgain?.(latest)
      case 'inform-timeout':
        return settle({ kind: 'timeout', after: clock.now() - begun })
      case 'inform-transport-error':
        return settle({ kind: 'transport-error', text: failure })
      case 'stop-timers':
        return running.stopAll()
      // "Timer D: at least 32 seconds for unreliable transports", 64*T1 by default as the table of timers has it.
      case 'wait-timer-d':
        return running.start('wait', reliable ? 0 : lifetime)
      case 'wait-timer-k':
        return running.start('wait', reliable ? 0 : timers.t4)
      case 'wait-timer-m':
        return running.start('wait', lifetime)
    }
  }
  const handle = (event: ClientEvent): void => {
    const arrow = table[state][event]
    if (arrow === undefined) return
    state = arrow.next
    for (const action of arrow.actions) act(action)
    if (state === 'terminated') setting.onTerminated()
  }

  const transaction: ClientTransaction = {
    key: setting.key,
    octets,
    onProvisional: undefined,
    onSuccessAgain: undefined,
    final,
    retransmit: () => send(octets, true),
    cancelTimers: () => running.stopAll(),
    abandon() {
      if (state === 'terminated') return
      running.stopAll()
      state = 'terminated'
      settle({ kind: 'transport-error', text: 'the transaction was abandoned' })
      setting.onTerminated()
    },
  }
  return {
    transaction,
    start() {
      begun = clock.now()
      retransmitAfter(timers.t1)
      running.start('timeout', lifetime)
      send(octets, false)
    },
    receive(response) {
      const again = seen.some((one) => Buffer.compare(one, response.octets) === 0)
      // A few are remembered: enough to tell a repetition, not enough to be filled by a flood.
      if (!again && seen.length < 4) seen.push(response.octets)
      const event = eventOf(response)
      return {
        use: again ? 'again' : table[state][event] === undefined ? 'stray' : 'new',
        handle() {
          latest = response
          handle(event)
        },
      }
    },
    fail(text) {
      failure = text
      handle('transport-error')
    },
  }
}

const statusOf = (message: SipMessage): number => (message.startLine.kind === 'response' ? message.startLine.status : 0)

function eventOf(response: SipMessage): ClientEvent {
  const status = statusOf(response)
  return status < 200 ? 'provisional' : status < 300 ? 'success' : 'refusal'
}
