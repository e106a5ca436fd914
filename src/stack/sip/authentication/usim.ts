import { largestSequence, sequenceNumber, synchronisationToken } from './aka-vector.ts'
import { sameInConstantTime } from './digest-response.ts'
import { milenage, type MilenageKeys, xor } from './milenage.ts'

/** What a USIM says of a challenge (TS 33.102 6.3.3). */
export type UsimAnswer =
  | { readonly kind: 'response'; readonly res: Uint8Array; readonly ck: Uint8Array; readonly ik: Uint8Array }
  /** SQN is not in the accepted range: AUTS tells the network where it stands. */
  | { readonly kind: 'synchronisation-failure'; readonly auts: Uint8Array }
  /** MAC-A is wrong: the challenge is not of this network. */
  | { readonly kind: 'mac-failure' }

export interface UsimOptions extends MilenageKeys {
  /** The highest SQN it has accepted; 0 unless said. */
  readonly sequence?: number | undefined
  /** How far SEQ may jump ahead (TS 33.102 C.2.1, delta); 2**28 unless said. */
  readonly largestJump?: number | undefined
}

export interface Usim {
  /** The highest SQN accepted. */
  readonly sequence: number
  authenticate(rand: Uint8Array, autn: Uint8Array): UsimAnswer
}

/** SQN = SEQ || IND with 5 bits of IND (TS 33.102 C.3.2): of each IND the highest SEQ is kept, so that vectors may come out of order. */
const indices = 32

/** The next SQN a network uses: SEQ and IND are both counted on (TS 33.102 C.1.1.1, C.3.2). */
export function nextSequence(sequence: number): number {
  const seq = Math.floor(sequence / indices) + 1
  const next = seq * indices + ((sequence + 1) % indices)
  return next > largestSequence ? 0 : next
}

/** A USIM in software: K, OPc and what SQN it has seen. */
export function createUsim({ k, opc, sequence = 0, largestJump = 2 ** 28 }: UsimOptions): Usim {
  const keys: MilenageKeys = { k, opc }
  const seen = Array.from({ length: indices }, () => Math.floor(sequence / indices))
  let highest = sequence

  return {
    get sequence() {
      return highest
    },
    authenticate(rand, autn) {
      if (rand.length !== 16 || autn.length !== 16) return { kind: 'mac-failure' }
      // AK does not depend on SQN or AMF: f5 comes first, then MAC-A can be checked.
      const { f5 } = milenage(keys, rand, Buffer.alloc(6), Buffer.alloc(2))
      const octets = xor(autn.subarray(0, 6), f5)
      const { f1, f2, f3, f4 } = milenage(keys, rand, octets, autn.subarray(6, 8))
      if (!sameInConstantTime(f1, autn.subarray(8))) return { kind: 'mac-failure' }
      const offered = sequenceNumber(octets)
      const [seq, index] = [Math.floor(offered / indices), offered % indices]
      const jump = seq - Math.floor(highest / indices)
      if (seq <= (seen[index] ?? 0) || jump > largestJump) {
        return { kind: 'synchronisation-failure', auts: synchronisationToken(keys, rand, highest) }
      }
      seen[index] = seq
      highest = Math.max(highest, offered)
      return { kind: 'response', res: f2, ck: f3, ik: f4 }
    },
  }
}
