import {
  header,
  magicCookie,
  readCSeq,
  readNameAddress,
  parameter,
  readVia,
  type SipMessage,
  splitList,
  type Via,
} from '#wire/sip'

/** What a message says of its transaction. */
export interface TransactionIdentity {
  /** The same for a request and its responses, at either end. */
  readonly key: string
  readonly method: string
  readonly via: Via
}

/** Branch, sent-by and method; an ACK belongs to its INVITE (RFC 3261 17.1.3, 17.2.3). */
export function transactionKey(branch: string, host: string, port: number | undefined, method: string): string {
  return `${branch}|${host.toLowerCase()}:${port ?? 5060}|${method === 'ACK' ? 'INVITE' : method}`
}

/** Finds the transaction a message belongs to; `undefined` when its Via or CSeq cannot be read. */
export function identify(message: SipMessage): TransactionIdentity | undefined {
  const via = readVia(splitList(header(message, 'via') ?? '')[0] ?? '')
  const method =
    message.startLine.kind === 'request' ? message.startLine.method : readCSeq(header(message, 'cseq') ?? '')?.method
  if (via === undefined || method === undefined) return undefined
  const { branch } = via
  if (branch !== undefined && branch.startsWith(magicCookie) && branch !== magicCookie) {
    return { key: transactionKey(branch, via.host, via.port, method), method, via }
  }
  return { key: transactionKey(formerBranch(message), via.host, via.port, method), method, via }
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
