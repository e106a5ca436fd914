import type { Address, TransportName } from '#transport'
import { header, headers, parameter, readNameAddress, readUri, type SipMessage, splitList } from '#wire/sip'
import type { OutgoingResponse } from '../stack.ts'
import { addressOfRecord, domainOf } from './address-of-record.ts'
import { type Binding, isSameBinding, writeContact } from './binding.ts'
import type { Bindings } from './bindings.ts'
import type { RegistrarOptions } from './registrar.ts'
import { readRequested, type RequestedBinding } from './requested-bindings.ts'

/** One REGISTER on its way through the steps. */
export interface Work {
  readonly request: SipMessage
  readonly flow: Address & { readonly transport: TransportName }
  readonly options: RegistrarOptions
  readonly bindings: Bindings
  aor: string
  /** Who proved to be who; nobody was asked, when absent. */
  username: string | undefined
  before: readonly Binding[]
  /** Authentication-Info for the 200. */
  info: readonly [name: string, value: string] | undefined
}

interface Step {
  readonly clause: string
  /** The answer that ends the work; `undefined` lets it go on. */
  readonly run: (work: Work) => OutgoingResponse | undefined
}

const supported = ['path', 'outbound']

/** How a registrar processes a REGISTER, in the order of RFC 3261 10.3. The first step with an answer is the last. */
export const registrarSteps: readonly Step[] = [
  { clause: 'RFC 3261 10.3 step 1', run: isInCharge },
  { clause: 'RFC 3261 10.3 step 2, 8.2.2.3', run: understandsRequire },
  { clause: 'RFC 3261 10.3 step 3, 22', run: authenticate },
  { clause: 'RFC 3261 10.3 step 5', run: findAddress },
  { clause: 'RFC 3261 10.3 step 4', run: authorize },
  { clause: 'RFC 5626 6', run: firstHopSupportsOutbound },
  { clause: 'RFC 3261 10.3 steps 6 and 7', run: bind },
  { clause: 'RFC 3261 10.3 step 8', run: tellBindings },
]

const answer = (status: number, reason: string, fields: OutgoingResponse['headers'] = []): OutgoingResponse => ({
  status,
  reason,
  headers: fields,
})

// A registrar that is no proxy cannot pass it on.
function isInCharge({ request, options }: Work): OutgoingResponse | undefined {
  const uri = request.startLine.kind === 'request' ? readUri(request.startLine.requestUri) : undefined
  if (uri === undefined || (uri.scheme !== 'sip' && uri.scheme !== 'sips')) return answer(416, 'Unsupported URI Scheme')
  return options.domains.includes(uri.host.toLowerCase())
    ? undefined
    : answer(404, 'Not Found: no domain of this registrar')
}

function understandsRequire({ request }: Work): OutgoingResponse | undefined {
  const asked = headers(request, 'require').flatMap((field) => splitList(field))
  const unknown = asked.filter((tag) => !supported.includes(tag.toLowerCase()))
  return unknown.length === 0 ? undefined : answer(420, 'Bad Extension', [['Unsupported', unknown.join(', ')]])
}

function authenticate(work: Work): OutgoingResponse | undefined {
  const judged = work.options.challenger?.judge(work.request)
  if (judged === undefined) return undefined
  if (judged.kind !== 'authenticated') return judged.response
  work.info = judged.authenticationInfo()
  work.username = judged.username
  return undefined
}

function findAddress(work: Work): OutgoingResponse | undefined {
  const { request, options, bindings } = work
  const to = readNameAddress(header(request, 'to') ?? '')
  const aor = to && addressOfRecord(to.uri)
  if (aor === undefined) return answer(400, 'Bad Request: To is no address of record (RFC 3261 10.2)')
  const isOurs = aor.startsWith('tel:') || options.domains.includes(domainOf(aor))
  if (!isOurs || options.exists?.(aor) === false) return answer(404, 'Not Found')
  work.aor = aor
  work.before = bindings.of(aor)
  return undefined
}

function authorize({ aor, username, options }: Work): OutgoingResponse | undefined {
  if (username === undefined) return undefined
  const owns = options.owns ?? isOwnName
  return owns(username, aor)
    ? undefined
    : answer(403, 'Forbidden: another user may bind that address (RFC 3261 10.3 step 4)')
}

const isOwnName = (username: string, aor: string): boolean => {
  const address = aor.slice(aor.indexOf(':') + 1)
  return username === address || username === address.split('@', 1)[0]
}

