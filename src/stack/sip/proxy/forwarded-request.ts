import type { Endpoint } from '#transport'
import {
  header,
  headerFields,
  type HeaderField,
  headers,
  magicCookie,
  parameter,
  readNameAddress,
  readUri,
  type SipMessage,
} from '#wire/sip'
import { readDigest } from '../authentication/digest-parameters.ts'
import type { ForwardedRequest, OutgoingHeaders, UserServerTransaction } from '../stack.ts'
import { readTag } from '../tag.ts'
import { identify, transactionKey } from '../transaction-key.ts'
import { withReceived } from '../write-response.ts'
import { loopMark } from './loop-mark.ts'
import { type OwnPlace, recordRoutes } from './own-place.ts'
import { nextHop, type Target } from './target-set.ts'

/** A request as it leaves, and where to. */
export interface Passed {
  readonly request: ForwardedRequest
  readonly hop: Endpoint
}

/** Hops a request may have branches on at once (RFC 5393 5.3.3). */
export const defaultBreadth = 60

/** Requests that make a dialog (RFC 3261 12, RFC 6665, RFC 3515): this proxy stays on their route. */
const recorded = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'NOTIFY'])

/** What is written anew. */
const replaced = ['via', 'route', 'max-forwards', 'max-breadth']

type Received = Pick<UserServerTransaction, 'request' | 'remote' | 'transport'>

interface PassingOptions {
  readonly place: OwnPlace
  readonly unique: string
  readonly breadth?: number
  /** Whose credentials end here: nobody further on needs them (RFC 3261 22.3). */
  readonly realm?: string | undefined
}

/** Makes the copy that goes to a target (RFC 3261 16.6 steps 1 to 9); `undefined` when nobody can be reached there. */
export function passOn(
  { request, remote, transport }: Received,
  target: Target,
  { place, unique, breadth, realm }: PassingOptions,
): Passed | undefined {
  if (request.startLine.kind !== 'request') return undefined
  const { method } = request.startLine
  const { requestUri, routes, next } = routed(target)
  const hop = nextHop(next, target)
  if (hop === undefined) return undefined
  const records =
    recorded.has(method) && readTag(header(request, 'to')) === undefined
      ? recordRoutes(transport, hop.transport, readUri(requestUri)?.scheme === 'sips', place)
      : []
  const gone = new Set([...replaced.flatMap((name) => headerFields(request, name)), ...credentialsOf(request, realm)])
  const fields: OutgoingHeaders = [
    ...viasOf(request, remote).map((via) => ['Via', via] as const),
    ...records.map((record) => ['Record-Route', record] as const),
    ...routes.map((route) => ['Route', route] as const),
    ['Max-Forwards', String(Number(header(request, 'max-forwards') ?? 71) - 1)],
    ...(breadth === undefined ? [] : [['Max-Breadth', String(breadth)] as const]),
    ...request.headers.filter((field) => !gone.has(field)).map(({ name, value }) => [name, value] as const),
  ]
  const branch = `${magicCookie}${loopMark(request)}-${unique}`
  return { request: { method, requestUri, branch, headers: fields, body: request.body }, hop }
}

/** Request-URI and routes as they are written, and the URI that decides the next hop (RFC 3261 16.6 steps 2, 6 and 7). */
function routed({ requestUri, routes }: Target): { requestUri: string; routes: readonly string[]; next: string } {
  const [first, ...others] = routes
  if (first === undefined) return { requestUri: asRequestUri(requestUri), routes, next: requestUri }
  const next = readNameAddress(first)?.uri ?? ''
  if (parameter(readUri(next)?.parameters ?? [], 'lr') !== undefined) return { requestUri, routes, next }
  // A strict router wants itself as Request-URI, and the Request-URI as the last route.
  return { requestUri: asRequestUri(next), routes: [...others, `<${requestUri}>`], next }
}

/** "Any URI parameters not allowed in a Request-URI are removed" (RFC 3261 16.6 step 2, 19.1.1): method, and the headers. */
const asRequestUri = (uri: string): string => uri.replace(/\?.*$/s, '').replace(/;method=[^;]*/i, '')

/** The Via fields that came, with the source noted in the topmost (RFC 3261 18.2.1, RFC 3581 4). */
function viasOf(request: SipMessage, remote: Received['remote']): readonly string[] {
  const [first = '', ...others] = headers(request, 'via')
  const via = identify(request)?.via
  return [via === undefined ? first : withReceived(first, remote, via), ...others]
}

const credentialsOf = (request: SipMessage, realm: string | undefined): readonly HeaderField[] =>
  headerFields(request, 'proxy-authorization').filter(({ value }) => {
    const digest = readDigest(value)
    return realm !== undefined && digest.kind === 'digest' && digest.parameters.get('realm') === realm
  })

/** The branch of an ACK that makes no transaction: the same for each repetition (RFC 3261 16.11). */
export function statelessBranch(request: SipMessage): string {
  const identity = identify(request)
  const key = identity && transactionKey(identity.branch, identity.sentBy, identity.method)
  return (key ?? '').replaceAll(/[^A-Za-z0-9.-]/g, '-')
}
