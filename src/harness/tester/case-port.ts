import { bindingsOf, type Binding } from '#bindings'
import { messageSteps } from '#derive'
import { hostOf as hostText, type ClientTransaction } from '#stack/sip'
import { setTimeout } from 'node:timers/promises'
import type { Answer, Delivery, IeValues, Port, Unanswered } from '#play'
import type { Phase } from '#verdict'
import type { PlannedCase } from '../case-plan.ts'
import { controlOf } from '../control-adapter.ts'
import { playerOf } from '../players.ts'
import type { Slot } from '../world/world-user.ts'
import { entityOf, isHttpRole, type FlowRole } from '../world/functional-entity.ts'
import { hostOf, identityOf, type Systems } from '../world/systems.ts'
import { createArrivalQueue } from './arrival-queue.ts'
import type { CaseLine } from './case-line.ts'
import { deliver } from './delivery.ts'
import { probeLife } from './life-probe.ts'
import { leave } from './session.ts'
import type { Tester } from './tester.ts'
import { addressOf } from './way.ts'

/** A port that is connected to the system under test, and its end. */
export interface OpenPort {
  readonly port: Port
  readonly line: CaseLine
  /** The distinct octets sent so far. */
  readonly sent: ReadonlySet<string>
  /** Whether anything has come back. */
  heard(): boolean
  /** What was begun goes on: whoever plays on takes it over, and `close` leaves it alone. */
  handOver(): Begun
  close(): void
}

/** The sessions that an earlier part of the case has begun. */
export interface Begun {
  readonly sessions: CaseLine['sessions']
  readonly media: CaseLine['media']
  /** Ends them, where nobody plays on. */
  leave(): void
}

export function openPort(
  tester: Tester,
  planned: PlannedCase,
  systems: Systems,
  identities: readonly string[],
  phase: Phase,
  slot: Slot,
  begun?: Begun,
  otherUser = '',
): OpenPort {
  const line: CaseLine = {
    planned,
    phase,
    slot,
    systems,
    arrivals: createArrivalQueue(tester.clock),
    intake: tester.floodgate.open(),
    unanswered: new Map(),
    sessions: new Map(begun?.sessions),
    subscriptions: new Map(),
    media: begun?.media ?? (planned.media === 'judged' ? tester.mediaFor(planned, otherUser) : undefined),
    exchanges: new Map(),
    former: [],
    callIds: { sent: new Map(), received: new Map() },
    transactions: new Map(),
    finished: new Set(),
    received: new Map(),
    sent: new Set(),
    sendings: new Map(),
    dispatches: 0,
    forgetful: new Set(),
    over: false,
  }
  tester.switchboard.connect(line, identities)
  for (const { callId } of line.sessions.values()) tester.switchboard.callId(line, callId)
  let handedOver = false
  const control = controlOf(planned.sut)
  return {
    line,
    sent: line.sent,
    heard: () => line.received.size > 0,
    handOver() {
      handedOver = true
      return {
        sessions: line.sessions,
        media: line.media,
        leave() {
          leave(tester, line)
          line.media?.close()
        },
      }
    },
    close: () => {
      if (!handedOver) {
        leave(tester, line)
        line.media?.close()
      }
      tester.disconnect(line)
    },
    port: {
      async send(delivery) {
        await takenIn(tester, line, delivery)
        if (begins(tester, line, delivery)) await line.media?.open(delivery.from as FlowRole)
        return tester.network.sending(line, delivery, () => deliver(tester, line, delivery))
      },
      async receive(until) {
        const arrival = await line.arrivals.take(until)
        if (arrival || until === Number.NEGATIVE_INFINITY) return arrival
        // A connection may have been made in time and not be accepted yet.
        await tester.takenIn(Object.keys(planned.derived.flow.actors))
        return line.arrivals.take(until)
      },
      ...(line.media && { speak: (order) => line.media?.speak(order) ?? Promise.resolve(undefined) }),
      lifeless: (role) => probeLife(tester, line, role as FlowRole),
      astray: (since) => tester.signsOfLife.astraySince(planned.sut, since),
      floodedSince: (since) => tester.signsOfLife.floodedSince(planned.sut, since),
      unanswered: (until) => unansweredBy(tester, line, until),
      arrived: () =>
        [...line.received].flatMap(([seq, { role, startLine, again }]) => (again ? [] : [{ seq, role, startLine }])),
      mentions: (seq, text) => mentions(line.received.get(seq)?.octets, text),
      reveals: (seq, role) => revelations(tester, line, seq, role as FlowRole),
      async stimulate({ role, towards, message, ies }) {
        // What is begun gets a Call-ID to be known by; what is inside a dialog is known by that of the dialog.
        const session = line.sessions.get(towards as FlowRole)
        const fresh = `${tester.digest(line, 'stimulus', message, towards).slice(0, 24)}@${hostOf(role as FlowRole, systems)}`
        const callId = isWithin(tester.bindingOf(line, message)) ? (session?.callId ?? fresh) : fresh
        tester.switchboard.callId(line, callId)
        const inside = isWithin(tester.bindingOf(line, message))
        const ask = () =>
          controlOf(playerOf(planned, role)).ask('stimulate', {
            role: entityOf(role),
            action: message,
            service: planned.service,
            ies,
            towards: {
              identity: identityOf(towards as FlowRole, systems),
              ...entranceTo(tester, planned, towards as FlowRole),
            },
            alternative: planned.alternative,
            callId,
          })
        let reply = await ask()
        // Of the session it may have heard, and not have taken it in yet.
        for (let again = 0; inside && !reply.ok && again < patience; again++) {
          await setTimeout(pause)
          reply = await ask()
        }
        return reply.ok ? undefined : reply.why
      },
      async query(role, state, ies) {
        if (planned.sut.users && !control.can('reset'))
          return {
            known: false,
            why: 'not observable from here: fixed users cannot be reset, so that what was held before shows',
          }
        const asked = controlOf(playerOf(planned, role))
        if (!asked.can('query'))
          return {
            known: false,
            why: 'not observable from here: the configuration has no control adapter that can be queried',
          }
        const reply = await asked.ask('query', { role: entityOf(role), state, ies })
        return reply.ok ? readAnswer(reply.body) : { known: false, why: reply.why }
      },
    },
  }
}

