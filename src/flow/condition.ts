import { mapValues } from './record.ts'

/** Something that holds in a world or does not; both worlds are derived. */
export interface Condition {
  readonly key: string
  readonly that: string
}

/** Declares the conditions of a vocabulary: `conditions({ allocated: 'the partner MC system has allocated ...' })`. */
export const conditions = <const C extends Record<string, string>>(named: C): { readonly [K in keyof C]: Condition } =>
  mapValues(named, (that, key) => ({ key, that }))
