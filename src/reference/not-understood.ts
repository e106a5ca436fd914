import type { WireResponse } from '#bindings'
import { headers, type SipMessage } from '#wire/sip'
import type { DefectName } from './defects.ts'

/** Extensions that the reference system understands where they are required (RFC 3261 20.32). */
const understood = new Set(['timer'])

const listedIn = (fields: readonly string[]): readonly string[] =>
  fields.flatMap((value) => value.split(',').map((one) => one.trim()))

/** What a request needs of its receiver that the reference system does not have: refused before anything is looked at. */
export function refusalOfNotUnderstood(
  message: SipMessage,
  defective: (name: DefectName) => boolean = () => false,
): WireResponse | undefined {
  const { startLine } = message
  // "the Require and Proxy-Require header fields MUST NOT be used in a SIP CANCEL request, or in an ACK" (RFC 3261 8.2.2.3).
  if (startLine.kind !== 'request' || startLine.method === 'CANCEL') return undefined
  const fields = defective('second-require-passed-over')
    ? headers(message, 'Require').slice(0, 1)
    : headers(message, 'Require')
  const foreign = listedIn(fields).filter((option) => !understood.has(option.toLowerCase()))
  if (foreign.length > 0)
    return { status: 420, reason: 'Bad Extension', headers: [['Unsupported', foreign.join(', ')]] }
  const encoded = listedIn(headers(message, 'Content-Encoding')).some((coding) => coding.toLowerCase() !== 'identity')
  // RFC 3261 8.2.3: with an Accept-Encoding that says what would be understood.
  if (encoded) return { status: 415, reason: 'Unsupported Media Type', headers: [['Accept-Encoding', 'identity']] }
  return undefined
}
