import type { Diagnostic, SipMessage } from './message.ts'

/** The strict reading of a message: whether it keeps every rule, and which it breaks. */
export interface Conformance {
  readonly conformant: boolean
  /** The rules broken, by offset; what only bends a rule (severity `warning`) is not among them. */
  readonly rules: readonly Diagnostic[]
}

/**
 * Judges a message strictly. The tolerant reading is the message itself: it gives what can be understood, and
 * `diagnostics` tells what was wrong with it. Strictly, one broken rule is one too many.
 */
export function judgeMessage(message: SipMessage): Conformance {
  const rules = message.diagnostics.filter(({ severity }) => severity === 'error')
  return { conformant: rules.length === 0, rules }
}
