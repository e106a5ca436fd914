/** What no single message shows: the more requests came, the more is held, or the longer each takes. */
export interface GrowthDefect {
  readonly id: string
  readonly name: GrowthDefectName
  /** The requirement it breaks, or the published fault it is made after. */
  readonly after: string
  /** What is wrong, as a sentence about a functional entity. */
  readonly title: string
}

export type GrowthDefectName = keyof typeof rows

const rows = {
  'transactions-kept': [
    'R11',
    'RFC 3261 17.2.2; FreeSWITCH CVE-2021-41145',
    'keeps what belongs to each request, with the buffer it was received in, after its transaction has ended',
  ],
  'refusals-looked-through': [
    'R12',
    'RFC 3261 17.2.2',
    'remembers every request that it refused, and reads all of them again for each that comes',
  ],
  'descriptors-left-open': ['R13', 'RFC 3261 18.4', 'opens sockets while it refuses requests, and closes none of them'],
} as const satisfies Readonly<Record<string, readonly [id: string, after: string, title: string]>>

export const growthDefects: readonly GrowthDefect[] = Object.entries(rows).map(([name, [id, after, title]]) => ({
  id,
  name: name as GrowthDefectName,
  after,
  title,
}))
