import type { HeardPacket } from './listener.ts'
import { talkerNumber } from './speech-frame.ts'

/** When somebody had the floor. Milliseconds of the listener's clock. */
export interface Holding {
  readonly name: string
  readonly from: number
  /** `Infinity` while it still holds it. */
  readonly to: number
}

/** Speech of somebody who had no right to be heard. */
export interface WrongTalker {
  /** `undefined` for speech that is no talker's of ours. */
  readonly name: string | undefined
  readonly packets: number
  readonly first: number
}

/**
 * Packets that were heard of others than whoever had the floor.
 *
 * @param allowance milliseconds around each holding in which packets on their way are nobody's fault
 */
export function wrongTalkers(
  heard: readonly HeardPacket[],
  holdings: readonly Holding[],
  names: readonly string[],
  allowance = 200,
): readonly WrongTalker[] {
  const known = new Map(names.map((name) => [talkerNumber(name), name] as const))
  const numbered = holdings.map((one) => ({ ...one, talker: talkerNumber(one.name) }))
  const wrong = new Map<number | undefined, { name: string | undefined; packets: number; first: number }>()
  for (const { at, talker } of heard) {
    if (numbered.some((one) => one.talker === talker && at >= one.from - allowance && at <= one.to + allowance))
      continue
    const entry = wrong.get(talker)
    if (entry === undefined)
      wrong.set(talker, { name: talker === undefined ? undefined : known.get(talker), packets: 1, first: at })
    else entry.packets += 1
  }
  return [...wrong.values()]
}
