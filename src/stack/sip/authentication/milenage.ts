import { createCipheriv } from 'node:crypto'

/** What a subscription is made of (TS 35.206 2): octets. */
export interface MilenageKeys {
  /** Subscriber key, 16 octets. */
  readonly k: Uint8Array
  /** The operator's constant under that key, 16 octets: see `operatorConstant`. */
  readonly opc: Uint8Array
}

/** All that MILENAGE yields for one challenge (TS 35.206 4.1), octets. */
export interface MilenageValues {
  /** Network authentication code MAC-A, 8 octets. */
  readonly f1: Uint8Array
  /** Resynchronisation code MAC-S, 8 octets. */
  readonly f1Star: Uint8Array
  /** RES, 8 octets. */
  readonly f2: Uint8Array
  /** CK, 16 octets. */
  readonly f3: Uint8Array
  /** IK, 16 octets. */
  readonly f4: Uint8Array
  /** AK, 6 octets. */
  readonly f5: Uint8Array
  /** AK for resynchronisation, 6 octets. */
  readonly f5Star: Uint8Array
}

/** OPc from OP (TS 35.206 4.1). */
export const operatorConstant = (k: Uint8Array, op: Uint8Array): Uint8Array => xor(encrypt(k, op), op)

/**
 * The functions f1 to f5* for RAND (16 octets), SQN (6) and AMF (2). Throws a `RangeError` that names the parameter when one has
 * another length.
 */
export function milenage(
  { k, opc }: MilenageKeys,
  rand: Uint8Array,
  sequence: Uint8Array,
  managementField: Uint8Array,
): MilenageValues {
  for (const [name, octets, length] of [
    ['K', k, 16],
    ['OPc', opc, 16],
    ['RAND', rand, 16],
    ['SQN', sequence, 6],
    ['AMF', managementField, 2],
  ] as const) {
    if (octets.length !== length) {
      throw new RangeError(`${name} has ${length} octets (TS 35.206 2.3), came ${octets.length}`)
    }
  }
  const temporary = encrypt(k, xor(rand, opc))
  const input = Buffer.concat([sequence, managementField, sequence, managementField])
  const first = xor(encrypt(k, withConstant(xor(temporary, rotated(xor(input, opc), 8)), 0)), opc)
  /** OUT2 to OUT5: rotated by r bits, here in octets, then c in the last octet. */
  const out = (rotation: number, constant: number): Uint8Array =>
    xor(encrypt(k, withConstant(rotated(xor(temporary, opc), rotation), constant)), opc)
  const [second, fourthStar] = [out(0, 1), out(12, 8)]
  return {
    f1: first.subarray(0, 8),
    f1Star: first.subarray(8),
    f2: second.subarray(8),
    f3: out(4, 2),
    f4: out(8, 4),
    f5: second.subarray(0, 6),
    f5Star: fourthStar.subarray(0, 6),
  }
}

export const xor = (one: Uint8Array, other: Uint8Array): Uint8Array =>
  one.map((octet, index) => octet ^ (other[index] ?? 0))

const rotated = (octets: Uint8Array, by: number): Uint8Array =>
  Buffer.concat([octets.subarray(by), octets.subarray(0, by)])

const withConstant = (octets: Uint8Array, constant: number): Uint8Array =>
  octets.map((octet, index) => (index === 15 ? octet ^ constant : octet))

// One block of the kernel function AES-128 (TS 35.206 5): the mode is of no account for a single block.
function encrypt(k: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', k, null).setAutoPadding(false)
  return Buffer.concat([cipher.update(block), cipher.final()])
}
