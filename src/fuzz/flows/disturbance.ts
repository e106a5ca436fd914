import type { CaseLine, Network, PlannedCase } from '#harness'
import { header, headerValue, readMessage, type SipMessage } from '#wire/sip'

type Middlebox = ReturnType<NonNullable<Network['middlebox']>>
export type Role = Parameters<NonNullable<Network['middlebox']>>[0]
type Peer = Parameters<NonNullable<Middlebox['outgoing']>>[1]

/** A message as it passed between a role of the tester and the entity under test. */
export interface Passage {
  readonly direction: 'sent' | 'received'
  readonly role: Role
  readonly octets: Uint8Array
  readonly message: SipMessage
  /** Milliseconds. */
  readonly at: number
  readonly remote: Peer['remote']
  /** Of the flow, where it was sent for one. */
  readonly step?: string
  /** An ACK whose CSeq number is not that of its INVITE, and which acknowledges nothing (RFC 3261 13.2.2.4). */
  readonly misnumbered?: true
}

/** A message of the flow that is about to leave. */
export interface Departing {
  readonly step: string
  readonly role: Role
  readonly octets: Uint8Array
  readonly peer: Peer
  /** Sends it, or other octets in its place. */
  pass(octets: Uint8Array): void
}

/** A request beside the flow. */
export interface Aside {
  readonly name: string
  /** Who sends it. */
  readonly role: Role
  readonly octets: Uint8Array
  readonly callId: string
}

/** One execution of a flow under way. */
export interface Playing {
  readonly planned: PlannedCase
  readonly log: Passage[]
  /** Answers to what was sent beside the flow. */
  readonly asideAnswers: { readonly aside: Aside; readonly message: SipMessage }[]
  /** By who sent it, branch and method. */
  readonly asides: Map<string, Aside>
  /** What leaves in the place of a message of the flow; whether it takes care of that. */
  readonly meddle: (departing: Departing, playing: Playing) => boolean
  /** Answers what comes because of a request beside the flow. */
  readonly satisfy: (request: SipMessage, role: Role) => void
  /** Ends the transaction of an INVITE beside the flow. */
  readonly acknowledge: (request: Uint8Array, response: SipMessage, role: Role) => void
  /** The step at which the flow is disturbed. */
  readonly disturbed: string | undefined
  /** Whether the tester has begun to end what stands. */
  ending: boolean
  /** The same by the same users, left in the middle before. */
  readonly before?: Playing | undefined
  /** Whether the call that was begun was cancelled, and all that is due came; absent where nobody wanted that. */
  cancelled?: boolean
  /** From now on nothing passes in either direction. */
  deaf: boolean
  /** Milliseconds. */
  deafSince?: number
  /** Milliseconds; before that it is not over. */
  until?: number
  /** Milliseconds; before that nobody hangs up as the flow has it. */
  standsUntil?: number
  /** Milliseconds; before that nothing is acknowledged. */
  acknowledgedFrom?: number
  /** Whether the invitation is good for a second alone. */
  expiring?: boolean
  /** Whether until then ACKs leave that have the number before. */
  misnumbered?: boolean
  /** How far our numbers inside a dialog are ahead of those that the tester knows of, by Call-ID. */
  readonly ahead: Map<string, number>
}

/** What lies between the tester and the entity under test whilst flows are disturbed. */
export interface Disturbance {
  readonly network: Network
  /** Everything that has the Call-ID or an identity of these belongs to it. */
  begin(playing: Playing, keys: readonly string[]): void
  /** These octets leave as they are, and are none of the flow; what answers them belongs to it all the same. */
  beside(octets: Uint8Array, playing?: Playing): void
  end(playing: Playing): void
}

