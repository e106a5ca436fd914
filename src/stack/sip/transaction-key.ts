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
  readonly branch: string
  /** Host and port of the topmost Via. */
  readonly sentBy: string
  readonly method: string
  readonly via: TopVia
}

/** Branch, sent-by and method; an ACK belongs to its INVITE (RFC 3261 17.1.3, 17.2.3). */
export const transactionKey = (branch: string, sentBy: string, method: string): string =>
  `${branch}|${sentBy}|${transactionMethod(method)}`

export const transactionMethod = (method: string): string => (method === 'ACK' ? 'INVITE' : method)

const sentByOf = ({ host, port }: Pick<TopVia, 'host' | 'port'>): string => `${host.toLowerCase()}:${port ?? 5060}`

/** Finds the transaction a message belongs to; `undefined` when its Via or CSeq cannot be read. */
export function identify(message: SipMessage): TransactionIdentity | undefined {
  const plain = readPlainVia(message)
  const via = plain ?? readVia(splitList(header(message, 'via') ?? '')[0] ?? '')
  const method = message.startLine.kind === 'request' ? message.startLine.method : methodOf(message)
  if (via === undefined || method === undefined) return undefined
  if (plain !== undefined) return { branch: plain.branch, sentBy: plain.sentBy, method, via: plain }
  const unique = via.branch !== undefined && via.branch.startsWith(magicCookie) && via.branch !== magicCookie
  const branch = unique ? (via.branch ?? '') : formerBranch(message)
  const sentBy = sentByOf(via)
  return { branch, sentBy, method, via }
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
const cookie = Buffer.from(magicCookie)

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

/** Whether the branch says whose the message is (RFC 3261 8.1.1.7): it begins with the magic cookie, and goes on. */
export const isUnique = (octets: Uint8Array, { branch, branchEnd }: ViaPlaces): boolean =>
  branchEnd - branch > cookie.length && standsAt(octets, branch, cookie)

function standsAt(octets: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index += 1) if (octets[at + index] !== text[index]) return false
  return true
}

const transports = ['UDP', 'TCP', 'TLS', 'WSS'].map((name) => Buffer.from(name))
const isTransport = (octets: Uint8Array, at: number): boolean =>
  transports.some((transport) => standsAt(octets, at, transport))

/** A Via with nothing but `rport` beside its branch. */
interface PlainVia extends TopVia {
  readonly branch: string
  readonly sentBy: string
}

interface SentBy {
  readonly text: string
  readonly host: string
  readonly port: number | undefined
}

/** That of the latest plain Via: the same peers come again and again. */
let former: SentBy = { text: '', host: '', port: undefined }

const onlyRport = Buffer.from(';rport')

/** Reads a single Via of a request at a fraction of the cost; `undefined` when it has more than `rport` beside its branch, or no cookie in it. */
function readPlainVia(message: SipMessage): PlainVia | undefined {
  const places = placesOfVia(message)
  const end = headerField(message, 'via')?.valueSpan.end
  if (places === undefined || end === undefined) return undefined
  const octets = bufferOf(message.octets)
  const { host, colon, hostEnd, branch, branchEnd } = places
  if (!isUnique(octets, places)) return undefined
  const before = branch - branchParameter.length - hostEnd
  const behind = end - branchEnd
  if (before !== 0 && (before !== onlyRport.length || !standsAt(octets, hostEnd, onlyRport))) return undefined
  if (behind !== 0 && (behind !== onlyRport.length || !standsAt(octets, branchEnd, onlyRport))) return undefined
  if (!isText(octets, host, hostEnd, former.text)) {
    const port = colon === hostEnd ? undefined : Number(octets.toString('latin1', colon + 1, hostEnd))
    if (port !== undefined && port > 65_535) return undefined
    former = { text: octets.toString('latin1', host, hostEnd), host: octets.toString('latin1', host, colon), port }
  }
  return {
    host: former.host,
    port: former.port,
    sentBy: former.port === undefined ? sentByOf(former) : former.text,
    // A string of its own: what is cut out of another keeps all of that.
    branch: octets.toString('latin1', branch, branchEnd),
    received: undefined,
    rport: before + behind === 0 ? undefined : '',
  }
}

const bufferOf = (octets: Uint8Array): Buffer =>
  Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)

/** Whether octets write an ASCII text. */
export function isText(octets: Uint8Array, start: number, end: number, text: string): boolean {
  if (text.length !== end - start) return false
  for (let at = 0; at < text.length; at += 1) if (octets[start + at] !== text.charCodeAt(at)) return false
  return true
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
