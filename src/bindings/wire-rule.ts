import type { SipMessage } from '#wire/sip'
import type { Problem, Span, WireRule } from './binding.ts'

/** A rule that a received message does not keep. */
export const problem = (rule: WireRule, actual: string, span?: Span): Problem => ({
  field: rule.field,
  requirement: rule.requirement,
  source: rule.source,
  expected: rule.expected,
  actual: shortened(actual),
  ...(span === undefined ? {} : { span }),
})

const longest = 200

/** What comes from the network stays short in a finding; its octets are in the message. */
const shortened = (text: string): string => (text.length <= longest ? text : `${text.slice(0, longest)}…`)

/** Where a text stands among these octets of a message; all of them when it is written otherwise there. */
export function placeOf(text: string, span: Span, { octets }: SipMessage): Span {
  const at = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
    .subarray(span.start, span.end)
    .indexOf(text)
  const start = span.start + at
  return at === -1 || text === '' ? span : { start, end: start + Buffer.byteLength(text) }
}
