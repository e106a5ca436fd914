import {
  header,
  headerField,
  magicCookie,
  readCSeq,
  readNameAddress,
  parameter,
  readVia,
  type SipMessage,
  splitList,
} from '#wire/sip'

/** What is needed of the topmost Via: where answers go, and what the way back adds to it. */
export interface TopVia {
  readonly host: string
  readonly port: number | undefined
  readonly branch: string | undefined
  readonly received: string | undefined
  /** `''` when asked for without a value (RFC 3581 3). */
  readonly rport: string | undefined
}

/** What a message says of its transaction. */
export interface TransactionIdentity {
  /** The same for a request and its responses, at either end. */
  readonly key: string
  readonly branch: string
  /** Host and port of the topmost Via. */
  readonly sentBy: string
  readonly method: string
  readonly via: TopVia
}

/** Branch, sent-by and method; an ACK belongs to its INVITE (RFC 3261 17.1.3, 17.2.3). */
export function transactionKey(branch: string, sentBy: string, method: string): string {
  return `${branch}|${sentBy}|${method === 'ACK' ? 'INVITE' : method}`
}

const sentByOf = ({ host, port }: TopVia): string => `${host.toLowerCase()}:${port ?? 5060}`

/** Finds the transaction a message belongs to; `undefined` when its Via or CSeq cannot be read. */
export function identify(message: SipMessage): TransactionIdentity | undefined {
  const value = headerField(message, 'via')?.value ?? ''
  const via = readPlainVia(message) ?? readVia(splitList(value)[0] ?? '')
  const method = message.startLine.kind === 'request' ? message.startLine.method : methodOf(message)
  if (via === undefined || method === undefined) return undefined
  const cookie = via.branch !== undefined && via.branch.startsWith(magicCookie) && via.branch !== magicCookie
  const branch = cookie ? (via.branch ?? '') : formerBranch(message)
  const sentBy = sentByOf(via)
  return { key: transactionKey(branch, sentBy, method), branch, sentBy, method, via }
}

/** Where the parts stand of a single Via as nearly every element writes it: octets of the message. */
export interface ViaPlaces {
  readonly host: number
  /** Behind host and port. */
  readonly hostEnd: number
  readonly colon: number
  readonly branch: number
  readonly branchEnd: number
}

// `SIP/2.0/UDP `: of RFC 3261 7.1 and 20.42 as nearly every element writes it, the transport left out.
const protocol = Buffer.from('SIP/2.0/')
const hostAt = protocol.length + 4
const branchParameter = Buffer.from(';branch=')

/** Finds the parts of `SIP/2.0/UDP host:port;...;branch=...` in one pass; `undefined` when it may be anything else. */
export function placesOfVia(message: SipMessage): ViaPlaces | undefined {
  const span = headerField(message, 'via')?.valueSpan
  if (span === undefined) return undefined
  const { octets } = message
  const { start, end } = span
  const host = start + hostAt
  if (octets[host - 1] !== 0x20 || !standsAt(octets, start, protocol) || !isTransport(octets, host - 4))
    return undefined
  let at = host
  let code = octets[at] ?? 0
  // Digits, dots, hyphens and small letters: a name in capitals is for the full reader, which folds it.
  while ((code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2d || (code >= 0x61 && code <= 0x7a)) {
    at += 1
    code = octets[at] ?? 0
  }
  const colon = at
  if (at === host) return undefined
  if (code === 0x3a) {
    at += 1
    code = octets[at] ?? 0
    if (code === 0x30) return undefined
    while (code >= 0x30 && code <= 0x39) {
      at += 1
      code = octets[at] ?? 0
    }
    if (at === colon + 1 || at > colon + 6) return undefined
  }
  const hostEnd = at
  let branch = -1
  let branchEnd = end
  for (; at < end; at += 1) {
    code = octets[at] ?? 0
    if (code === 0x3b) {
      if (branch === -1) {
        if (standsAt(octets, at, branchParameter)) branch = at + branchParameter.length
      } else if (branchEnd === end) branchEnd = at
    }
    // Quotes, commas, brackets, white space and what is no ASCII want the full reader.
    else if (at === hostEnd || code === 0x22 || code === 0x2c || code === 0x3c || code <= 0x20 || code > 0x7e)
      return undefined
  }
  return branch === -1 ? undefined : { host, hostEnd, colon, branch, branchEnd }
}

function standsAt(octets: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index += 1) if (octets[at + index] !== text[index]) return false
  return true
}

const transports = ['UDP', 'TCP', 'TLS', 'WSS'].map((name) => Buffer.from(name))
const isTransport = (octets: Uint8Array, at: number): boolean =>
  transports.some((transport) => standsAt(octets, at, transport))

/** Reads a single Via of a request at a fraction of the cost; `undefined` when it has more than `rport` beside its branch. */
function readPlainVia(message: SipMessage): TopVia | undefined {
  const places = placesOfVia(message)
  const field = headerField(message, 'via')
  if (places === undefined || field === undefined) return undefined
  const { value, valueSpan } = field
  const [host, colon, hostEnd, branch, branchEnd] = [
    places.host - valueSpan.start,
    places.colon - valueSpan.start,
    places.hostEnd - valueSpan.start,
    places.branch - valueSpan.start,
    places.branchEnd - valueSpan.start,
  ]
  const before = value.slice(hostEnd, branch - branchParameter.length)
  const behind = value.slice(branchEnd)
  if ((before !== '' && before !== ';rport') || (behind !== '' && behind !== ';rport')) return undefined
  const port = colon === hostEnd ? undefined : Number(value.slice(colon + 1, hostEnd))
  if (port !== undefined && port > 65_535) return undefined
  return {
    host: value.slice(host, colon),
    port,
    branch: value.slice(branch, branchEnd),
    received: undefined,
    rport: before === '' && behind === '' ? undefined : '',
  }
}

/** Whether a message is of that method by its CSeq. The number before it is judged where it matters. */
export function isOfMethod(message: SipMessage, method: string): boolean {
  const value = header(message, 'cseq') ?? ''
  return plainMethodAt(value) === value.length - method.length && value.endsWith(method)
    ? true
    : readCSeq(value)?.method === method
}

function methodOf(message: SipMessage): string | undefined {
  const value = header(message, 'cseq') ?? ''
  return readCSeq(value)?.method
}

/** Where the method begins after up to nine digits and one space; -1 when it may be anything else. */
function plainMethodAt(value: string): number {
  let at = 0
  for (let code = value.charCodeAt(0); code >= 0x30 && code <= 0x39; code = value.charCodeAt(at)) at += 1
  return at === 0 || at > 9 || value.charCodeAt(at) !== 0x20 ? -1 : at + 1
}

// Elements of RFC 2543 are matched by what stays the same in their retransmissions (RFC 3261 17.2.3).
function formerBranch(message: SipMessage): string {
  const from = readNameAddress(header(message, 'from') ?? '')
  const sequence = (header(message, 'cseq') ?? '').split(/\s/, 1)[0]
  const uri = message.startLine.kind === 'request' ? message.startLine.requestUri : ''
  return [
    uri,
    from && parameter(from.parameters, 'tag'),
    header(message, 'call-id'),
    sequence,
    header(message, 'via'),
  ].join('|')
}
