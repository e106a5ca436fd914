import { sameInConstantTime } from './digest-response.ts'
import { milenage, type MilenageKeys, xor } from './milenage.ts'

/** One authentication vector of the network (TS 33.102 6.3.2), octets. */
export interface AkaVector {
  readonly rand: Uint8Array
  readonly autn: Uint8Array
  /** The RES that is expected. */
  readonly xres: Uint8Array
  readonly ck: Uint8Array
  readonly ik: Uint8Array
}

/** SQN is counted as a number up to 2**48 - 1. */
export const largestSequence = 2 ** 48 - 1

function sequenceOctets(sequence: number): Uint8Array {
  const octets = Buffer.alloc(6)
  octets.writeUIntBE(sequence, 0, 6)
  return octets
}

export const sequenceNumber = (octets: Uint8Array): number => Buffer.from(octets).readUIntBE(0, 6)

/** Resynchronisation is authenticated with an AMF of zeros (TS 33.102 6.3.3). */
const noManagementField = Buffer.alloc(2)

/** Makes a vector: AUTN = (SQN xor AK) || AMF || MAC-A (TS 33.102 6.3.2). */
export function akaVector(
  keys: MilenageKeys,
  rand: Uint8Array,
  sequence: number,
  managementField: Uint8Array,
): AkaVector {
  const octets = sequenceOctets(sequence)
  const { f1, f2, f3, f4, f5 } = milenage(keys, rand, octets, managementField)
  return { rand, autn: Buffer.concat([xor(octets, f5), managementField, f1]), xres: f2, ck: f3, ik: f4 }
}

/** AUTS = (SQN of the USIM xor AK*) || MAC-S, 14 octets (TS 33.102 6.3.3). */
export function synchronisationToken(keys: MilenageKeys, rand: Uint8Array, sequence: number): Uint8Array {
  const octets = sequenceOctets(sequence)
  const { f1Star, f5Star } = milenage(keys, rand, octets, noManagementField)
  return Buffer.concat([xor(octets, f5Star), f1Star])
}

/** The SQN of the USIM that AUTS carries; `undefined` when its MAC-S is not that of the subscriber (TS 33.102 6.3.5). */
export function readSynchronisationToken(keys: MilenageKeys, rand: Uint8Array, auts: Uint8Array): number | undefined {
  if (auts.length !== 14) return undefined
  const { f5Star } = milenage(keys, rand, Buffer.alloc(6), noManagementField)
  const sequence = xor(auts.subarray(0, 6), f5Star)
  const { f1Star } = milenage(keys, rand, sequence, noManagementField)
  return sameInConstantTime(f1Star, auts.subarray(6)) ? sequenceNumber(sequence) : undefined
}

/** The nonce of AKAv1-MD5: base64(RAND || AUTN || data of the server) (RFC 3310 3.2). */
export const akaNonce = ({ rand, autn }: Pick<AkaVector, 'rand' | 'autn'>): string =>
  Buffer.concat([rand, autn]).toString('base64')

/** RAND and AUTN of a nonce; `undefined` when it is no base64 of at least 32 octets. */
export function readAkaNonce(nonce: string): { readonly rand: Uint8Array; readonly autn: Uint8Array } | undefined {
  if (!/^[A-Za-z0-9+/]{43,}={0,2}$/.test(nonce)) return undefined
  const octets = Buffer.from(nonce, 'base64')
  return octets.length < 32 ? undefined : { rand: octets.subarray(0, 16), autn: octets.subarray(16, 32) }
}
