import type { Endpoint, TransportName } from '#transport'
import type { SipMessage } from '#wire/sip'
import {
  type Clock,
  locateServer,
  openSipStack,
  type Outcome,
  type OutgoingRequest,
  type SipStack,
  type SipStackOptions,
  type Trouble,
} from '#stack/sip'

// Our side of an interoperability check: elements on 127.0.0.1, ports 21000 to 21999, words for identifiers.

export const address = '127.0.0.1'

/** A clock that nobody waits for: a registration would be refreshed long after its check. */
export const idleClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms).unref()
    return { cancel: () => clearTimeout(timer) }
  },
}

/** Two runs at once begin apart: where servers reuse addresses one would be answered by the server of the other. */
let lastPort = 21_000 + ((process.pid * 61) % 980)
/** Ports of our own, one after the other. */
export function nextPort(): number {
  lastPort = lastPort >= 21_989 ? 21_000 : lastPort + 1
  return lastPort
}

let words = 0
export const word = (): string => `w${(words += 1)}-${Math.floor(Math.random() * 2 ** 32).toString(36)}`

export interface OwnElement extends SipStack {
  readonly troubles: readonly Trouble[]
}

/** Opens an element on ports of ours; unless said, requests are answered 501. */
export async function element(options: Partial<SipStackOptions> = {}): Promise<OwnElement> {
  for (let attempt = 0; ; attempt += 1) {
    const troubles: Trouble[] = []
    try {
      const stack = await openSipStack({
        address,
        port: nextPort(),
        onRequest: (transaction) => void transaction.respond({ status: 501, reason: 'Not Implemented', headers: [] }),
        onTrouble: (trouble) => void troubles.push(trouble),
        ...options,
        ...(options.tls && { tls: { ...options.tls, port: nextPort() } }),
      })
      return {
        ...stack,
        troubles,
        get count() {
          return stack.count
        },
      }
    } catch (error) {
      if (attempt === 20 || !(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    }
  }
}

/** A request from a user to a URI, with identifiers of its own. */
export const draft = (
  method: string,
  from: string,
  to: string,
  more: Partial<OutgoingRequest> = {},
): OutgoingRequest => ({
  ...{
    method,
    requestUri: to,
    from,
    to,
    callId: word(),
    fromTag: word(),
    branch: `z9hG4bK${word()}`,
    cseq: 1,
    headers: [],
  },
  ...more,
})

export const reasonOf = ({ startLine }: SipMessage): string =>
  startLine.kind === 'response' ? `${startLine.status} ${startLine.reason}` : 'unreadable'

export const statusOf = (outcome: Outcome): string => {
  if (outcome.kind !== 'response') return outcome.kind === 'timeout' ? 'timeout' : outcome.text
  return reasonOf(outcome.message)
}

/** Where a URI with an address leads: no name is looked up. */
export async function endpointOf(uri: string, otherwise: TransportName): Promise<Endpoint> {
  const nothing = { naptr: () => none, srv: () => none, addresses: () => none }
  const [found] = await locateServer(uri, { resolver: nothing, random: Math.random })
  if (found === undefined) throw new Error(`${uri} names no address`)
  return /;transport=/i.test(uri) ? found : { ...found, transport: otherwise }
}
const none = Promise.resolve([])

/** The URI of a user at an element of ours. */
export function contactOf(user: string, stack: SipStack, transport: TransportName): string {
  const { port } = transport === 'tls' ? (stack.secure ?? stack.local) : stack.local
  return `sip:${user}@${address}:${port}${transport === 'udp' ? '' : `;transport=${transport}`}`
}

/** Fails a check with what was expected and what came. */
export function expectThat(met: boolean, expected: string, came: unknown): void {
  if (!met) throw new Error(`expected ${expected}, came ${typeof came === 'string' ? came : JSON.stringify(came)}`)
}

/** Waits for something; fails after that many milliseconds. */
export async function until(met: () => boolean, expected: string, within = 10_000): Promise<void> {
  const end = performance.now() + within
  while (!met()) {
    if (performance.now() > end) throw new Error(`expected ${expected} within ${within} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
