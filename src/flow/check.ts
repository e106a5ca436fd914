import type { Term } from './message.ts'
import type { Basis } from './source.ts'
import { mapValues } from './record.ts'

/** A decision a functional entity takes. `ways` are the ways in which it may turn out negative, each worth a case. */
export interface Check {
  readonly key: string
  readonly that: string
  readonly about: readonly Term[]
  readonly ways: Readonly<Record<string, string>>
}

interface CheckDeclaration {
  readonly that: string
  readonly about: readonly Term[]
  readonly ways: Readonly<Record<string, string>>
}

export const checks = <const C extends Record<string, CheckDeclaration>>(
  named: C,
): { readonly [K in keyof C]: Check } => mapValues(named, (check, key) => ({ key, ...check }))

/** A lasting fact about a functional entity, seen only by its consequences or through the control adapter. */
export interface State {
  readonly key: string
  readonly that: string
  readonly about: readonly Term[]
  /** The id of the flow whose course shows it, where one does. */
  readonly observedBy?: string
  /** Where it comes from, when that is weaker than the procedure's own source. */
  readonly basis?: Basis
  /** A check has ways to turn out negative, a state none; without this line one would pass for the other. */
  readonly ways?: never
}

export const states = <const S extends Record<string, Omit<State, 'key'>>>(
  named: S,
): { readonly [K in keyof S]: State } => mapValues(named, (state, key) => ({ key, ...state }))

/** A limit in time, by the name the IXIT gives it; milliseconds are configuration. */
export interface Timer {
  readonly key: string
  readonly means: string
}

export const timers = <const T extends Record<string, string>>(named: T): { readonly [K in keyof T]: Timer } =>
  mapValues(named, (means, key) => ({ key, means }))
