import { headers, type SipMessage, statusOf } from '#wire/sip'
import type { OutgoingHeaders } from '../stack.ts'

/** Those that tell the client how to do better (RFC 3261 16.7 step 6). */
const helpful = [401, 407, 415, 420, 484]

/** Lower is better: 6xx, then the lowest class, in it what helps, a 503 last (RFC 3261 16.7 step 6). */
function rank(status: number): number {
  if (status >= 600) return 0
  const first = helpful.includes(status) ? 0 : status === 503 ? 2 : 1
  return Math.floor(status / 100) * 10 + first
}

/** The best of the final responses; among equals that of the preferred binding, which comes first. */
export const bestOf = <Final extends { readonly status: number }>(finals: readonly Final[]): Final | undefined =>
  finals.reduce<Final | undefined>(
    (best, one) => (best === undefined || rank(one.status) < rank(best.status) ? one : best),
    undefined,
  )

/** The challenges of the other branches, which go along with a 401 or 407 (RFC 3261 16.7 step 7). */
export const furtherChallenges = (best: SipMessage, others: readonly SipMessage[]): OutgoingHeaders =>
  [401, 407].includes(statusOf(best))
    ? others
        .filter((one) => one !== best && [401, 407].includes(statusOf(one)))
        .flatMap((one) =>
          ['WWW-Authenticate', 'Proxy-Authenticate'].flatMap((name) =>
            headers(one, name).map((value) => [name, value] as const),
          ),
        )
    : []
