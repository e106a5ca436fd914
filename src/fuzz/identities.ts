import { sameUri } from '#wire/sip'
import type { Violation } from './legality.ts'

/** How two identities compare: by octets, by the rules of RFC 3261 19.1.4, or not at all. */
export function compareIdentities(one: string, other: string): 'same' | 'equivalent' | 'different' {
  if (one === other) return 'same'
  return sameUri(one, other) ? 'equivalent' : 'different'
}

/** An element that has to be there and to name a certain user. */
export function judgeIdentity(
  ie: string,
  value: string | undefined,
  wanted: string,
  clause: string,
): readonly Violation[] {
  if (value === undefined) return [{ rule: `${ie} missing`, clause, reaction: 'refuse' }]
  switch (compareIdentities(value, wanted)) {
    case 'same':
      return []
    case 'equivalent':
      return [{ rule: `${ie} written otherwise`, clause: 'RFC 3261 19.1.4', reaction: 'either' }]
    case 'different':
      return [{ rule: `${ie} of somebody else`, clause, reaction: 'refuse' }]
  }
}
