import type { SipMessage } from '#wire/sip'
import { none, type TransactionMemory } from './transaction-memory.ts'
import {
  identify,
  isOfMethod,
  isText,
  isUnique,
  placesOfVia,
  transactionMethod,
  type ViaPlaces,
} from './transaction-key.ts'

/** A transaction as it is found: a link of the chains below. */
export interface Indexed {
  readonly branch: string
  readonly sentBy: string
  readonly method: string
  /** Of the branch: `hashOfText`. */
  readonly hash: number
  /** Another one of the same place. */
  chained: Indexed | undefined
}

/** The client transactions of an element, or its server transactions, by branch, sent-by and method (RFC 3261 17.1.3, 17.2.3, 18.1.2). */
export interface TransactionIndex<Machine extends Indexed> {
  readonly size: number
  get(branch: string, sentBy: string, method: string): Machine | undefined
  add(machine: Machine): void
  remove(machine: Machine): void
  /** Whether there is one, or one is remembered. */
  knows(branch: string, sentBy: string, method: string): boolean
  /** The one a message belongs to, or its number in the memory. */
  find(message: SipMessage): Machine | number | undefined
  all(): readonly Machine[]
}

/**
 * A hash table over the octets of a branch: a message is matched without a string being cut out of it. What has finished is looked for in a memory.
 */
export function createTransactionIndex<Machine extends Indexed>(memory: TransactionMemory): TransactionIndex<Machine> {
  let places: (Machine | undefined)[] = Array.from({ length: 64 })
  let size = 0

  const chainAt = (hash: number): Machine | undefined => places[hash & (places.length - 1)]
  const next = (machine: Machine): Machine | undefined => machine.chained as Machine | undefined
  const link = (machine: Machine): void => {
    const place = machine.hash & (places.length - 1)
    machine.chained = places[place]
    places[place] = machine
  }
  const all = (): readonly Machine[] => {
    const found: Machine[] = []
    for (const first of places) for (let one = first; one !== undefined; one = next(one)) found.push(one)
    return found
  }
  const known = (branch: string, sentBy: string, method: string): Machine | undefined => {
    let one = chainAt(hashOfText(branch))
    while (one !== undefined && (one.branch !== branch || one.sentBy !== sentBy || one.method !== method))
      one = next(one)
    return one
  }

  const remembered = (branch: string, sentBy: string, method: string): number | undefined => {
    const entry = memory.count === 0 ? none : memory.find(hashOfText(branch), branch, sentBy, method)
    return entry === none ? undefined : entry
  }
  const rememberedAs = (message: SipMessage, via: ViaPlaces, hash: number): number | undefined => {
    const { octets, startLine } = message
    for (let entry = memory.first(hash); entry !== none; entry = memory.next(entry)) {
      if (!memory.isBranch(entry, octets, via.branch, via.branchEnd)) continue
      if (!memory.isSentBy(entry, octets, via.host, via.hostEnd)) continue
      const isSame =
        startLine.kind === 'request'
          ? memory.isMethod(entry, transactionMethod(startLine.method))
          : isOfMethod(message, memory.read(entry).method)
      if (isSame) return entry
    }
    return undefined
  }

  return {
    get size() {
      return size
    },
    get: known,
    knows: (branch, sentBy, method) =>
      known(branch, sentBy, method) !== undefined || remembered(branch, sentBy, method) !== undefined,
    add(machine) {
      if (size * 2 === places.length) {
        const before = all()
        places = Array.from({ length: places.length * 2 })
        for (const one of before) link(one)
      }
      link(machine)
      size += 1
    },
    remove(machine) {
      const place = machine.hash & (places.length - 1)
      let before: Machine | undefined
      for (let one = places[place]; one !== undefined; one = next(one)) {
        if (one === machine) {
          if (before === undefined) places[place] = next(one)
          else before.chained = one.chained
          machine.chained = undefined
          size -= 1
          return
        }
        before = one
      }
    },
    find(message) {
      const via = placesOfVia(message)
      if (via === undefined || via.colon === via.hostEnd || !isUnique(message.octets, via)) {
        const identity = identify(message)
        if (identity === undefined) return undefined
        const { branch, sentBy } = identity
        const ofMethod = transactionMethod(identity.method)
        return known(branch, sentBy, ofMethod) ?? remembered(branch, sentBy, ofMethod)
      }
      const { octets, startLine } = message
      const hash = hashOfOctets(octets, via.branch, via.branchEnd)
      let one = chainAt(hash)
      if (startLine.kind === 'request') {
        const method = transactionMethod(startLine.method)
        while (one !== undefined && !(one.method === method && isTold(octets, via, one))) one = next(one)
      } else while (one !== undefined && !(isTold(octets, via, one) && isOfMethod(message, one.method))) one = next(one)
      return one ?? rememberedAs(message, via, hash)
    },
    all,
  }
}

const isTold = (octets: Uint8Array, via: ViaPlaces, { branch, sentBy }: Indexed): boolean =>
  isText(octets, via.branch, via.branchEnd, branch) && isText(octets, via.host, via.hostEnd, sentBy)

// Branches are what peers say: where the hashes begin is for nobody to know.
const [basis = 0, otherBasis = 0] = crypto.getRandomValues(new Int32Array(2))

/** Of a branch, for `Indexed`. */
export const hashOfText = (branch: string): number => hashOf(branch, basis)

/** FNV-1a of a text. */
export function hashOf(text: string, from: number): number {
  let hash = from
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), prime)
  return hash
}

const prime = 0x01000193

function hashOfOctets(octets: Uint8Array, start: number, end: number, from = basis): number {
  let hash = from
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (octets[at] ?? 0), prime)
  return hash
}

/** Fifty-three bits of two hashes: what stands for texts that would take room, where two alike are out of the question. */
export function fingerprint(texts: readonly string[]): number {
  let one = basis
  let other = otherBasis
  for (const text of texts) {
    one = Math.imul(hashOf(text, one) ^ 0x7c, prime)
    other = Math.imul(hashOf(text, other) ^ 0x7c, prime)
  }
  return (one >>> 0) * 2 ** 21 + (other >>> 11)
}
