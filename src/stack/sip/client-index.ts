import type { SipMessage } from '#wire/sip'
import { identify, isOfMethod, placesOfVia, type ViaPlaces } from './transaction-key.ts'

/** A client transaction as it is found: a link of the chains below. */
export interface Indexed {
  readonly branch: string
  readonly sentBy: string
  readonly method: string
  /** Of the branch: `hashOfText`. */
  readonly hash: number
  /** Another one of the same place. */
  chained: Indexed | undefined
}

/** The client transactions of an element by branch, sent-by and method (RFC 3261 17.1.3, 18.1.2). */
export interface ClientIndex<Machine extends Indexed> {
  readonly size: number
  has(branch: string, sentBy: string, method: string): boolean
  add(machine: Machine): void
  remove(machine: Machine): void
  /** The one a response belongs to. */
  find(response: SipMessage): Machine | undefined
  all(): readonly Machine[]
}

/**
 * A hash table over the octets of a branch: a response is matched without a string being cut out of it. Nothing is put in but
 * what this element sends.
 */
export function createClientIndex<Machine extends Indexed>(): ClientIndex<Machine> {
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

  return {
    get size() {
      return size
    },
    has: (branch, sentBy, method) => known(branch, sentBy, method) !== undefined,
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
    find(response) {
      const via = placesOfVia(response)
      if (via === undefined || via.colon === via.hostEnd) {
        const identity = identify(response)
        return identity && known(identity.branch, identity.sentBy, identity.method)
      }
      const { octets } = response
      let one = chainAt(hashOfOctets(octets, via.branch, via.branchEnd))
      while (one !== undefined && !(isTold(octets, via, one) && isOfMethod(response, one.method))) one = next(one)
      return one
    },
    all,
  }
}

const isTold = (octets: Uint8Array, via: ViaPlaces, { branch, sentBy }: Indexed): boolean =>
  isText(octets, via.branch, via.branchEnd, branch) && isText(octets, via.host, via.hostEnd, sentBy)

function isText(octets: Uint8Array, start: number, end: number, text: string): boolean {
  if (text.length !== end - start) return false
  for (let at = 0; at < text.length; at += 1) if (octets[start + at] !== text.charCodeAt(at)) return false
  return true
}

// FNV-1a, of text and of the octets that write it. A proxy makes branches of what its peers say: where it begins is for nobody to know.
const basis = crypto.getRandomValues(new Int32Array(1))[0] ?? 0
const prime = 0x01000193

/** Of a branch, for `Indexed`. */
export function hashOfText(text: string): number {
  let hash = basis
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), prime)
  return hash
}

function hashOfOctets(octets: Uint8Array, start: number, end: number): number {
  let hash = basis
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (octets[at] ?? 0), prime)
  return hash
}
