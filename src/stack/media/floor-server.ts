import { fieldValue, type FloorControlMessage } from '#wire/floor-control'
import type { Clock } from './clock.ts'
import { arbitrate, enqueue, type FloorClaim, type FloorRules } from './floor-arbitration.ts'
import { floorIndicator, floorMessageName, queuedRequestsPurpose, writeFloorAck } from './floor-message.ts'
import {
  floorServer,
  type FloorServerAction,
  type FloorServerInput,
  type FloorServerState,
} from './floor-server-table.ts'
import { createFloorAnnouncements, indicatorOf } from './floor-announcements.ts'
import type { FloorHolder, FloorState, QueuedRequest } from './floor-state.ts'
import { defaultFloorTimers, type FloorTimers } from './floor-timers.ts'
import { cancelQueued } from './queue-cancellation.ts'
import { createTimerSet } from './timer-set.ts'

export interface FloorServerOptions {
  readonly clock: Clock
  readonly ssrc: number
  readonly timers?: Partial<FloorTimers>
  readonly rules?: Partial<FloorRules>
  /** Hands over a datagram for a participant; where that is may change from one to the next. */
  readonly send: (participant: string, octets: Uint8Array) => void
  readonly onEvent?: (event: FloorServerEvent) => void
  /** The call is one of these: its Floor Indicator says so. */
  readonly emergency?: boolean
  readonly imminentPeril?: boolean
  /** What a former server knew: holder and queue of those who join again. */
  readonly context?: FloorState
}

export interface FloorServerEvent {
  readonly at: number
  readonly event: 'granted' | 'queued' | 'denied' | 'revoked' | 'freed' | 'inactive' | 'not-permitted-media'
  readonly id?: string
}

export interface Participant {
  readonly id: string
  /** MC service ID. */
  readonly userId: string
  /** Of its media. */
  readonly ssrc: number
  /** The highest it may ask for. 0 unless said. */
  readonly priority?: number
  readonly receiveOnly?: boolean
  /** May cancel queued requests of others (Queued Floor Requests), and have the floor taken from others (Floor Revoke Request). */
  readonly mayIntervene?: boolean
}

/** Floor control of one call (TS 24.380 6.3): who may talk, who waits. */
export interface FloorServer {
  /** Adds a participant and tells it how the floor is (6.3.5.2). */
  join(participant: Participant): void
  leave(id: string): void
  receive(id: string, message: FloorControlMessage): void
  /** An RTP packet of this participant came: whether it is to be forwarded. */
  media(id: string): boolean
  /** Tells a participant how the floor is, once more: after its route changed. */
  tell(id: string): void
  /** The call becomes or ceases to be an emergency or imminent peril call: everybody is told with the next message. */
  setCondition(condition: { readonly emergency: boolean; readonly imminentPeril: boolean }): void
  readonly state: () => FloorState
  close(): void
}

type TimerName = 'T1' | 'T2' | 'T3' | 'T4' | 'T7' | 'T8' | 'T20'
const defaultRules: FloorRules = { queueing: true, preemptiveFrom: 255, longestQueue: 32 }

