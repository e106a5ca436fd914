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

/** Finds the transaction a message belongs to; `undefined` when its Via or CSeq cannot be read. */
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

const protocol = 'SIP/2.0/'
const transports = new Set(['UDP', 'TCP', 'TLS', 'WS', 'WSS'])
const branchParameter = ';branch='
const plainHost = /^[A-Za-z0-9.-]+$/
const plainPort = /^[1-9][0-9]{0,4}$/

/** Reads a single Via as nearly every element writes it, at a fraction of the cost; `undefined` when it may be anything else. */
function readPlainVia(value: string): TopVia | undefined {
  if (!value.startsWith(protocol)) return undefined
  const space = value.indexOf(' ', protocol.length)
  const semicolon = value.indexOf(';', space + 1)
  if (semicolon === -1 || !transports.has(value.slice(protocol.length, space)) || unplain.test(value)) return undefined
  const colon = value.indexOf(':', space + 1)
  const hasPort = colon !== -1 && colon < semicolon
  const host = value.slice(space + 1, hasPort ? colon : semicolon)
  const port = hasPort ? value.slice(colon + 1, semicolon) : undefined
  if (!plainHost.test(host) || (port !== undefined && (!plainPort.test(port) || Number(port) > 65_535)))
    return undefined
  const branch = value.indexOf(branchParameter, semicolon)
  if (branch === -1) return undefined
  const begin = branch + branchParameter.length
  const end = value.indexOf(';', begin)
  const before = value.slice(semicolon, branch)
  const behind = end === -1 ? '' : value.slice(end)
  if ((before !== '' && before !== ';rport') || (behind !== '' && behind !== ';rport')) return undefined
  return {
    host,
    port: port === undefined ? undefined : Number(port),
    branch: end === -1 ? value.slice(begin) : value.slice(begin, end),
    received: undefined,
    rport: before === '' && behind === '' ? undefined : '',
  }
}

// Quotes, commas and further white space want the full reader.
const unplain = /[",\t<>]| .* /

// The method of CSeq alone: what precedes it was judged where the number matters.
function methodOf(message: SipMessage): string | undefined {
  const value = header(message, 'cseq') ?? ''
  const space = value.indexOf(' ')
  const method = value.slice(space + 1)
  return space > 0 && knownMethods.has(method) && /^[0-9]{1,9}$/.test(value.slice(0, space))
    ? method
    : readCSeq(value)?.method
}

const knownMethods = new Set('INVITE ACK BYE CANCEL OPTIONS MESSAGE REGISTER SUBSCRIBE NOTIFY REFER'.split(' '))

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