/** Where the tester is reached in that role: an entity of HTTP at its one port, over TCP. */
const entranceTo = (tester: Tester, { transport }: PlannedCase, role: FlowRole) =>
  isHttpRole(role)
    ? { transport: 'tcp', address: tester.address, port: tester.portOf(role) }
    : { transport, ...addressOf(tester.stack(role), transport) }

/** Whether a message of ours offers or answers a session. */
function begins({ profile, bindingOf }: Tester, line: CaseLine, { message, from }: Delivery): boolean {
  const binding = bindingOf(line, message)
  if (binding.carrier === 'request') return binding.method === 'INVITE'
  if (binding.carrier !== 'response') return false
  const { service, alternative } = line.planned
  const asked = bindingsOf(profile, service, alternative).find((one) => one.message === binding.answers)
  return asked?.carrier === 'request' && asked.method === 'INVITE' && line.sessions.has(from as FlowRole)
}

/**
 * What roles of the tester say one after the other leaves by sockets of their own, and may arrive in any order: the
 * next one speaks when what the last one said has been taken in, where that is told at once.
 */
async function takenIn({ profile }: Tester, line: CaseLine, { from }: Delivery): Promise<void> {
  const { derived, service, alternative } = line.planned
  const steps = messageSteps(derived.flow)
  const bindings = bindingsOf(profile, service, alternative)
  const due = [...line.transactions].flatMap(([{ final }, number]) => {
    const act = steps.find(({ step }) => step === number)?.act
    const waits = bindings.some((one) => 'answers' in one && one.answers === act?.message.name)
    return act === undefined || act.from === from || waits ? [] : [final]
  })
  if (due.length === 0) return
  const late = new AbortController()
  const limit = setTimeout(takingIn, undefined, { signal: late.signal }).catch(() => {})
  await Promise.race([Promise.all(due), limit])
  late.abort()
}

