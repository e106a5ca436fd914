import type { Diagnostic, HeaderField, SipMessage } from './message.ts'

/** A rule: mnemonic, where it stands, how grave it is to break it. The tables of rules lie beside what they judge. */
export interface Rule {
  readonly rule: string
  readonly clause: string
  readonly severity: Diagnostic['severity']
}

/** Says that a rule is broken: `text` tells what was expected and what came; `at` is an index into the field's value. */
export type Report = (rule: Rule, text: string, at?: number) => void

/** Judges one field of a header family by its own rules. */
export type JudgeField = (field: HeaderField, report: Report, message: SipMessage) => void

export const error = (rule: string, clause: string): Rule => ({ rule, clause, severity: 'error' })
export const warning = (rule: string, clause: string): Rule => ({ rule, clause, severity: 'warning' })

/** A value as a diagnostic quotes it: on one line, at most 60 characters. */
export function quoted(value: string): string {
  const shown = value.length > 60 ? `${value.slice(0, 57)}...` : value
  return JSON.stringify(shown)
}

/** The octet offset of an index into a field's value; that of the value itself when folds make the two differ. */
export function offsetIn(field: HeaderField, at: number): number {
  const { start, end } = field.valueSpan
  return end - start === field.value.length ? start + at : start
}