export function createFloorServer(options: FloorServerOptions): FloorServer {
  const { clock, ssrc, send, onEvent } = options
  const timers: FloorTimers = { ...defaultFloorTimers, ...options.timers }
  const rules: FloorRules = { ...defaultRules, ...options.rules }
  const running = createTimerSet<TimerName>(clock)
  const participants = new Map<string, Participant>()
  const scolded = new Map<string, number>()
  const { context } = options
  let state: FloorServerState = context?.state ?? 'floor-idle'
  let holder: (FloorHolder & FloorClaim) | undefined = context?.holder
  let queue: readonly QueuedRequest[] = context?.queue ?? []
  let condition = {
    emergency: options.emergency ?? context?.emergency ?? false,
    imminentPeril: options.imminentPeril ?? context?.imminentPeril ?? false,
  }
  let repeated = 0
  let revokeCause = 0

  const inform = (event: FloorServerEvent['event'], id?: string): void =>
    onEvent?.({ at: clock.now(), event, ...(id === undefined ? {} : { id }) })
  const indicator = (): number => indicatorOf(condition, rules.queueing)
  const voice = createFloorAnnouncements({ ssrc, send, indicator, talk: timers.T2 })
  const start = (name: TimerName, run: () => void = () => apply(name as FloorServerInput)): void =>
    running.start(name, timers[name], run)

  const grant = (claim: QueuedRequest): void => {
    const { id, userId, priority, emergency, imminentPeril } = claim
    holder = {
      id,
      userId,
      ssrc: participants.get(id)?.ssrc ?? 0,
      since: clock.now(),
      priority,
      emergency,
      imminentPeril,
    }
    queue = queue.filter((one) => one.id !== id)
    repeated = 1
    inform('granted', id)
    tellGranted()
  }
  const tellGranted = (): void => {
    if (holder !== undefined) voice.granted(holder)
  }
  const revoke = (cause: number): void => {
    revokeCause = cause
    if (holder === undefined) return
    inform('revoked', holder.id)
    voice.revoke(holder.id, cause)
  }

  const act = (action: FloorServerAction, claim: QueuedRequest | undefined, cause: number): void => {
    switch (action) {
      case 'grant':
        if (claim !== undefined) grant(claim)
        return
      case 'grant-next':
        if (queue[0] !== undefined) grant(queue[0])
        return
      case 'queue':
      case 'queue-at-head':
        if (claim === undefined) return
        queue = enqueue(queue, claim, action === 'queue-at-head')
        return inform('queued', claim.id)
      case 'deny':
        if (claim === undefined) return
        inform('denied', claim.id)
        return voice.deny(claim.id, cause)
      case 'tell-position':
        for (const { id } of claim === undefined ? queue : [claim]) voice.position(id, queue)
        return
      case 'tell-taken':
        if (holder !== undefined) voice.taken(holder, participants.keys())
        return
      case 'tell-idle':
        repeated = 1
        return voice.idle(participants.keys())
      case 'repeat-idle':
        if (repeated >= timers.C7) return
        repeated += 1
        voice.idle(participants.keys())
        return start('T7')
      case 'repeat-granted':
        if (repeated >= timers.C20) return
        repeated += 1
        tellGranted()
        return start('T20')
      case 'revoke-pre-empted':
        return revoke(4)
      case 'revoke-too-long':
        return revoke(2)
      case 'revoke-for-another':
        return revoke(7)
      case 'repeat-revoke':
        return revoke(revokeCause)
      case 'stop-timers':
        return running.stopAll()
      case 'stop-T20':
        return running.stop('T20')
      case 'start-T1':
        return start('T1', free)
      case 'start-T2-once':
        if (!running.runs('T2')) start('T2')
        return
      case 'start-T3':
        return start('T3', free)
      case 'start-T4':
        return start('T4')
      case 'start-T7':
        return start('T7')
      case 'start-T8':
        return start('T8')
      case 'start-T20':
        return start('T20')
      case 'inform-inactive':
        return inform('inactive')
    }
  }

  function apply(input: FloorServerInput, claim?: QueuedRequest, cause = 255): void {
    const arrow = floorServer[state][input]
    if (arrow === undefined) return
    state = arrow.next
    for (const action of arrow.actions) act(action, claim, cause)
  }

  function free(): void {
    if (holder !== undefined) inform('freed', holder.id)
    holder = undefined
    apply(queue.length === 0 ? 'freed' : 'freed-for-next')
  }

  const request = (participant: Participant, message: FloorControlMessage): void => {
    const { id, userId, priority: highest = 0, receiveOnly = false } = participant
    if (holder?.id === id) return state === 'floor-taken' ? tellGranted() : undefined
    const bits = fieldValue(message, 'floor-indicator') ?? 0
    const claim: QueuedRequest = {
      ...{ id, userId, priority: Math.min(highest, fieldValue(message, 'floor-priority')?.value ?? 0) },
      emergency: (bits & floorIndicator.emergency) !== 0,
      imminentPeril: (bits & floorIndicator.imminentPeril) !== 0,
    }
    const waiting = queue.filter((one) => one.id !== id).length
    const floor = { holder, waiting, participants: participants.size, receiveOnly, revoking: state !== 'floor-taken' }
    const decided = arbitrate(claim, floor, rules)
    switch (decided.decision) {
      case 'grant':
        return apply('request-granted', claim)
      case 'queue':
        return apply('request-queued', claim)
      case 'pre-empt':
        return apply('request-pre-empts', claim)
      case 'deny':
        return apply('request-denied', claim, decided.cause)
    }
  }

  const tell = (id: string): void => {
    if (holder?.id === id) tellGranted()
    else if (holder === undefined) voice.idle([id])
    else voice.taken(holder, [id])
  }

  const release = (id: string): void => {
    if (holder?.id === id) return free()
    queue = queue.filter((one) => one.id !== id)
    tell(id)
  }

  const cancel = ({ id, userId, mayIntervene = false }: Participant, message: FloorControlMessage): void => {
    if (fieldValue(message, 'queued-requests-purpose') !== queuedRequestsPurpose.request) return
    const users = fieldValue(message, 'queued-users') ?? []
    const done = cancelQueued(queue, users, (other) => mayIntervene || other === userId)
    queue = done.queue
    voice.cancelled(id, done)
  }

  const revokeFor = ({ mayIntervene }: Participant, message: FloorControlMessage): void => {
    const from = fieldValue(message, 'revoke-request-user-id')
    if (mayIntervene === true && (from === undefined || from === holder?.userId)) apply('revoke-requested')
  }

  // How it goes on from here: at the begin of a call (6.3.4.2), or where a former server was.
  if (state === 'floor-idle') for (const name of ['T4', 'T7'] as const) start(name)
  if (state === 'floor-taken') start('T1', free)
  if (state === 'pending-floor-revoke') start('T3', free)

  return {
    join(participant) {
      participants.set(participant.id, participant)
      if (holder?.id === participant.id) holder = { ...holder, ssrc: participant.ssrc }
      tell(participant.id)
    },
    leave(id) {
      participants.delete(id)
      queue = queue.filter((one) => one.id !== id)
      if (holder?.id === id) free()
    },
    receive(id, message) {
      const participant = participants.get(id)
      if (participant === undefined || state === 'start-stop') return
      if (message.acknowledge && message.control === 'MCPT') send(id, writeFloorAck(message, ssrc, 'controlling'))
      const name = floorMessageName(message)
      if (name === 'request') request(participant, message)
      else if (name === 'release') release(id)
      else if (name === 'queuePositionRequest') voice.position(id, queue)
      else if (name === 'queuedRequests') cancel(participant, message)
      else if (name === 'revokeRequest') revokeFor(participant, message)
    },
    media(id) {
      if (holder?.id === id) {
        apply('media')
        return true
      }
      // 'U: not permitted but sends media' (6.3.5.7): told so, once in T8.
      const now = clock.now()
      if (participants.has(id) && now - (scolded.get(id) ?? -Infinity) >= timers.T8) {
        scolded.set(id, now)
        inform('not-permitted-media', id)
        voice.revoke(id, 3)
      }
      return false
    },
    tell,
    setCondition(next) {
      condition = { ...next }
    },
    state: () => ({ state, holder, queue, ...condition }),
    close() {
      running.stopAll()
      state = 'start-stop'
    },
  }
}