/** Milliseconds, for a system under test that answers no sooner than it hears the next one. */
const takingIn = 2000

/** Milliseconds between two stimuli of the same kind, and how many there are. */
const pause = 50
const patience = 40

const isWithin = (binding: Binding): boolean => binding.carrier === 'request' && binding.within !== undefined

function readAnswer(body: unknown): Answer {
  const { known, holds, values } = (body ?? {}) as { known?: unknown; holds?: unknown; values?: unknown }
  if (known !== true || typeof holds !== 'boolean') return { known: false, why: 'the control adapter does not know' }
  return { known: true, holds, values: (values ?? {}) as IeValues }
}

/** Waits for the final responses that are still due. */
async function unansweredBy({ clock }: Tester, line: CaseLine, until: number): Promise<readonly Unanswered[]> {
  const due = [...line.transactions.keys()]
  const left = until - clock.now()
  if (due.length > 0 && left > 0) {
    const late = new AbortController()
    const limit = setTimeout(left, undefined, { signal: late.signal }).catch(() => {})
    await Promise.race([Promise.all(due.map(({ final }) => final)), limit])
    late.abort()
  }
  // An ACK is a message of its own, and no response that anything waits for.
  while (unacknowledged(line).length > 0 && clock.now() < until) await setTimeout(pause)
  return [
    ...unacknowledged(line),
    ...[...line.transactions].map(([transaction, step]): Unanswered => {
      const late = `none in ${Math.round(left)} ms after the procedure`
      const released = cancelledAt(line, transaction)
      if (released !== undefined)
        return {
          step: released,
          requirement: 'a request that is cancelled is answered at once',
          clause: 'RFC 3261 9.2',
          basis: 'default-binding',
          expected: '487 (Request Terminated) to the INVITE',
          actual: late,
        }
      return {
        step,
        requirement: 'every request is answered by a final response',
        clause: 'RFC 3261 8.2.6',
        expected: 'a final response',
        actual: `${late}, though Timer F may run longer`,
      }
    }),
  ]
}

/** The step that gave a request of ours up. */
const cancelledAt = (line: CaseLine, transaction: ClientTransaction): string | undefined =>
  [...line.sessions.values(), ...line.former].find(({ pending }) => pending === transaction)?.cancelledAt

/** A 2xx to INVITE is not settled by the transaction but by its ACK. */
const unacknowledged = (line: CaseLine): readonly Unanswered[] =>
  [...line.sessions.values()]
    .filter(({ dialog, acknowledged }) => dialog && !acknowledged)
    .map(() => ({
      step: line.planned.derived.step,
      requirement: 'the 2xx response to an INVITE is acknowledged by an ACK',
      clause: 'RFC 3261 13.2.2.4',
      expected: 'an ACK',
      actual: 'none after the procedure',
    }))

/** Where names or addresses of a role of ours stand in a received message. */
function revelations(tester: Tester, line: CaseLine, seq: number, role: FlowRole) {
  const octets = line.received.get(seq)?.octets
  if (!octets) return []
  const text = Buffer.from(octets).toString('latin1').toLowerCase()
  const { local, secure } = tester.stack(role)
  const sockets = [local, secure].flatMap((one) => (one ? [`${hostText(one.address)}:${one.port}`] : []))
  return [hostOf(role, line.systems), ...sockets].flatMap((mark) => {
    const start = text.indexOf(mark.toLowerCase())
    return start < 0
      ? []
      : [{ text: `${mark} in ${lineAround(text, start)}`, span: { start, end: start + mark.length } }]
  })
}

const mentions = (octets: Uint8Array | undefined, text: string): boolean =>
  octets !== undefined && Buffer.from(octets).toString('latin1').toLowerCase().includes(text.toLowerCase())

const lineAround = (text: string, at: number): string =>
  text.slice(text.lastIndexOf('\n', at) + 1, Math.max(text.indexOf('\r', at), at + 1)).slice(0, 120)
