import { readUri, sameUri } from '#wire/sip'
import type { Violation } from './legality.ts'

/**
 * How two identities compare: by octets; by the rules of RFC 3261 19.1.4, or as far as user and domain go, for who compares identities may leave ports,
 * parameters and the S of SIPS out; or not at all.
 */
export function compareIdentities(one: string, other: string): 'same' | 'equivalent' | 'different' {
  if (one === other) return 'same'
  return sameUri(one, other) || namesSame(one, other) ? 'equivalent' : 'different'
}

/** Whether they differ at most in the letters of the domain, which have no case (RFC 3261 19.1.4). */
export function isWrittenAlike(one = '', other = ''): boolean {
  const lower = (uri: string): string => uri.replace(/@[a-z0-9.-]+/i, (domain) => domain.toLowerCase())
  return lower(one) === lower(other)
}

function namesSame(one: string, other: string): boolean {
  const [a, b] = [readUri(one.trim()), readUri(other.trim())]
  if (a?.user === undefined || b?.user === undefined) return false
  return unescaped(a.user) === unescaped(b.user) && a.host.toLowerCase().replace(/\.$/, '') === b.host.toLowerCase()
}

/** How somebody else comes near the user meant, for whoever compares carelessly: such are faults of their own. */
function likeness(value: string, wanted: string): string {
  const [came, due] = [readUri(value.trim()), readUri(wanted.trim())]
  if (came?.user === undefined || due?.user === undefined || came.host !== due.host) return ''
  const [user, meant] = [unescaped(came.user), unescaped(due.user)]
  if (user.toLowerCase() === meant.toLowerCase()) return ', by the case of letters'
  return user.startsWith(`${meant}\0`) ? ', by what stands behind a NUL' : ''
}

const unescaped = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))

/** An element that has to be there and to name a certain user. */
export function judgeIdentity(
  ie: string,
  value: string | undefined,
  wanted: string,
  clause: string,
): readonly Violation[] {
  if (value === undefined) return [{ level: 'elements', rule: `${ie} missing`, clause, reaction: 'refuse' }]
  switch (compareIdentities(value, wanted)) {
    case 'same':
      return []
    case 'equivalent':
      return [{ level: 'elements', rule: `${ie} written otherwise`, clause: 'RFC 3261 19.1.4', reaction: 'either' }]
    case 'different':
      return [
        { level: 'elements', rule: `${ie} of somebody else${likeness(value, wanted)}`, clause, reaction: 'refuse' },
      ]
  }
}
