import type { Ie, IeKind, Ies } from './information-element.ts'
import type { Source } from './source.ts'

/** A stage-2 message: its information-flow table and where that table stands. */
export interface Message<F extends Ies = Ies> {
  readonly name: string
  readonly source: Source
  readonly ies: F
  /** It gives something up: sending it is never a grant. */
  readonly releases?: true
}

interface Nature {
  readonly releases?: true
}

export const message = <const F extends Ies>(
  name: string,
  source: Source,
  ies: F,
  nature: Nature = {},
): Message<F> => ({
  name,
  source,
  ies,
  ...nature,
})

type Mandatory<F extends Ies> = { [N in keyof F]: F[N] extends Ie<IeKind, 'M'> ? N : never }[keyof F]
type KindOf<F extends Ies, N extends keyof F> = F[N] extends Ie<infer K> ? K : never

/** Every mandatory element, any optional or conditional one, each with a value of its own kind, and nothing else. */
export type Carries<F extends Ies> = { readonly [N in Mandatory<F>]: Term<KindOf<F, N>> } & {
  readonly [N in Exclude<keyof F, Mandatory<F>>]?: Term<KindOf<F, N>>
}

/**
 * A value that runs through a flow. One that is known is compared, one that is unknown is learnt; a literal is always
 * known. Never says which side we sit on.
 */
export type Term<K extends IeKind = IeKind> =
  | {
      readonly kind: K
      readonly term: string
      /** What the flow that declared it calls it, where another one performs that flow under names of its own. */
      readonly called?: string
    }
  | { readonly kind: K; readonly literal: string }
export type Carried = Readonly<Record<string, Term>>

/** Declares the values that run through the flows of a theme: `values({ temporaryId: 'mcServiceId' })`. */
export const values = <const V extends Record<string, IeKind>>(named: V): { readonly [N in keyof V]: Term<V[N]> } =>
  Object.fromEntries(Object.entries(named).map(([term, kind]) => [term, { kind, term }])) as {
    [N in keyof V]: Term<V[N]>
  }

/** Declares the values of a kind that the specification itself names: `literals('result', 'accepted', 'refused')`. */
export const literals = <const K extends IeKind, const L extends string>(
  kind: K,
  ...of: readonly L[]
): { readonly [N in L]: Term<K> } =>
  Object.fromEntries(of.map((literal) => [literal, { kind, literal }])) as unknown as Record<L, Term<K>>

export const sameTerm = (a: Term, b: Term): boolean =>
  a.kind === b.kind && ('term' in a ? 'term' in b && a.term === b.term : 'literal' in b && a.literal === b.literal)

export const nameOfTerm = (term: Term): string => ('term' in term ? term.term : term.literal)
