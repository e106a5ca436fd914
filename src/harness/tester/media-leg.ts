import type { Lateness } from '#play'
import type { FloorMessageName, FloorParticipant, Listener, MediaPort, Talker } from '#stack/media'
import type { Clock } from '#stack/sip'
import type { Address, ScriptedDisturbance } from '#transport'
import type { Source } from '#verdict'
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { FlowRole } from '../world/functional-entity.ts'
import type { MediaOctets } from './media-octets.ts'

/** Adds what is wrong; of the procedure that asks for the speech unless said. */
export type Find = (
  field: string,
  requirement: string,
  expected: string,
  actual: string,
  of?: Source,
  lateness?: Lateness,
) => void

/** A role of the tester at the end of media. */
export interface Leg {
  readonly role: FlowRole
  readonly audio: MediaPort
  readonly floor: MediaPort
  readonly listener: Listener
  readonly participant: FloorParticipant
  /** What the network does to its media. */
  readonly disturbance: ScriptedDisturbance
  /** What came and was not written as it is to be. */
  readonly octets: MediaOctets
  /** Names of the floor control messages that came. */
  readonly told: string[]
  /** The Floor Indicators of those of them that say how the floor is; `undefined` where there was none. */
  readonly indicated: { readonly name: FloorMessageName; readonly bits: number | undefined; readonly at: number }[]
  /** In the queue for the floor, as the last message that says it. */
  place: number | undefined
  remote: { readonly audio: Address | undefined; readonly floor: Address | undefined } | undefined
  connectedAt: number
  talker: Talker | undefined
}

export const ssrcOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE()

/** Milliseconds for what is told or on its way. */
const settle = 2000
const pause = 10

/**
 * Whether it holds within the time that what is told may take. Only time in which this process ran counts: after it stood still what came meanwhile is still
 * to be read.
 */
export async function waitFor(clock: Clock, holds: () => boolean): Promise<boolean> {
  let [waited, last] = [0, clock.now()]
  while (!holds() && waited < settle) {
    await setTimeout(pause)
    const now = clock.now()
    waited += Math.min(now - last, 2 * pause)
    last = now
  }
  return holds()
}