export function createDisturbance(): Disturbance {
  const byCase = new Map<string, Playing>()
  const byKey = new Map<string, Playing>()
  const byCallId = new Map<string, Playing>()
  /** What leaves in the place of octets that the tester may send again. */
  const instead = new WeakMap<Uint8Array, (pass: (octets: Uint8Array) => void) => void>()
  let current: { readonly line: CaseLine; readonly step: string; taken: boolean } | undefined

  /** By branch of what was sent: a response may lack everything else. */
  const byBranch = new Map<string, Playing>()

  const ownerOf = (text: string, callId: string, answered = ''): Playing | undefined => {
    const known = byCallId.get(callId) ?? byCallId.get(answered)
    if (known !== undefined) return known
    for (const match of text.matchAll(/-([0-9a-f]{12})@/g)) {
      const playing = byKey.get(match[1] ?? '')
      if (playing !== undefined) return playing
    }
    return undefined
  }

  const network: Network = {
    sending(line, delivery, send) {
      current = { line, step: delivery.step, taken: false }
      try {
        return send()
      } finally {
        current = undefined
      }
    },
    middlebox: (role) => ({
      outgoing: function outgoing(octets, peer, pass) {
        const known = instead.get(octets)
        if (known !== undefined) return known(pass)
        const message = readMessage(octets)
        const callId = header(message, 'Call-ID') ?? ''
        const text = latin1(octets)
        const playing = (current && byCase.get(current.line.planned.id)) ?? ownerOf(text, callId)
        if (playing === undefined) return pass(octets)
        if (callId !== '') byCallId.set(callId, playing)
        if (message.startLine.kind === 'request') byBranch.set(branchOf(message), playing)
        if (playing.deaf) return instead.set(octets, () => undefined)
        // The other side does not hang up before either.
        const kept = methodIn(message) === 'BYE' && current === undefined ? (playing.until ?? 0) - performance.now() : 0
        if (kept > 0) return void setTimeout(() => outgoing(octets, peer, pass), kept + 100)
        const ours = message.startLine.kind === 'request'
        const moved = ours ? renumbered(text, playing.ahead.get(callId) ?? 0) : text
        const leaving = moved === text ? octets : Buffer.from(moved, 'latin1')
        const step =
          current === undefined
            ? endingOf(message, playing)
            : current.taken || current.line.phase !== 'body'
              ? undefined
              : current.step
        const depart = (given: Uint8Array, more: Pick<Passage, 'step' | 'misnumbered'>): void => {
          const what = given === leaving ? message : readMessage(given)
          const at = performance.now()
          playing.log.push({ direction: 'sent', role, octets: given, message: what, at, remote: peer.remote, ...more })
          pass(given)
        }
        if (step === undefined) {
          const leave = (): void => depart(leaving, {})
          const early = methodIn(message) === 'ACK' ? (playing.acknowledgedFrom ?? 0) - performance.now() : 0
          if (early > 0 && playing.misnumbered === true && !isOfKnownBranch(message, playing))
            depart(Buffer.from(numberedBefore(latin1(leaving)), 'latin1'), { misnumbered: true })
          if (early > 0) return void setTimeout(leave, early)
          // The other side of what is disturbed while it is ended waits.
          if (playing.disturbed === ending && methodIn(message) === 'BYE') return void setTimeout(leave, 300)
          return leave()
        }
        // What goes with it, such as the response to what it answers, is none of it.
        if (current !== undefined) current.taken = true
        let sent: Uint8Array | undefined
        const before = playing.ahead.get(callId) ?? 0
        const send = (given: Uint8Array): void => {
          // What was sent beside the flow meanwhile has taken numbers.
          const further = ours ? (playing.ahead.get(callId) ?? 0) - before : 0
          const other = further === 0 ? given : Buffer.from(renumbered(latin1(given), further), 'latin1')
          sent = other
          depart(other, { step })
        }
        instead.set(octets, (again) => {
          if (!playing.deaf && sent !== undefined) again(sent)
        })
        const leave = (): void => {
          if (!playing.meddle({ step, role, octets: leaving, peer, pass: send }, playing)) send(leaving)
        }
        const hangsUp = methodIn(message) === 'BYE' ? (playing.until ?? 0) - performance.now() : 0
        if (hangsUp > 0) setTimeout(leave, hangsUp)
        else leave()
      },
      incoming(octets, peer, pass) {
        const message = readMessage(octets)
        const callId = header(message, 'Call-ID') ?? ''
        const text = latin1(octets)
        const playing = ownerOf(text, callId, header(message, 'In-Reply-To')) ?? byBranch.get(branchOf(message))
        if (playing === undefined) return pass(octets)
        if (callId !== '') byCallId.set(callId, playing)
        playing.log.push({ direction: 'received', role, octets, message, at: performance.now(), remote: peer.remote })
        const aside = message.startLine.kind === 'response' ? asideOf(playing, message) : undefined
        if (aside !== undefined) {
          playing.asideAnswers.push({ aside, message })
          return playing.acknowledge(aside.octets, message, role)
        }
        if (playing.deaf) return
        if (isBecauseOfAside(message, playing)) return playing.satisfy(message, role)
        const moved = message.startLine.kind === 'response' ? renumbered(text, -(playing.ahead.get(callId) ?? 0)) : text
        pass(moved === text ? octets : Buffer.from(moved, 'latin1'))
      },
    }),
  }
  return {
    network,
    beside(octets, playing) {
      instead.set(octets, (pass) => pass(octets))
      if (playing !== undefined) byBranch.set(branchOf(readMessage(octets)), playing)
    },
    begin(playing, keys) {
      byCase.set(playing.planned.id, playing)
      for (const key of keys) byKey.set(key, playing)
    },
    end(playing) {
      byCase.delete(playing.planned.id)
      for (const [key, one] of byKey) if (one === playing) byKey.delete(key)
      for (const [callId, one] of byCallId) if (one === playing) byCallId.delete(callId)
      for (const [branch, one] of byBranch) if (one === playing) byBranch.delete(branch)
    },
  }
}

