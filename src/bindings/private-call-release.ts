import { header, headerField, headerValues, type SipMessage, type Span } from '#wire/sip'
import type { Decoded, ImpliedBinding, RequestBinding, ResponseBinding, WireRequest, WireRule } from './binding.ts'
import { isMethod } from './is-method.ts'
import { privateCallRedirectionName } from './private-call-redirection.ts'
import { privateCallRequestName } from './private-call-request.ts'
import { isSuccess } from './result-of-status.ts'
import { defaultBinding, sources } from './sources.ts'
import { problem } from './wire-rule.ts'
import type { Parties } from './binding.ts'

// How a private call request or a private call ends.

const releaseName = 'private call request release'
const endName = 'private call end request'

const requireRule: WireRule = {
  field: 'Require',
  requirement: 'CANCEL has no Require and no Proxy-Require header field',
  source: sources.cancel,
  expected: ['neither of them'],
}

const bare = (method: string, { from, to }: Parties): WireRequest => ({ method, requestUri: to, from, to, headers: [] })

const read = (name: string): Decoded => ({ name, ies: {}, spans: {}, problems: [] })

/** The calling client gives up a request that is pending: CANCEL (RFC 3261 9.1). */
export const privateCallRequestRelease: RequestBinding = {
  carrier: 'request',
  message: releaseName,
  method: 'CANCEL',
  within: privateCallRequestName,
  source: sources.migratedCall,
  summary: 'CANCEL of the private call request',
  when: 'The MC service client of the calling party sends it when it has been redirected (step 3a). 200 (OK) answers it, and 487 (Request Terminated) the INVITE.',
  fields: () => [
    { name: 'Request-URI, From, To, Call-ID, CSeq number', value: 'those of the INVITE', source: sources.cancel },
  ],
  mappings: () => [],
  rules: () => [requireRule],
  recognises: (message) => isMethod(message, 'CANCEL'),
  mismatch: (message) => (isMethod(message, 'CANCEL') ? undefined : 'it is no CANCEL'),
  encode: (_ies, parties) => bare('CANCEL', parties),
  decode(message) {
    const fields = ['Require', 'Proxy-Require'].filter((name) => header(message, name) !== undefined)
    const problems = fields.map((field) =>
      problem({ ...requireRule, field }, field, headerField(message, field)?.valueSpan),
    )
    return { ...read(releaseName), problems }
  },
}

/** Where the redirection itself ends the request nothing is left to be released. */
export const privateCallRequestReleaseByMoved: ImpliedBinding = {
  carrier: 'implied',
  message: releaseName,
  by: privateCallRedirectionName,
  source: sources.migratedCall,
  summary: 'no message of its own: 302 (Moved Temporarily) has ended the request, and ACK says that it came',
  when: 'With the private call redirection (step 3a).',
  fields: () => [{ name: 'ACK', value: 'of the 302 (Moved Temporarily)', source: defaultBinding('redirection-moved') }],
  mappings: () => [],
  rules: () => [],
}

/** How the reason "migrating" is told; any other text stands for itself. */
const migratingText = 'User is migrating'

const quoted = (text: string): string =>
  `"${text.replaceAll(/["\\]/g, (mark) => `\\${mark}`).replaceAll(/[\r\n]+/g, ' ')}"`

const writeReason = (releaseReason: string | undefined): WireRequest['headers'] =>
  releaseReason === undefined
    ? []
    : [['Reason', `SIP;cause=200;text=${quoted(releaseReason === 'migrating' ? migratingText : releaseReason)}`]]

/** The reason that a BYE gives in words; a cause alone, or one of another protocol, is none. */
function readReason(message: SipMessage): { readonly reason: string; readonly span: Span | undefined } | undefined {
  const said = headerValues(message, 'Reason').find(
    ({ protocol, cause, text }) => protocol.toLowerCase() === 'sip' && cause === 200 && text !== undefined,
  )
  if (said?.text === undefined) return undefined
  const migrating = said.text.toLowerCase() === migratingText.toLowerCase()
  return { reason: migrating ? 'migrating' : said.text, span: headerField(message, 'Reason')?.valueSpan }
}

/** Either party ends the established call: BYE in its dialog (RFC 3261 15.1.1). */
export const privateCallEndRequest: RequestBinding = {
  carrier: 'request',
  message: endName,
  method: 'BYE',
  within: privateCallRequestName,
  source: sources.privateCallRequest,
  summary: 'BYE in the dialog of the private call',
  when: 'The MC service client that ends the call sends it (step 6, and step 3 of a migration during the call); every server and gateway server sends one in its own dialog on (steps 6a to 6d).',
  fields: () => [
    { name: 'Request-URI, From, To, Call-ID, Route', value: 'those of the dialog', source: sources.bye },
    {
      name: 'Reason',
      value: `SIP;cause=200;text="${migratingText}", where a reason is given`,
      source: defaultBinding('release-reason'),
    },
  ],
  mappings: () => [
    {
      ie: 'releaseReason',
      status: 'O',
      carriedIn: 'Reason: SIP;cause=200;text="…"',
      meaning: `'migrating': the call ends because its user migrates, in the text "${migratingText}"; any other text stands for itself`,
      source: defaultBinding('release-reason'),
    },
  ],
  rules: () => [],
  recognises: (message) => isMethod(message, 'BYE'),
  mismatch: (message) => (isMethod(message, 'BYE') ? undefined : 'it is no BYE'),
  encode: ({ releaseReason }, parties) => ({ ...bare('BYE', parties), headers: writeReason(releaseReason) }),
  decode(message) {
    const { reason: releaseReason, span } = readReason(message) ?? {}
    if (releaseReason === undefined) return read(endName)
    return { ...read(endName), ies: { releaseReason }, spans: span === undefined ? {} : { releaseReason: span } }
  },
}

/** The final response to BYE. */
export const privateCallEndResponse: ResponseBinding = {
  carrier: 'response',
  message: 'private call end response',
  answers: endName,
  source: sources.privateCallRequest,
  summary: '200 (OK) to BYE',
  when: 'Whoever received the BYE sends it (steps 6e to 6i).',
  implied: [],
  // "The UAS core MUST generate a 2xx response" (RFC 3261 15.1.2); who gives another has not ended the call.
  recognises: isSuccess,
  fields: () => [{ name: 'status code', value: '200 (OK)', source: sources.finalResponse }],
  mappings: () => [],
  rules: () => [],
  encode: () => ({ status: 200, reason: 'OK', headers: [] }),
  decode: () => read('private call end response'),
}
