import { bindingsOf, type Parties } from '#bindings'
import { setTimeout } from 'node:timers/promises'
import type { Answer, Delivery, IeValues, Port, Unanswered } from '#play'
import { hostOf as hostText, type ClientTransaction, type Outcome } from '#stack/sip'
import { header } from '#wire/sip'
import type { Phase } from '#verdict'
import type { PlannedCase } from '../case-plan.ts'
import type { Role } from '../configuration.ts'
import { controlOf } from '../control-adapter.ts'
import { digest, type Slot } from '../world/lease.ts'
import { hostOf, identityOf, type SystemPair } from '../world/systems.ts'
import { createArrivalQueue } from './arrival-queue.ts'
import type { CaseLine, SendTag } from './case-line.ts'
import { probeLife } from './life-probe.ts'
import { protocolProblems } from './protocol-problems.ts'
import type { Tester } from './tester.ts'
import { addressOf, wayTo } from './way.ts'

/** A port that is connected to the system under test, and its end. */
export interface OpenPort {
  readonly port: Port
  /** The distinct octets sent so far. */
  readonly sent: ReadonlySet<string>
  /** Whether anything has come back. */
  heard(): boolean
  close(): void
}

export function openPort(
  tester: Tester,
  planned: PlannedCase,
  pair: SystemPair,
  identities: readonly string[],
  phase: Phase,
  slot: Slot,
): OpenPort {
  const line: CaseLine = {
    planned,
    phase,
    slot,
    pair,
    arrivals: createArrivalQueue(tester.clock),
    intake: tester.floodgate.open(),
    unanswered: new Map(),
    callIds: { sent: new Map(), received: new Map() },
    transactions: new Map(),
    finished: new Set(),
    received: new Map(),
    sent: new Set(),
    sendings: new Map(),
    dispatches: 0,
  }
  tester.switchboard.connect(line, identities)
  const control = controlOf(planned.sut)
  return {
    sent: line.sent,
    heard: () => line.received.size > 0,
    close: () => tester.disconnect(line),
    port: {
      send: (delivery) => Promise.resolve(send(tester, line, delivery)),
      receive: (until) => line.arrivals.take(until),
      lifeless: (role) => probeLife(tester, line, role as Role),
      astray: (since) => tester.signsOfLife.astraySince(planned.sut, since),
      floodedSince: (since) => tester.signsOfLife.floodedSince(planned.sut, since),
      unanswered: (until) => unansweredBy(tester, line, until),
      reveals: (seq, role) => revelations(tester, line, seq, role as Role),
      async stimulate({ role, towards, message, ies }) {
        const callId = `${digest(tester.seed, planned.id, slot, 'stimulus').slice(0, 24)}@${hostOf('client', pair)}`
        tester.switchboard.callId(line, callId)
        const reply = await control.ask('stimulate', {
          role,
          action: message,
          ies,
          towards: {
            identity: identityOf(towards as Role, pair),
            transport: planned.transport,
            ...addressOf(tester.stack(towards), planned.transport),
          },
          alternative: planned.alternative,
          callId,
        })
        return reply.ok ? undefined : reply.why
      },
      async query(role, state, ies) {
        if (planned.sut.users && !control.can('reset'))
          return {
            known: false,
            why: 'not observable from here: fixed users cannot be reset, so that what was held before shows',
          }
        if (!control.can('query'))
          return {
            known: false,
            why: 'not observable from here: the configuration has no control adapter that can be queried',
          }
        const reply = await control.ask('query', { role, state, ies })
        return reply.ok ? readAnswer(reply.body) : { known: false, why: reply.why }
      },
    },
  }
}

function readAnswer(body: unknown): Answer {
  const { known, holds, values } = (body ?? {}) as { known?: unknown; holds?: unknown; values?: unknown }
  if (known !== true || typeof holds !== 'boolean') return { known: false, why: 'the control adapter does not know' }
  return { known: true, holds, values: (values ?? {}) as IeValues }
}

