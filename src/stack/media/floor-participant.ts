import { fieldValue, type Field, type FloorControlMessage } from '#wire/floor-control'
import type { Clock } from './clock.ts'
import {
  floorIndicator,
  floorMessageName,
  queuedRequestsPurpose,
  writeFloorAck,
  writeFloorMessage,
} from './floor-message.ts'
import {
  floorParticipant,
  type ParticipantAction,
  type ParticipantInput,
  type ParticipantState,
} from './floor-participant-table.ts'
import { defaultFloorTimers, type FloorTimers } from './floor-timers.ts'
import { createTimerSet } from './timer-set.ts'

export interface FloorParticipantOptions {
  readonly clock: Clock
  /** Of floor control; media may have another. */
  readonly ssrc: number
  readonly timers?: Partial<FloorTimers>
  readonly send: (octets: Uint8Array) => void
  readonly onEvent?: (event: FloorParticipantEvent) => void
  /** The offer was a floor request, `mc_implicit_request`: an answer is awaited from the start (TS 24.380 6.2.1). */
  readonly implicitRequest?: boolean
}

/** What the user is told. */
export type FloorParticipantEvent = { readonly at: number; readonly state: ParticipantState } & (
  | { readonly event: 'granted'; readonly duration: number | undefined; readonly ssrc: number | undefined }
  | { readonly event: 'taken'; readonly by: string | undefined; readonly permission: number | undefined }
  | { readonly event: 'deny' | 'revoke'; readonly cause: number | undefined; readonly phrase: string }
  | { readonly event: 'idle' }
  /** Its queued request was cancelled. */
  | { readonly event: 'queuedRequests' }
  | {
      readonly event: 'queuePositionInfo'
      readonly position: number | undefined
      readonly priority: number | undefined
    }
  /** The server did not answer as often as it was asked. */
  | { readonly event: 'unanswered' }
)

export interface FloorRequestOptions {
  readonly priority?: number
  readonly emergency?: boolean
  readonly imminentPeril?: boolean
}

/** A user's side of floor control. */
export interface FloorParticipant {
  /** The user pushes to talk. */
  request(options?: FloorRequestOptions): void
  /** The user lets go. */
  release(): void
  askPosition(): void
  /** A control message came. What is not for this state is discarded. */
  receive(message: FloorControlMessage): void
  readonly state: () => ParticipantState
  /** As last told; `undefined` when not queued. */
  readonly queuePosition: () => number | undefined
  /** The call ends (6.2.2): nothing more is sent. */
  close(): void
}

const timerNames = ['T100', 'T101', 'T104'] as const
type TimerName = (typeof timerNames)[number]
const counters = { T100: 'C100', T101: 'C101', T104: 'C104' } as const

