import type { Diagnostic } from './message.ts'

/** A rule: mnemonic, where it stands, how grave it is to break it. The tables of rules lie beside what they judge. */
export interface Rule {
  readonly rule: string
  readonly clause: string
  readonly severity: Diagnostic['severity']
}

export const error = (rule: string, clause: string): Rule => ({ rule, clause, severity: 'error' })
export const warning = (rule: string, clause: string): Rule => ({ rule, clause, severity: 'warning' })

/** Octets of which all that is quoted of a value is told, and that it is longer: characters have at most four. */
export const longestQuoted = 4 * 61

/** A value as a diagnostic quotes it: on one line, at most 60 characters. */
export function quoted(value: string): string {
  const shown = value.length > 60 ? `${value.slice(0, 57)}...` : value
  return JSON.stringify(shown)
}
