import { floorIndicator, queuedRequestsPurpose, writeFloorMessage } from './floor-message.ts'
import type { FloorState, QueuedRequest } from './floor-state.ts'
import type { QueueCancellation } from './queue-cancellation.ts'

type Holder = NonNullable<FloorState['holder']>

/** What a floor control server says (TS 24.380 8.2.5 to 8.2.12). */
export interface FloorAnnouncements {
  granted(holder: Holder): void
  /** To all of these but the holder. */
  taken(holder: Holder, ids: Iterable<string>): void
  idle(ids: Iterable<string>): void
  deny(id: string, cause: number): void
  revoke(id: string, cause: number): void
  /** 254 says that it is not queued. */
  position(id: string, queue: readonly QueuedRequest[]): void
  /** To who asked for it, and to those whose requests are gone. */
  cancelled(id: string, cancellation: QueueCancellation): void
}

interface AnnouncementOptions {
  readonly ssrc: number
  readonly send: (participant: string, octets: Uint8Array) => void
  readonly indicator: () => number
  /** How long a holder may talk. Milliseconds. */
  readonly talk: number
}

export function createFloorAnnouncements({ ssrc, send, indicator, talk }: AnnouncementOptions): FloorAnnouncements {
  let sequence = 0
  // One for each message, not for each receiver: who gets none of them has missed one.
  const number = () => ({ field: 'message-sequence-number', value: (sequence = (sequence + 1) & 0xffff) }) as const
  const bits = () => ({ field: 'floor-indicator', value: indicator() }) as const
  const refused = (cause: number) => [{ field: 'reject-cause', value: { cause, phrase: '' } } as const, bits()]
  return {
    granted({ id, ssrc: source, priority }) {
      const octets = writeFloorMessage('granted', ssrc, [
        { field: 'duration', value: Math.min(0xffff, Math.round(talk / 1000)) },
        { field: 'ssrc', value: { ssrc: source, spare: 0 } },
        { field: 'floor-priority', value: { value: priority, spare: 0 } },
        bits(),
      ])
      send(id, octets)
    },
    taken(holder, ids) {
      const octets = writeFloorMessage('taken', ssrc, [
        { field: 'granted-party', value: holder.userId },
        // Others may ask for the floor when they can be queued.
        { field: 'permission', value: indicator() & floorIndicator.queueing ? 1 : 0 },
        number(),
        bits(),
        { field: 'ssrc', value: { ssrc: holder.ssrc, spare: 0 } },
      ])
      for (const id of ids) if (id !== holder.id) send(id, octets)
    },
    idle(ids) {
      const octets = writeFloorMessage('idle', ssrc, [number(), bits()])
      for (const id of ids) send(id, octets)
    },
    deny: (id, cause) => send(id, writeFloorMessage('deny', ssrc, refused(cause))),
    revoke: (id, cause) => send(id, writeFloorMessage('revoke', ssrc, refused(cause))),
    position(id, queue) {
      const at = queue.findIndex((one) => one.id === id)
      const value = { position: at === -1 ? 254 : at + 1, priority: queue[at]?.priority ?? 0 }
      send(id, writeFloorMessage('queuePositionInfo', ssrc, [{ field: 'queue-info', value }, bits()]))
    },
    cancelled(id, { cancelled, responseState }) {
      const users = cancelled.map(({ userId }) => userId)
      const result = [
        { field: 'queued-requests-purpose', value: queuedRequestsPurpose.result },
        { field: 'queued-users', value: users },
        { field: 'response-state', value: responseState },
      ] as const
      send(id, writeFloorMessage('queuedRequests', ssrc, result))
      const notice = [{ field: 'queued-requests-purpose', value: queuedRequestsPurpose.notice }] as const
      for (const one of cancelled) if (one.id !== id) send(one.id, writeFloorMessage('queuedRequests', ssrc, notice))
    },
  }
}

/** The Floor Indicator of a call. */
export function indicatorOf(
  { emergency, imminentPeril }: { readonly emergency: boolean; readonly imminentPeril: boolean },
  queueing: boolean,
): number {
  const { emergency: e, imminentPeril: i, normal, queueing: q } = floorIndicator
  return (emergency ? e : imminentPeril ? i : normal) | (queueing ? q : 0)
}