export function createFloorParticipant(options: FloorParticipantOptions): FloorParticipant {
  const { clock, ssrc, send, onEvent } = options
  const timers: FloorTimers = { ...defaultFloorTimers, ...options.timers }
  const running = createTimerSet<TimerName>(clock)
  const sent: Record<TimerName, number> = { T100: 0, T101: 0, T104: 0 }
  let state: ParticipantState = 'has-no-permission'
  let asked: FloorRequestOptions = {}
  let position: number | undefined

  const wait = (name: TimerName): void => {
    sent[name] += 1
    running.start(name, timers[name], () => apply(sent[name] < timers[counters[name]] ? name : `${name}-last`))
  }

  const answered = (name: TimerName): void => {
    running.stop(name)
    sent[name] = 0
  }

  const act = (action: ParticipantAction, message: FloorControlMessage | undefined): void => {
    switch (action) {
      case 'send-request':
        send(writeFloorMessage('request', ssrc, requestFields(asked)))
        return wait('T101')
      case 'send-release':
        send(writeFloorMessage('release', ssrc, []))
        return wait('T100')
      case 'send-position-request':
        send(writeFloorMessage('queuePositionRequest', ssrc, []))
        return wait('T104')
      case 'stop-T100':
        return answered('T100')
      case 'stop-T101':
        return answered('T101')
      case 'stop-T104':
        return answered('T104')
      case 'inform':
        if (message !== undefined) inform(message)
        return
      case 'inform-unanswered':
        onEvent?.({ event: 'unanswered', at: clock.now(), state })
    }
  }

  const inform = (message: FloorControlMessage): void => {
    const told = { at: clock.now(), state }
    const cause = fieldValue(message, 'reject-cause')
    const queue = fieldValue(message, 'queue-info')
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the others are never told to a user
    switch (floorMessageName(message)) {
      case 'granted': {
        const [duration, source] = [fieldValue(message, 'duration'), fieldValue(message, 'ssrc')]
        return onEvent?.({ event: 'granted', duration, ssrc: source?.ssrc, ...told })
      }
      case 'taken': {
        const [by, permission] = [fieldValue(message, 'granted-party'), fieldValue(message, 'permission')]
        return onEvent?.({ event: 'taken', by, permission, ...told })
      }
      case 'deny':
        return onEvent?.({ event: 'deny', cause: cause?.cause, phrase: cause?.phrase ?? '', ...told })
      case 'revoke':
        return onEvent?.({ event: 'revoke', cause: cause?.cause, phrase: cause?.phrase ?? '', ...told })
      case 'idle':
        return onEvent?.({ event: 'idle', ...told })
      case 'queuedRequests':
        return onEvent?.({ event: 'queuedRequests', ...told })
      case 'queuePositionInfo':
        return onEvent?.({ event: 'queuePositionInfo', position: queue?.position, priority: queue?.priority, ...told })
      default:
    }
  }

  function apply(input: ParticipantInput, message?: FloorControlMessage): void {
    const arrow = floorParticipant[state][input]
    if (arrow === undefined) return
    if (arrow.next !== state) for (const name of timerNames) answered(name)
    state = arrow.next
    position = state !== 'queued' ? undefined : ((message && fieldValue(message, 'queue-info')?.position) ?? position)
    for (const action of arrow.actions) act(action, message)
  }

  if (options.implicitRequest === true) {
    state = 'pending-request'
    wait('T101')
  }

  return {
    request(what = {}) {
      if (state === 'has-no-permission') asked = what
      apply('push-to-talk')
    },
    release: () => apply('let-go'),
    askPosition: () => apply('ask-position'),
    receive(message) {
      if (state === 'start-stop') return
      // In any state (6.2.4.7).
      if (message.acknowledge && message.control === 'MCPT') send(writeFloorAck(message, ssrc, 'participant'))
      const name = floorMessageName(message)
      if (name === undefined || !isInput(name)) return
      if (name === 'queuedRequests' && !isNotice(message)) return
      const several = ((fieldValue(message, 'floor-indicator') ?? 0) & floorIndicator.multiTalker) !== 0
      apply(name === 'taken' && several && state === 'has-permission' ? 'taken-too' : name, message)
    },
    state: () => state,
    queuePosition: () => position,
    close() {
      running.stopAll()
      state = 'start-stop'
    },
  }
}

/** Of a cancelled request; an answer to who cancelled others changes nothing. */
const isNotice = (message: FloorControlMessage): boolean =>
  fieldValue(message, 'queued-requests-purpose') === queuedRequestsPurpose.notice

const inputs = ['granted', 'deny', 'taken', 'idle', 'revoke', 'queuePositionInfo', 'queuedRequests'] as const
const isInput = (name: string): name is (typeof inputs)[number] => (inputs as readonly string[]).includes(name)

function requestFields({ priority, emergency, imminentPeril }: FloorRequestOptions): readonly Field[] {
  const calls = [emergency === true && floorIndicator.emergency, imminentPeril === true && floorIndicator.imminentPeril]
  const special = calls.reduce<number>((bits, bit) => bits | (bit === false ? 0 : bit), 0)
  return [
    ...(priority === undefined ? [] : [{ field: 'floor-priority', value: { value: priority, spare: 0 } } as const]),
    { field: 'floor-indicator', value: special === 0 ? floorIndicator.normal : special },
  ]
}
