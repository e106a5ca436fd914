import type { Layer } from './case.ts'
import type { Place, PlaceType } from './place.ts'
import type { FuzzUser } from './world.ts'

/** What an edit may draw on beside the text it changes. */
export interface Around {
  readonly place: Place
  /** Whom the execution has for itself, and somebody else. */
  readonly user: FuzzUser
  readonly other: FuzzUser
  /** Correlation identifier: what appears elsewhere names the case. */
  readonly canary: string
  /** What is named for nobody to fetch: the beginning of the address of a page, and a file. */
  readonly lure?: { readonly url: string; readonly file: string } | undefined
  /** How the sender is reached, and the name of its host: both are for its own MC system alone. */
  readonly sender: { readonly sentBy: string; readonly host: string }
}

/** A way to change a part of a message. Texts have one character an octet. */
export interface Kind {
  readonly name: string
  readonly layer: Layer
  /** Where it makes sense; everywhere where nothing is said. */
  readonly on?: readonly PlaceType[]
  /** Whether it changes the value alone or what is taken away with it. */
  readonly of: 'value' | 'whole'
  /** Its parameters, the simplest first; one edit for each. Of none there is one edit without. */
  readonly parameters: (text: string, place: Place) => readonly (string | number)[]
  readonly apply: (text: string, p: string | number | undefined, around: Around) => string
}

/** Values to put in the place of another, by what is special about them. */
export type Rows = Readonly<Record<string, string | ((text: string, around: Around) => string)>>

/** A kind that puts one of a table of values there. */
export const table = (
  name: string,
  on: readonly PlaceType[],
  rows: Rows,
  { layer = 'a', of = 'value' }: Partial<Pick<Kind, 'layer' | 'of'>> = {},
): Kind => ({
  name,
  layer,
  on,
  of,
  parameters: () => Object.keys(rows),
  apply(text, p, around) {
    const row = Object.hasOwn(rows, String(p)) ? rows[String(p)] : undefined
    if (row === undefined) return text
    return typeof row === 'string' ? row : row(text, around)
  },
})

/** UTF-8 with one character an octet. */
export const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

/** The page that names the execution, or that of nobody where none is open. */
export const lureOf = ({ lure, canary }: Around): string => `${lure?.url ?? 'http://127.0.0.1:9/'}${canary}`