// "If the first hop [...] has not added ob to its Path" the flow cannot be found again (RFC 5626 6).
function firstHopSupportsOutbound(work: Work): OutgoingResponse | undefined {
  if (!usesOutbound(work.request)) return undefined
  const vias = headers(work.request, 'via').flatMap((field) => splitList(field))
  const first = headers(work.request, 'path')
    .flatMap((field) => splitList(field))
    .at(-1)
  const edge = first === undefined ? undefined : readUri(readNameAddress(first)?.uri ?? '')
  const supports = first === undefined ? vias.length === 1 : parameter(edge?.parameters ?? [], 'ob') !== undefined
  return supports ? undefined : answer(439, 'First Hop Lacks Outbound Support')
}

const usesOutbound = (request: SipMessage): boolean =>
  headers(request, 'supported')
    .concat(headers(request, 'require'))
    .some((field) => splitList(field).some((tag) => tag.toLowerCase() === 'outbound')) &&
  headers(request, 'contact').some((field) => /;\s*reg-id\s*=/i.test(field))

function bind(work: Work): OutgoingResponse | undefined {
  const { request, flow, options, bindings, aor, before } = work
  const { maxBindings = 16, maxAddresses = 65_536 } = options
  const requested = readRequested(request, flow, maxBindings)
  switch (requested.kind) {
    case 'query':
      return undefined
    case 'malformed':
      return answer(400, `Bad Request: ${requested.text}`)
    case 'remove-all': {
      if (before.some((binding) => isOutOfOrder(requested, binding))) return outOfOrder
      bindings.replace(aor, [])
      return undefined
    }
    case 'bind': {
      const after = merged(requested.bindings, work)
      if (!Array.isArray(after)) return after
      if (after.length > maxBindings) return answer(403, `Forbidden: at most ${maxBindings} bindings`)
      if (before.length === 0 && after.length > 0 && bindings.size >= maxAddresses)
        return answer(503, 'Service Unavailable: too many addresses are registered', [['Retry-After', '60']])
      bindings.replace(aor, after)
      return undefined
    }
  }
}

/** The bindings that stand once all that is asked for is done, or the answer where one of them fails: then none is done (RFC 3261 10.3). */
function merged(asked: readonly RequestedBinding[], { options, before }: Work): Binding[] | OutgoingResponse {
  const { clock, minimumExpires = 60, maximumExpires = 3600, defaultExpires = 3600 } = options
  let after = [...before]
  for (const { seconds = defaultExpires, ...one } of asked) {
    // The minimum holds below an hour alone (RFC 3261 10.3 step 7).
    if (seconds > 0 && seconds < minimumExpires && seconds < 3600)
      return answer(423, 'Interval Too Brief', [['Min-Expires', String(minimumExpires)]])
    const known = after.find((binding) => isSameBinding(one, binding))
    if (known !== undefined && isOutOfOrder(one, known)) return outOfOrder
    const others = after.filter((binding) => binding !== known)
    const expiresAt = clock.now() + Math.min(seconds, maximumExpires) * 1000
    after = seconds === 0 ? others : [...others, { ...one, expiresAt }]
  }
  return after
}

/** With the Call-ID of a binding, only a higher CSeq changes it (RFC 3261 10.3 steps 6 and 7). */
const isOutOfOrder = (asked: Pick<Binding, 'callId' | 'sequence'>, known: Binding): boolean =>
  asked.callId === known.callId && asked.sequence <= known.sequence

const outOfOrder = answer(500, 'Server Internal Error: CSeq is not higher than before (RFC 3261 10.3)')

function tellBindings({ request, options, bindings, aor, info }: Work): OutgoingResponse {
  const { clock, serviceRoute = [], associatedUris, flowTimer } = options
  const current = bindings.of(aor)
  const fields: (readonly [string, string])[] = current.map((one) => ['Contact', writeContact(one, clock.now())])
  // "The registrar MUST copy the Path header field values" (RFC 3327 5.3).
  for (const path of headers(request, 'path')) fields.push(['Path', path])
  if (current.length > 0) {
    for (const route of serviceRoute) fields.push(['Service-Route', route])
    for (const uri of associatedUris?.(aor) ?? []) fields.push(['P-Associated-URI', `<${uri}>`])
  }
  // "MUST include the outbound option-tag in a Require" where it used the flow (RFC 5626 6).
  if (usesOutbound(request) && current.some(({ registrationId }) => registrationId !== undefined)) {
    fields.push(['Require', 'outbound'])
    if (flowTimer !== undefined) fields.push(['Flow-Timer', String(flowTimer)])
  }
  if (info !== undefined) fields.push(info)
  return answer(200, 'OK', fields)
}
