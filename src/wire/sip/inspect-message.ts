import { judgeMessage } from './conformance.ts'
import { headerValue, headerValues } from './header-field.ts'
import type { SipMessage } from './message.ts'
import { readUri } from './uri.ts'

/** What an element can do, for the inspection of what it receives (RFC 3261 8.2, 16.3, 18.1.2). */
export interface Element {
  readonly role: 'endpoint' | 'registrar' | 'proxy'
  readonly methods: readonly string[]
  readonly uriSchemes: readonly string[]
  /** Option tags. */
  readonly extensions: readonly string[]
  /** `type/subtype` in lower case. */
  readonly contentTypes: readonly string[]
  /** Schemes of authorization it takes, in lower case; empty when it asks for none. */
  readonly authorization: readonly string[]
  /** Hosts it writes into its Via; what answers to others is not for it. */
  readonly sentBy: readonly string[]
}

/** What the inspection comes to: process it, answer it with an error, or let it fall. */
export type Inspection =
  | { readonly kind: 'process' }
  | { readonly kind: 'discard'; readonly clause: string }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly reason: string
      readonly clause: string
      readonly headers: readonly (readonly [name: string, value: string])[]
    }

const process: Inspection = { kind: 'process' }
const answer = (
  status: number,
  reason: string,
  clause: string,
  headers: readonly (readonly [string, string])[] = [],
): Inspection => ({ kind: 'answer', status, reason, clause, headers })

/** Inspects a message in the order RFC 3261 gives: what is malformed first, then method, URI, extensions, content. */
export function inspectMessage(message: SipMessage, element: Element): Inspection {
  const { startLine } = message
  const { rules } = judgeMessage(message)
  if (startLine.kind !== 'request') return inspectAnswer(message, element, rules[0]?.clause)
  if (rules.some(({ rule }) => rule === 'version-not-supported'))
    return answer(505, 'Version Not Supported', 'RFC 3261 21.5.6')
  const [broken] = rules
  const { method } = startLine
  if (broken !== undefined) return answer(400, `Bad Request: ${broken.rule}, ${broken.clause}`, 'RFC 3261 21.4.1')
  const scheme = readUri(startLine.requestUri)?.scheme ?? ''
  if (!element.uriSchemes.includes(scheme)) return answer(416, 'Unsupported URI Scheme', 'RFC 3261 8.2.2.1')
  if (element.role === 'proxy') return inspectForwarding(message, element)
  if (!element.methods.includes(method)) {
    // RFC 3261 knows 405 for methods understood and not allowed, 501 for those not understood.
    return answer(501, 'Not Implemented', 'RFC 3261 21.5.2')
  }
  return (
    inspectAuthorization(message, element) ??
    inspectExtensions(message, element, 'Require') ??
    inspectContent(message, element)
  )
}

// "If the value in the Via does not match, the response MUST be silently discarded" (RFC 3261 18.1.2).
function inspectAnswer(message: SipMessage, element: Element, broken: string | undefined): Inspection {
  if (broken !== undefined) return { kind: 'discard', clause: broken }
  const host = headerValue(message, 'Via')?.host.toLowerCase() ?? ''
  const second = headerValues(message, 'Via')[1]
  if (!element.sentBy.includes(host)) return { kind: 'discard', clause: 'RFC 3261 18.1.2' }
  // Nothing is sent to everybody on a peer's word.
  if (second?.host === '255.255.255.255') return { kind: 'discard', clause: 'RFC 3261 18.2.2' }
  // An endpoint is the last there is: a response with another Via came astray (RFC 3261 8.1.3.3).
  return element.role !== 'proxy' && second !== undefined ? { kind: 'discard', clause: 'RFC 3261 8.1.3.3' } : process
}

function inspectForwarding(message: SipMessage, element: Element): Inspection {
  if (headerValue(message, 'Max-Forwards') === 0) return answer(483, 'Too Many Hops', 'RFC 3261 16.3')
  return inspectExtensions(message, element, 'Proxy-Require') ?? process
}

function inspectAuthorization(message: SipMessage, element: Element): Inspection | undefined {
  if (element.authorization.length === 0) return undefined
  const offered = headerValues(message, 'Authorization')
  return offered.some(({ scheme }) => element.authorization.includes(scheme.toLowerCase()))
    ? undefined
    : answer(401, 'Unauthorized', 'RFC 3261 22.1')
}

function inspectExtensions(
  message: SipMessage,
  element: Element,
  name: 'Require' | 'Proxy-Require',
): Inspection | undefined {
  const unknown = headerValues(message, name).filter((tag) => !element.extensions.includes(tag.toLowerCase()))
  return unknown.length === 0
    ? undefined
    : answer(420, 'Bad Extension', 'RFC 3261 8.2.2.3', [['Unsupported', unknown.join(', ')]])
}

function inspectContent(message: SipMessage, element: Element): Inspection {
  const { contentTypes, role } = element
  const { startLine } = message
  const type = headerValue(message, 'Content-Type')
  const accepted = contentTypes.join(', ')
  if (message.body.length > 0 && type !== undefined) {
    const essence = `${type.type}/${type.subtype}`
    const optional = headerValue(message, 'Content-Disposition')?.handling === 'optional'
    if (!contentTypes.includes(essence) && !optional)
      return answer(415, 'Unsupported Media Type', 'RFC 3261 8.2.3', [['Accept', accepted]])
  }
  const ranges = headerValues(message, 'Accept')
  const takesSdp = ranges.some((range) => isRangeOf(range.type, range.subtype, 'application', 'sdp'))
  if (startLine.kind === 'request' && startLine.method === 'INVITE' && ranges.length > 0 && !takesSdp)
    return answer(406, 'Not Acceptable', 'RFC 3261 21.4.7')
  if (role === 'registrar' && !isAddressOfRecord(message)) return answer(400, 'Bad Request', 'RFC 3261 10.3')
  return process
}

const isRangeOf = (type: string, subtype: string, wanted: string, wantedSubtype: string): boolean =>
  (type === '*' || type === wanted) && (subtype === '*' || subtype === wantedSubtype)

// "The To header field and the Request-URI field ... MUST be a SIP URI or SIPS URI" (RFC 3261 10.2).
function isAddressOfRecord(message: SipMessage): boolean {
  const scheme = headerValue(message, 'To')?.address?.scheme
  return scheme === 'sip' || scheme === 'sips'
}