export const latin1 = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('latin1')

export const branchOf = (message: SipMessage): string => headerValue(message, 'Via')?.branch ?? ''

/** What the tester does once the flow is over and its sessions still stand. */
export const ending = 'end'

/** Whether it is a request that says it answers one beside the flow; what has the Call-ID of one of the flow, as its CANCEL does (RFC 3261 9.1), is not told from that. */
function isBecauseOfAside(message: SipMessage, { asides, log }: Playing): boolean {
  const answered = message.startLine.kind === 'request' ? header(message, 'In-Reply-To') : undefined
  if (answered === undefined || ![...asides.values()].some(({ callId }) => callId === answered)) return false
  return !log.some((sent) => sent.step !== undefined && header(sent.message, 'Call-ID') === answered)
}

const methodIn = ({ startLine }: SipMessage): string => (startLine.kind === 'request' ? startLine.method : '')

function endingOf(message: SipMessage, playing: Playing): string | undefined {
  if (playing.ending || methodIn(message) !== 'BYE') return undefined
  playing.ending = true
  return ending
}

/** Branch and method, which tell whose a response is (RFC 3261 17.1.3). */
export const transactionOf = (message: SipMessage): string =>
  `${branchOf(message)} ${headerValue(message, 'CSeq')?.method}`

/** Branch, sent-by and method: as requests differ where they are received (RFC 3261 17.2.3). */
export function asideKey(message: SipMessage): string {
  const via = headerValue(message, 'Via')
  return `${via?.host}:${via?.port} ${transactionOf(message)}`
}

/** The request beside the flow that a response answers. */
export const asideOf = ({ asides }: Playing, message: SipMessage): Aside | undefined => asides.get(asideKey(message))

/** As the ACK of a refusal is, which has the branch of its INVITE (RFC 3261 17.1.1.3), and one that comes again. */
const isOfKnownBranch = (message: SipMessage, { log }: Playing): boolean =>
  log.some((one) => branchOf(one.message) === branchOf(message))

const numberedBefore = (text: string): string =>
  text.replace(/^CSeq: *(\d+)/m, (_all, number: string) => `CSeq: ${Number(number) - 1}`)

/** The same message with another CSeq, where it is inside a dialog and no part of its first transaction. */
function renumbered(text: string, by: number): string {
  if (by === 0) return text
  return text.replace(/^CSeq: *(\d+) (\w+)/m, (all, number: string, method: string) =>
    Number(number) > 1 ? `CSeq: ${Number(number) + by} ${method}` : all,
  )
}
