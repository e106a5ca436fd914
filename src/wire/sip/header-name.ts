import { compactName, longName } from './compact-forms.ts'
import { familiesByName } from './headers/families.ts'
import type { HeaderFamily } from './header-family.ts'

// Names are known without being cut out of the message: by a hash of their letters, then letter by letter.

interface Known {
  /** In lower case. */
  readonly name: Uint8Array
  readonly family: HeaderFamily
  readonly next: Known | undefined
}

const size = 512
const buckets = Array.from<Known | undefined>({ length: size })

// As the reader of lines computes it while it looks for the end of the name: letters alike in both cases.
function hashOf(name: string): number {
  let hash = 0
  for (let at = 0; at < name.length; at += 1) hash = (Math.imul(hash, 31) + (name.charCodeAt(at) | 0x20)) | 0
  return hash & (size - 1)
}

for (const [name, family] of familiesByName) {
  const compact = compactName(name)
  for (const form of compact === undefined ? [name] : [name, compact]) {
    const place = hashOf(form)
    buckets[place] = { name: Buffer.from(form), family, next: buckets[place] }
  }
}

/** The family of the name between two offsets, whose hash is known; `undefined` when there is none. */
export function familyAt(octets: Buffer, start: number, end: number, hash: number): HeaderFamily | undefined {
  let known = buckets[hash & (size - 1)]
  while (known !== undefined) {
    if (known.name.length === end - start && isSame(octets, start, known.name)) return known.family
    known = known.next
  }
  return undefined
}

// Among the characters of a token, setting this bit changes capitals alone into what a name is made of.
function isSame(octets: Buffer, start: number, name: Uint8Array): boolean {
  for (let at = 0; at < name.length; at += 1) {
    if (((octets[start + at] ?? 0) | 0x20) !== name[at]) return false
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
