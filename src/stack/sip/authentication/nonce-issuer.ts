import { createHmac } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { sameInConstantTime } from './digest-response.ts'

export interface NonceIssuerOptions {
  /** Octets that nobody else knows, others in every run: counts are remembered no longer than that. */
  readonly secret: string | Uint8Array
  readonly clock: Clock
  /** Milliseconds a nonce is good for. */
  readonly lifetime: number
  /** Nonces of which counts are remembered at once; the oldest are given up first and become stale. */
  readonly maxRemembered: number
}

/** What a nonce that came back is worth. `replayed`: that count was used before with it. */
type NonceJudgement = 'fresh' | 'stale' | 'foreign' | 'replayed'

/**
 * Nonces that carry their own proof: time and number of issue, and a keyed hash of both (RFC 7616 3.3, 5.12). Those handed out cost no memory;
 * those used are remembered with their highest counts.
 */
export interface NonceIssuer {
  issue(): string
  /** Whether the nonce is one of ours and still good; without looking at counts. */
  judge(nonce: string): Exclude<NonceJudgement, 'replayed'>
  /** The same, and notes the count as used: call it once the credentials are proven. */
  use(nonce: string, count: number): NonceJudgement
}

/** Counts may arrive in another order over UDP: so far below the highest one they are still told apart. */
const window = 32

interface Counts {
  readonly number: number
  highest: number
  /** Bit n: `highest - n` was used. */
  used: number
}

export function createNonceIssuer({ secret, clock, lifetime, maxRemembered }: NonceIssuerOptions): NonceIssuer {
  const counts = new Map<string, Counts>()
  let issued = 0
  /** Counts of nonces up to this number have been given up. */
  let forgotten = 0

  const proof = (head: string): string => createHmac('sha256', secret).update(head).digest('hex').slice(0, 32)
  const read = (nonce: string): { time: number; number: number } | undefined => {
    if (!/^[0-9a-f]{24}[0-9a-f]{32}$/.test(nonce)) return undefined
    const head = nonce.slice(0, 24)
    if (!sameInConstantTime(nonce.slice(24), proof(head))) return undefined
    return { time: Number.parseInt(head.slice(0, 12), 16), number: Number.parseInt(head.slice(12), 16) }
  }
  const judge = (nonce: string): Exclude<NonceJudgement, 'replayed'> => {
    const known = read(nonce)
    if (known === undefined) return 'foreign'
    if (known.number > issued || (known.number <= forgotten && !counts.has(nonce))) return 'stale'
    const age = Math.floor(clock.now()) - known.time
    // One of a time to come was issued by an earlier run with the same secret.
    return age >= 0 && age <= lifetime ? 'fresh' : 'stale'
  }
  const makeRoom = (): void => {
    if (counts.size < maxRemembered) return
    for (const [nonce, { number }] of counts) {
      counts.delete(nonce)
      forgotten = Math.max(forgotten, number)
      return
    }
  }

  return {
    issue() {
      issued += 1
      const head = hex(Math.floor(clock.now())) + hex(issued)
      return head + proof(head)
    },
    judge,
    use(nonce, count) {
      const judged = judge(nonce)
      const number = read(nonce)?.number
      if (judged !== 'fresh' || number === undefined) return judged
      const known = counts.get(nonce)
      if (known === undefined) {
        makeRoom()
        counts.set(nonce, { number, highest: count, used: 1 })
        return 'fresh'
      }
      return note(known, count) ? 'fresh' : 'replayed'
    },
  }
}

const hex = (number: number): string => number.toString(16).padStart(12, '0').slice(-12)

/** Notes a count; false when it was used before, or lies too far back to tell (RFC 7616 3.4, nc). */
function note(known: Counts, count: number): boolean {
  const ahead = count - known.highest
  if (ahead > 0) {
    known.used = ahead >= window ? 1 : ((known.used << ahead) | 1) >>> 0
    known.highest = count
    return true
  }
  if (-ahead >= window) return false
  const bit = (1 << -ahead) >>> 0
  if ((known.used & bit) !== 0) return false
  known.used = (known.used | bit) >>> 0
  return true
}
