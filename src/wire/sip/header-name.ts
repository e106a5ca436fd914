import { compactName, longName } from './compact-forms.ts'
import { familiesByName } from './headers/families.ts'
import type { HeaderFamily } from './header-family.ts'

// Names are known without being cut out of the message: by three of their letters, then letter by letter.

interface Known {
  /** In lower case. */
  readonly name: Uint8Array
  readonly family: HeaderFamily
  readonly next: Known | undefined
}

const size = 512
const buckets = Array.from<Known | undefined>({ length: size })

// Among the characters of a token, setting this bit changes capitals alone into what a name is made of.
const small = (octets: Uint8Array, at: number): number => (octets[at] as number) | 0x20

/** The bucket of a name: its first, middle and last letter and its length, weighed so that few names share one. */
function bucketOf(octets: Uint8Array, start: number, end: number): number {
  const length = end - start
  const middle = small(octets, start + (length >> 1))
  return (small(octets, start) + 35 * middle + 7 * small(octets, end - 1) + 3 * length) & (size - 1)
}

for (const [name, family] of familiesByName) {
  const compact = compactName(name)
  for (const form of compact === undefined ? [name] : [name, compact]) {
    const octets = Buffer.from(form)
    const bucket = bucketOf(octets, 0, octets.length)
    buckets[bucket] = { name: octets, family, next: buckets[bucket] }
  }
}

/** The family of the name between two offsets; `undefined` when there is none. */
export function familyAt(octets: Buffer, start: number, end: number): HeaderFamily | undefined {
  if (end === start) return undefined
  let known = buckets[bucketOf(octets, start, end)]
  while (known !== undefined) {
    if (known.name.length === end - start && isSame(octets, start, known.name)) return known.family
    known = known.next
  }
  return undefined
}

function isSame(octets: Buffer, start: number, name: Uint8Array): boolean {
  for (let at = 0; at < name.length; at += 1) {
    const code = octets[start + at] ?? 0
    // Of the control characters too the bit would make letters.
    if ((code | 0x20) !== name[at] || code < 0x20) return false
  }
  return true
}

const asked = new Map<string, HeaderFamily | undefined>()

/** The family of a name in any form and letters. */
export function familyOf(name: string): HeaderFamily | undefined {
  const before = asked.get(name)
  if (before !== undefined || asked.has(name)) return before
  const family = familiesByName.get(longName(name))
  // Names come from code, not from messages; yet nothing a peer sends may make this grow.
  if (asked.size < 1000) asked.set(name, family)
  return family
}
