import type { WireRequest, WireResponse } from '#bindings'
import { openSipStack } from '#stack/sip'
import type { Clock, ServerTransaction, SipTimers } from '#stack/sip'
import type { Address, Endpoint } from '#transport'
import { header, parameter, readCSeq, readNameAddress, readVia, splitList } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import { derivedIdentifier } from './derived-identifier.ts'
import type { Identification, IncomingRequest, McFunction, Sent, Surroundings } from './mc-function.ts'

/** The SIP side of one functional entity: one UDP and one TCP socket on the same port. */
export interface Signalling {
  readonly local: Address
  /** From now on requests go to this entity. */
  serve(entity: McFunction): void
  readonly send: Surroundings['send']
  /** Forgets which requests came already. */
  forget(): void
  close(): Promise<void>
}

export interface SignallingOptions {
  readonly name: string
  readonly seed: number
  /** Host part of the Call-IDs that are made here. */
  readonly host: string
  readonly address: string
  readonly port: number
  readonly timers: SipTimers | undefined
  readonly clock: Clock
  readonly say: (line: string) => void
}

type Answer = (response: WireResponse) => void

/** A request that came, to be recognised when it comes again outside of its transaction. */
interface Earlier {
  response: WireResponse | undefined
  readonly waiting: Answer[]
  repeats: number
}

const mostEarlier = 20_000
const mostWaiting = 8
const methodsOfAll = ['OPTIONS']
const sipPort = 5060

export async function openSignalling(options: SignallingOptions): Promise<Signalling> {
  const { name, seed, say } = options
  const earlier = boundedTable<Earlier>(mostEarlier)
  let entity: McFunction | undefined
  let open = true

  const stack = await openSipStack({
    address: options.address,
    port: options.port,
    clock: options.clock,
    timers: options.timers,
    rejectMalformed: true,
    onRequest: (transaction) => take(transaction, false),
    onTrace(trace) {
      if (trace.direction !== 'received' || !trace.retransmission || trace.message.startLine.kind !== 'request') return
      if (entity?.takesRetransmissionAsNew() !== true) return
      const { message: request, transport, local, remote } = trace
      take({ key: trace.transaction ?? '', request, transport, local, remote, respond: () => new Uint8Array() }, true)
    },
    onTrouble: (trouble) => say(`${name}: ${trouble.kind}: ${trouble.text}`),
  })

  function take(transaction: ServerTransaction, again: boolean): void {
    const { request } = transaction
    const method = request.startLine.kind === 'request' ? request.startLine.method : ''
    if (method === 'ACK') return
    const answer: Answer = (response) => {
      if (!open) return
      const toTag = derivedIdentifier(seed, name, nameOf(request), 'to tag').slice(0, 16)
      transaction.respond({ ...response, toTag })
    }
    if (entity === undefined) return answer(plain(503, 'Service Unavailable'))
    const allowed = [...entity.methods, ...methodsOfAll].join(', ')
    if (method === 'OPTIONS') return answer({ status: 200, reason: 'OK', headers: [['Allow', allowed]] })
    if (!entity.methods.includes(method)) {
      return answer({ status: 405, reason: 'Method Not Allowed', headers: [['Allow', allowed]] })
    }
    const key = nameOf(request)
    const known = earlier.get(key)
    if (known !== undefined && !again && !entity.takesRetransmissionAsNew()) return share(known, answer)
    if (known !== undefined) known.repeats += 1
    const entry = known ?? { response: undefined, waiting: [], repeats: 0 }
    if (known === undefined) earlier.set(key, entry)
    hand(entity, transaction, method, entry, answer)
  }

  /** RFC 3261 17.2.2 and 8.2.2.2: what came before gets the response it got before, or the one it will get. */
  function share(known: Earlier, answer: Answer): void {
    if (known.response !== undefined) return answer(known.response)
    if (known.waiting.length < mostWaiting) known.waiting.push(answer)
    else answer(plain(482, 'Loop Detected'))
  }

  function hand(
    receiver: McFunction,
    transaction: ServerTransaction,
    method: string,
    entry: Earlier,
    answer: Answer,
  ): void {
    const { request: message, transport, remote } = transaction
    let answered = false
    const incoming: IncomingRequest = {
      message,
      method,
      callId: header(message, 'Call-ID') ?? '',
      cause: `${nameOf(message)} ${branchOf(message)}${entry.repeats === 0 ? '' : ` again ${entry.repeats}`}`,
      origin: { transport, address: remote.address, port: viaOf(message)?.port ?? sipPort },
      respond(response) {
        if (answered) return
        answered = true
        entry.response ??= response
        answer(response)
        for (const other of entry.waiting.splice(0)) other(response)
      },
    }
    const failed = (error: unknown): void => {
      say(`${name}: ${method} could not be handled: ${error instanceof Error ? error.message : String(error)}`)
      incoming.respond(plain(500, 'Server Internal Error'))
    }
    try {
      void Promise.resolve(receiver.receive(incoming)).catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  function send(request: WireRequest, target: Endpoint, cause: string, purpose: string, given?: Identification): Sent {
    const derived = (what: string): string => derivedIdentifier(seed, name, cause, purpose, what)
    const callId = given?.callId ?? `${derived('call')}@${options.host}`
    const { method, requestUri, from, to, headers, body } = request
    const transaction = stack.request(
      {
        method,
        requestUri,
        from,
        to,
        headers,
        body,
        callId,
        cseq: given?.cseq ?? 1,
        fromTag: derived('tag').slice(0, 16),
        branch: `z9hG4bK${derived('branch')}`,
      },
      target,
    )
    return { callId, final: transaction.final }
  }

  return {
    local: stack.local,
    serve(given) {
      entity = given
    },
    send,
    forget: () => earlier.clear(),
    close() {
      open = false
      entity?.forget()
      return stack.close()
    },
  }
}

const plain = (status: number, reason: string): WireResponse => ({ status, reason, headers: [] })

const viaOf = (message: SipMessage): ReturnType<typeof readVia> =>
  readVia(splitList(header(message, 'Via') ?? '')[0] ?? '')

const branchOf = (message: SipMessage): string => viaOf(message)?.branch ?? ''

/** What stays the same when a request is repeated (RFC 3261 8.2.2.2). */
function nameOf(message: SipMessage): string {
  const from = readNameAddress(header(message, 'From') ?? '')
  const cseq = readCSeq(header(message, 'CSeq') ?? '')
  const tag = parameter(from?.parameters ?? [], 'tag') ?? ''
  return `${header(message, 'Call-ID') ?? ''} ${cseq?.sequence ?? 0} ${cseq?.method ?? ''} ${tag}`
}
