import { headers, parameter, readNameAddress, readUri, sameUri, type SipMessage, splitList, statusOf } from '#wire/sip'
import type { Passed } from './forwarded-request.ts'
import type { Target } from './target-set.ts'

/** What comes of the Contacts of a redirection. */
interface Recursion {
  /** The copies that go on, and the breadth of each (RFC 5393 5.3.3). */
  readonly passed: readonly Passed[]
  readonly breadth: number
  /** The Contacts that nothing goes to: they stay in the response. */
  readonly left: readonly string[]
}

export type Recurse = (response: SipMessage, breadth: number) => Recursion | undefined

export interface RecursionOptions {
  /** Of the request that is redirected. */
  readonly requestUri: string
  /** URIs it has gone to already: none is tried twice (RFC 3261 16.5). */
  readonly tried: readonly string[]
  /** Contacts followed at most, over all redirections of the request. */
  readonly most: number
  /** The targets behind a Contact: none where it is of ours and nobody is registered. */
  readonly targetsOf: (uri: string) => readonly Target[]
  readonly passTo: (target: Target, breadth: number) => Passed | undefined
}

/** Those that name places; 305 and 380 want something else done (RFC 3261 21.3). */
const followed = [300, 301, 302]

/** Goes on to the Contacts of redirections in place of the client (RFC 3261 16.7 step 4); `undefined` where none can be gone to. */
export function createRecursion({ requestUri, tried, most, targetsOf, passTo }: RecursionOptions): Recurse {
  const known = [...tried]
  const isSips = readUri(requestUri)?.scheme === 'sips'

  const mayFollow = (uri: string): boolean => {
    const scheme = readUri(uri)?.scheme
    // "A proxy SHOULD NOT recurse to a non-SIPS URI if the Request-URI of the original request was a SIPS URI."
    const isSecureEnough = scheme === 'sips' || (scheme === 'sip' && !isSips)
    return isSecureEnough && known.length - tried.length < most && !known.some((one) => sameUri(one, uri))
  }
  const take = (uri: string): readonly Target[] => {
    const targets = mayFollow(uri) ? targetsOf(uri) : []
    if (targets.length > 0) known.push(uri)
    return targets
  }

  return (response, breadth) => {
    if (!followed.includes(statusOf(response))) return undefined
    const contacts = byPreference(response).map(({ written, uri }) => ({ written, targets: take(uri) }))
    const all = contacts.reduce((sum, { targets }) => sum + targets.length, 0)
    const share = Math.max(1, Math.floor(breadth / Math.max(1, all)))
    const passed: Passed[] = []
    const left: string[] = []
    for (const { written, targets } of contacts) {
      const fits = passed.length + targets.length <= breadth
      const copies = fits ? targets.flatMap((target) => passTo(target, share) ?? []) : []
      if (copies.length === 0) left.push(written)
      passed.push(...copies)
    }
    return passed.length === 0 ? undefined : { passed, breadth: share, left }
  }
}

interface RedirectionContact {
  readonly written: string
  readonly uri: string
  readonly preference: number
}

/** "In the order of their q" (RFC 3261 16.6), 1 unless said. */
function byPreference(response: SipMessage): readonly RedirectionContact[] {
  return headers(response, 'contact')
    .flatMap((field) => splitList(field))
    .map((written) => {
      const contact = readNameAddress(written)
      const q = Number(parameter(contact?.parameters ?? [], 'q') ?? 1)
      return { written, uri: contact?.uri ?? '', preference: Number.isNaN(q) ? 0 : q }
    })
    .toSorted((one, other) => other.preference - one.preference)
}
