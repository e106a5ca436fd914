import type { FloorClaim } from './floor-arbitration.ts'
import type { FloorServerState } from './floor-server-table.ts'

/** Who talks. */
export interface FloorHolder {
  readonly id: string
  /** MC service ID. */
  readonly userId: string
  /** Of its media. */
  readonly ssrc: number
  /** Milliseconds of the server's clock. */
  readonly since: number
}

export interface QueuedRequest extends FloorClaim {
  readonly userId: string
}

/** How the floor of a call is: what must live on when the call moves. */
export interface FloorState {
  readonly state: FloorServerState
  readonly holder: (FloorHolder & FloorClaim) | undefined
  /** Who is next comes first. */
  readonly queue: readonly QueuedRequest[]
  readonly emergency: boolean
  readonly imminentPeril: boolean
}

/** The part of a floor's state that can be seen from outside. */
export interface SeenFloor {
  /** MC service ID of the holder; `undefined` when the floor is idle. */
  readonly holder: string | undefined
  /** MC service IDs, who is next first. */
  readonly queue: readonly string[]
  readonly emergency: boolean
  readonly imminentPeril: boolean
}

export const seenFloor = ({ holder, queue, emergency, imminentPeril }: FloorState): SeenFloor => ({
  holder: holder?.userId,
  queue: queue.map(({ userId }) => userId),
  emergency,
  imminentPeril,
})

/** Something of the floor that is not as it was. */
export interface FloorDifference {
  readonly what: 'holder' | 'queue' | 'emergency' | 'imminent-peril'
  readonly before: string
  readonly after: string
}

/** What a call lost of its floor control while it moved: nothing, when nobody did anything meanwhile. */
export function floorDifferences(before: SeenFloor, after: SeenFloor): readonly FloorDifference[] {
  const rows: readonly FloorDifference[] = [
    { what: 'holder', before: before.holder ?? 'nobody', after: after.holder ?? 'nobody' },
    { what: 'queue', before: before.queue.join(', ') || 'nobody', after: after.queue.join(', ') || 'nobody' },
    { what: 'emergency', before: said(before.emergency), after: said(after.emergency) },
    { what: 'imminent-peril', before: said(before.imminentPeril), after: said(after.imminentPeril) },
  ]
  return rows.filter((row) => row.before !== row.after)
}

const said = (on: boolean): string => (on ? 'on' : 'off')
