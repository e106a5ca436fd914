import { headerField, statusOf, type SipMessage } from '#wire/sip'
import type { IeValues, Mapping, Problem, WireField, WireRule } from './binding.ts'
import type { ProfileValues } from './profile-values.ts'
import { sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'
import type { Source } from '#verdict'

// A final response whose status code says the result: 2xx accepts, any other refuses (RFC 3261 21).

export const isFinal = (message: SipMessage): boolean => statusOf(message) >= 200

export const isSuccess = (message: SipMessage): boolean => statusOf(message) >= 200 && statusOf(message) < 300

/** The element `result` of a final response; nothing of a provisional one. */
export function resultOf(message: SipMessage): IeValues {
  if (!isFinal(message)) return {}
  return { result: isSuccess(message) ? 'accepted' : 'refused' }
}

export const resultInStatus = (meaning: string, source: Source, carriedIn = 'status code'): Mapping => ({
  ie: 'result',
  status: 'M',
  carriedIn,
  meaning: `'accepted': ${meaning}; 'refused'`,
  source,
})

/** The Warning of a refusal (TS 24.379 4.4.2), with the text inside its quotes where the profile has one for it. */
export const warningField = ({ service }: ProfileValues, text = '<MC code and text>'): WireField => ({
  name: 'Warning',
  value: `399 <host name of the server> "${text}", in a refusal`,
  source: sourcesOf(service).warning,
})

/** The header fields that a success lacks, of those that rules ask for. */
export const absentFrom = (message: SipMessage, rules: readonly WireRule[]): readonly Problem[] =>
  isSuccess(message)
    ? rules
        .filter(({ field }) => headerField(message, field) === undefined)
        .map((rule) => problem(rule, `no ${rule.field}`))
    : []
