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
  readonly method: string
  readonly via: TopVia
}

/** Branch, sent-by and method; an ACK belongs to its INVITE (RFC 3261 17.1.3, 17.2.3). */
export function transactionKey(branch: string, host: string, port: number | undefined, method: string): string {
  return `${branch}|${host.toLowerCase()}:${port ?? 5060}|${method === 'ACK' ? 'INVITE' : method}`
}

/** Finds the transaction a request belongs to; `undefined` when its Via cannot be read. */
export function identify(message: SipMessage): TransactionIdentity | undefined {
  const value = headerField(message, 'via')?.value ?? ''
  const via = readPlainVia(value) ?? readVia(splitList(value)[0] ?? '')
  const method = message.startLine.kind === 'request' ? message.startLine.method : methodOf(message)
  if (via === undefined || method === undefined) return undefined
  const { branch } = via
  if (branch !== undefined && branch.startsWith(magicCookie) && branch !== magicCookie) {
    return { key: transactionKey(branch, via.host, via.port, method), method, via }
  }
  return { key: transactionKey(formerBranch(message), via.host, via.port, method), method, via }
}

/** The key of the client transaction a response belongs to; `undefined` when its Via or CSeq cannot be read. */
export function responseKey(message: SipMessage): string | undefined {
  const value = headerField(message, 'via')?.value ?? ''
  const plain = placesOf(value)
  if (plain === undefined || !plain.hasPort || !value.startsWith(magicCookie, plain.branch))
    return identify(message)?.key
  const method = methodOf(message)
  // What identify() would write, cut out of the field.
  return method && `${value.slice(plain.branch, plain.branchEnd)}|${value.slice(plain.host, plain.hostEnd)}|${method}`
}

/** Where the parts stand of a single Via as nearly every element writes it. */
interface ViaPlaces {
  readonly host: number
  /** Behind host and port. */
  readonly hostEnd: number
  readonly colon: number
  readonly hasPort: boolean
  readonly branch: number
  readonly branchEnd: number
}

const protocol = 'SIP/2.0/'
const transports = new Set(['UDP', 'TCP', 'TLS', 'WSS'])
const branchParameter = ';branch='

/** Finds the parts of `SIP/2.0/UDP host:port;...;branch=...` in one pass; `undefined` when it may be anything else. */
function placesOf(value: string): ViaPlaces | undefined {
  const host = protocol.length + 4
  if (value.charCodeAt(host - 1) !== 0x20 || !value.startsWith(protocol)) return undefined
  let at = host
  let code = value.charCodeAt(at)
  // Digits, dots, hyphens and small letters: a name in capitals is for the full reader, which folds it.
  while ((code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2d || (code >= 0x61 && code <= 0x7a)) {
    at += 1
    code = value.charCodeAt(at)
  }
  const colon = at
  if (at === host) return undefined
  if (code === 0x3a) {
    at += 1
    code = value.charCodeAt(at)
    if (code === 0x30) return undefined
    while (code >= 0x30 && code <= 0x39) {
      at += 1
      code = value.charCodeAt(at)
    }
    if (at === colon + 1 || at > colon + 6) return undefined
  }
  if (code !== 0x3b || !transports.has(value.slice(protocol.length, host - 1))) return undefined
  const hostEnd = at
  // Quotes, commas, brackets and further white space want the full reader.
  for (; at < value.length; at += 1) {
    code = value.charCodeAt(at)
    if (code === 0x22 || code === 0x2c || code === 0x20 || code === 0x09 || code === 0x3c) return undefined
  }
  const branch = value.indexOf(branchParameter, hostEnd)
  if (branch === -1) return undefined
  const end = value.indexOf(';', branch + 1)
  return {
    host,
    hostEnd,
    colon,
    hasPort: colon !== hostEnd,
    branch: branch + branchParameter.length,
    branchEnd: end === -1 ? value.length : end,
  }
}

/** Reads a single Via of a request at a fraction of the cost; `undefined` when it has more than `rport` beside its branch. */
function readPlainVia(value: string): TopVia | undefined {
  const places = placesOf(value)
  if (places === undefined) return undefined
  const { host, hostEnd, colon, hasPort, branch, branchEnd } = places
  const before = value.slice(hostEnd, branch - branchParameter.length)
  const behind = value.slice(branchEnd)
  if ((before !== '' && before !== ';rport') || (behind !== '' && behind !== ';rport')) return undefined
  const port = hasPort ? Number(value.slice(colon + 1, hostEnd)) : undefined
  if (port !== undefined && port > 65_535) return undefined
  return {
    host: value.slice(host, colon),
    port,
    branch: value.slice(branch, branchEnd),
    received: undefined,
    rport: before === '' && behind === '' ? undefined : '',
  }
}

// The method of CSeq alone: the number before it is judged where it matters.
function methodOf(message: SipMessage): string | undefined {
  const value = header(message, 'cseq') ?? ''
  let at = 0
  for (let code = value.charCodeAt(0); code >= 0x30 && code <= 0x39; code = value.charCodeAt(at)) at += 1
  if (at === 0 || at > 9 || value.charCodeAt(at) !== 0x20) return readCSeq(value)?.method
  return knownMethods.get(value.slice(at + 1)) ?? readCSeq(value)?.method
}

const knownMethods = new Map(
  'INVITE ACK BYE CANCEL OPTIONS MESSAGE REGISTER SUBSCRIBE NOTIFY REFER PRACK UPDATE INFO PUBLISH'
    .split(' ')
    .map((method) => [method, method]),
)

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