function send(tester: Tester, line: CaseLine, { step, from, to, message, ies, copies }: Delivery): number {
  const { planned, pair } = line
  const binding = tester.bindingOf(line, message)
  const dispatch = ++line.dispatches
  const host = hostOf(from as Role, pair)
  const { values, stack } = { values: tester.values, stack: tester.stack(from) }
  const own = addressOf(stack, planned.transport)
  const inReplyTo = line.callIds.received.get('migration request')
  const unique = (purpose: string): string =>
    digest(tester.seed, planned.id, line.slot, step, line.sendings.get(step) ?? 0, purpose)
  const parties: Parties = {
    from: identityOf(from as Role, pair),
    to: planned.sut.identity,
    user:
      ies['mcServiceId'] && /^[^\s<>"]+:[^\s<>"]+$/.test(ies['mcServiceId'])
        ? ies['mcServiceId']
        : identityOf(from as Role, pair),
    contact: `sip:${hostText(own.address)}:${own.port};transport=${planned.transport}`,
    clientId: `urn:uuid:${uuidFrom(digest(tester.seed, planned.id, line.slot, 'client'))}`,
    inReplyTo: inReplyTo ?? `${unique('nothing asked').slice(0, 24)}@${host}`,
    host,
  }
  if (binding.carrier === 'response') {
    const asked = line.unanswered.get(binding.answers)
    if (!asked) return dispatch
    line.unanswered.delete(binding.answers)
    asked.transaction.respond({ toTag: unique('tag').slice(0, 12), ...binding.encode(ies, parties, values, asked.ies) })
    return dispatch
  }
  const wire = binding.encode(ies, parties, values)
  const callId = `${unique('call').slice(0, 24)}@${host}`
  line.sendings.set(step, (line.sendings.get(step) ?? 0) + 1)
  line.callIds.sent.set(message, callId)
  tester.switchboard.callId(line, callId)
  const tag: SendTag = { line, step, message }
  const transaction = stack.request(
    {
      ...wire,
      callId,
      fromTag: unique('tag').slice(0, 12),
      branch: `z9hG4bK${unique('branch').slice(0, 20)}`,
      cseq: 1,
    },
    wayTo(planned.sut, planned.transport),
    tag,
  )
  line.transactions.set(transaction, step)
  for (let copy = 1; copy < copies; copy++) transaction.retransmit()
  void transaction.final.then((outcome) =>
    settled(tester, line, { step, from, to, message, ies }, dispatch, transaction, outcome),
  )
  return dispatch
}

/** What became of a request of ours, as an arrival of the case where it says something. */
function settled(
  tester: Tester,
  line: CaseLine,
  sent: Pick<Delivery, 'step' | 'from' | 'to' | 'message' | 'ies'>,
  dispatch: number,
  transaction: ClientTransaction,
  outcome: Outcome,
): void {
  line.transactions.delete(transaction)
  const at = tester.clock.now()
  switch (outcome.kind) {
    case 'transport-error':
      line.arrivals.push({ kind: 'unreachable', at, text: outcome.text })
      return
    // What silence means is judged where something was waited for.
    case 'timeout':
      return
    case 'response': {
      const seq = tester.lastOf(transaction.key)
      const answer = bindingsOf(tester.profile, 'mcptt', line.planned.alternative).find(
        (binding) => binding.carrier === 'response' && binding.answers === sent.message,
      )
      if (answer?.carrier === 'response') {
        const { name, ies, spans, problems } = answer.decode(outcome.message, tester.values, sent.ies)
        const all = [...protocolProblems(outcome.message), ...problems]
        line.arrivals.push({ kind: 'message', seq, at, role: sent.from, message: name, ies, spans, problems: all })
        return
      }
      const broken = protocolProblems(outcome.message)
      if (broken.length > 0) line.arrivals.push({ kind: 'violation', seq, at, step: sent.step, problems: broken })
      const { startLine } = outcome.message
      if (startLine.kind !== 'response' || startLine.status < 300) return
      const warning = header(outcome.message, 'Warning')
      const text = `${startLine.status} ${startLine.reason}${warning === undefined ? '' : ` (Warning: ${warning})`} to the ${sent.message}`
      line.arrivals.push({ kind: 'refusal', seq, at, step: sent.step, text, dispatch })
    }
  }
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
  return [...line.transactions.values()].map((step) => ({
    step,
    requirement: 'every request is answered by a final response',
    clause: 'RFC 3261 8.2.6',
    expected: 'a final response',
    actual: `none in ${Math.round(left)} ms after the procedure, though Timer F may run longer`,
  }))
}

/** Where names or addresses of a role of ours stand in a received message. */
function revelations(tester: Tester, line: CaseLine, seq: number, role: Role) {
  const octets = line.received.get(seq)
  if (!octets) return []
  const text = Buffer.from(octets).toString('latin1').toLowerCase()
  const { local, secure } = tester.stack(role)
  const sockets = [local, secure].flatMap((one) => (one ? [`${hostText(one.address)}:${one.port}`] : []))
  return [hostOf(role, line.pair), ...sockets].flatMap((mark) => {
    const start = text.indexOf(mark.toLowerCase())
    return start < 0
      ? []
      : [{ text: `${mark} in ${lineAround(text, start)}`, span: { start, end: start + mark.length } }]
  })
}

const lineAround = (text: string, at: number): string =>
  text.slice(text.lastIndexOf('\n', at) + 1, Math.max(text.indexOf('\r', at), at + 1)).slice(0, 120)

const uuidFrom = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
