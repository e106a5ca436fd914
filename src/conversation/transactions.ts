import { callIdOf, cseqOf, methodOf, statusOf, tagOf, viasOf } from './addressing.ts'
import { endName, type SipEntry } from './conversation.ts'

/** A request and the responses to it, on one hop (RFC 3261 17). The ACK of a refused INVITE belongs to it. */
export interface Transaction {
  readonly number: number
  readonly method: string
  readonly callId: string
  /** `undefined` when the capture begins after it. */
  readonly request: SipEntry | undefined
  readonly responses: SipEntry[]
  /** The first final response. */
  final: SipEntry | undefined
}

/**
 * Pairs requests with responses by the branch of the topmost Via, the sender it names and the method (RFC 3261 17.1.3,
 * 17.2.3), and finds what is sent again.
 */
export function pairTransactions(entries: readonly SipEntry[]): readonly Transaction[] {
  const transactions: Transaction[] = []
  const byKey = new Map<string, Transaction>()
  const sent = new Map<string, SipEntry>()
  for (const entry of entries) {
    const { message } = entry
    if (message.startLine.kind === 'unreadable') continue
    const again = sent.get(repetitionKey(entry))
    if (again === undefined) sent.set(repetitionKey(entry), entry)
    else entry.repeats = again.packet
    const request = message.startLine.kind === 'request'
    const key = transactionKey(entry)
    let transaction = byKey.get(key)
    // Every 2xx is acknowledged by a request of its own (RFC 3261 13.2.2.4), which nothing answers.
    const acknowledges = request && methodOf(message) === 'ACK'
    if (transaction === undefined && acknowledges) continue
    if (transaction === undefined) {
      transaction = {
        number: transactions.length + 1,
        method: methodOf(message),
        callId: callIdOf(message),
        request: request ? entry : undefined,
        responses: [],
        final: undefined,
      }
      transactions.push(transaction)
      byKey.set(key, transaction)
    }
    entry.transaction = transaction
    if (request) continue
    transaction.responses.push(entry)
    if ((statusOf(message) ?? 0) >= 200) transaction.final ??= entry
  }
  return transactions
}

function transactionKey({ message, source, target }: SipEntry): string {
  const [via] = viasOf(message)
  const cseq = cseqOf(message)
  const method = methodOf(message)
  // A response goes back to where the request came from.
  const hop = message.startLine.kind === 'request' ? [source, target] : [target, source]
  const ends = hop.map(endName).join('>')
  const sender = via === undefined ? '' : `${via.host}:${via.port ?? ''};${via.branch ?? ''}`
  return [sender, method === 'ACK' ? 'INVITE' : method, cseq?.sequence, callIdOf(message), ends].join(' ')
}

function repetitionKey(entry: SipEntry): string {
  const { message, source, target } = entry
  const what = statusOf(message) ?? methodOf(message)
  return [what, transactionKey(entry), tagOf(message, 'to'), rseqKey(entry), endName(source), endName(target)].join(' ')
}

/** Reliable provisional responses of one status differ in their RSeq (RFC 3262 3). */
const rseqKey = ({ message }: SipEntry): string =>
  message.headers.find(({ name }) => name.toLowerCase() === 'rseq')?.value ?? ''

/**
 * Finds what a proxy sends on: the same message between other ends, with one Via more (a request) or less (a response)
 * (RFC 3261 16.6, 16.7).
 */
export function linkForwarded(entries: readonly SipEntry[]): void {
  const seen = new Map<string, SipEntry[]>()
  for (const entry of entries) {
    const { message } = entry
    if (message.startLine.kind === 'unreadable') continue
    const cseq = cseqOf(message)
    const what = statusOf(message) ?? methodOf(message)
    const parts = [what, callIdOf(message), cseq?.sequence, cseq?.method, tagOf(message, 'from'), tagOf(message, 'to')]
    const key = [...parts, rseqKey(entry)].join(' ')
    const depth = viasOf(message).length
    const step = message.startLine.kind === 'request' ? 1 : -1
    const before = seen.get(key) ?? []
    entry.forwards = before.findLast(
      (one) => viasOf(one.message).length === depth - step && endName(one.target) === endName(entry.source),
    )
    if (before.length < 64) before.push(entry)
    seen.set(key, before)
  }
}
