import type { Address, TransportName } from '#transport'
import type { SipMessage } from '#wire/sip'
import type { Clock } from './clock.ts'
import { inviteServer } from './invite-server.ts'
import { nonInviteServer } from './non-invite-server.ts'
import type { ServerTransaction } from './stack.ts'
import { createTimerSet } from './timer-set.ts'
import type { SipTimers } from './timers.ts'
import type { ServerAction, ServerEvent, ServerState } from './transaction-table.ts'
import { writeResponse } from './write-response.ts'

export interface ServerSetting {
  readonly key: string
  readonly request: SipMessage
  readonly method: string
  readonly transport: TransportName
  readonly remote: Address
  readonly local: Address
  readonly timers: SipTimers
  readonly clock: Clock
  readonly send: (octets: Uint8Array, retransmission: boolean) => void
  readonly onAcknowledgement: (message: SipMessage) => void
  readonly onAcknowledgementMissing: () => void
  readonly onTerminated: () => void
}

/** A server transaction with the side that the stack turns to. */
export interface ServerMachine {
  readonly transaction: ServerTransaction
  /** Whether a final response has been sent: it is kept for retransmissions only. */
  readonly answered: boolean
  /** The request, or the ACK to its final response, came again. */
  receive(message: SipMessage): void
  stop(): void
}

/** Runs the table of RFC 3261 17.2 that the method asks for. */
export function createServer(setting: ServerSetting): ServerMachine {
  const { key, request, method, transport, remote, local, timers, clock, send } = setting
  const invite = method === 'INVITE'
  const reliable = transport !== 'udp'
  const table = invite ? inviteServer : nonInviteServer
  const lifetime = 64 * timers.t1
  let state: ServerState = invite ? 'proceeding' : 'trying'
  let interval = timers.t1
  let last: Uint8Array = new Uint8Array()
  let acknowledgement: SipMessage | undefined
  const running = createTimerSet<'retransmit' | 'timeout' | 'wait'>(clock, (name) => handle(name))

  const act = (action: ServerAction): void => {
    switch (action) {
      case 'send':
        return send(last, false)
      case 'send-again':
        return last.length > 0 ? send(last, true) : undefined
      case 'start-retransmitting':
        return reliable ? undefined : running.start('retransmit', timers.t1)
      case 'double-interval-to-t2':
        interval = Math.min(interval * 2, timers.t2)
        return running.start('retransmit', interval)
      case 'timeout-timer-h':
        return running.start('timeout', lifetime)
      case 'stop-timers':
        return running.stopAll()
      case 'wait-timer-i':
        return running.start('wait', reliable ? 0 : timers.t4)
      case 'wait-timer-j':
        return running.start('wait', reliable ? 0 : lifetime)
      case 'wait-timer-l':
        return running.start('wait', lifetime)
      case 'pass-acknowledgement':
        return acknowledgement && setting.onAcknowledgement(acknowledgement)
      case 'inform-timeout':
        return setting.onAcknowledgementMissing()
    }
  }
  const handle = (event: ServerEvent): void => {
    const arrow = table[state][event]
    if (arrow === undefined) return
    state = arrow.next
    for (const action of arrow.actions) act(action)
    if (state === 'terminated') setting.onTerminated()
  }

  return {
    transaction: {
      key,
      request,
      transport,
      remote,
      local,
      respond(response) {
        const event: ServerEvent =
          response.status < 200 ? 'send-provisional' : response.status < 300 ? 'send-success' : 'send-refusal'
        if (table[state][event] === undefined) return last
        last = writeResponse(request, remote, key, response)
        handle(event)
        return last
      },
    },
    get answered() {
      return state === 'completed' || state === 'confirmed' || state === 'accepted'
    },
    receive(message) {
      if (message.startLine.kind === 'request' && message.startLine.method === 'ACK') {
        acknowledgement = message
        handle('acknowledgement')
      } else handle('request')
    },
    stop: () => running.stopAll(),
  }
}
