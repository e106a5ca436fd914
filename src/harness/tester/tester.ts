import {
  acknowledge,
  decodeRequest,
  type Binding,
  type Decoded,
  type Profile,
  type ProfileValues,
  type Unrecognised,
} from '#bindings'
import type { Clock } from '#play'
import { openSipStack, type ServerTransaction, type SipStack, type Trace, type Trouble } from '#stack/sip'
import { header, headerField, type SipMessage } from '#wire/sip'
import type { MessageEvent } from '#verdict'
import { roles, type Configuration, type Role } from '../configuration.ts'
import { oneLine } from '../read-configuration.ts'
import { isSendTag, type CaseLine } from './case-line.ts'
import { createMessageLog, summaryOf, type Owner } from './message-log.ts'
import { protocolProblems } from './protocol-problems.ts'
import { createSignsOfLife, type SignsOfLife } from './signs-of-life.ts'
import { createSwitchboard, type Switchboard } from './switchboard.ts'

/** The tester's end of the wire: one SIP stack for each role it can play, and a line for each case. */
export interface Tester {
  readonly profile: Profile
  readonly values: ProfileValues
  readonly clock: Clock
  readonly seed: number
  readonly address: string
  stack(role: string): SipStack
  readonly switchboard: Switchboard
  readonly signsOfLife: SignsOfLife
  bindingOf(line: CaseLine, message: string): Binding
  /** Number of the message event of a transaction's last message. */
  lastOf(transaction: string): number
  /** Remembers whose a transaction is. */
  own(transaction: string, line: CaseLine): void
  disconnect(line: CaseLine): void
  close(): Promise<void>
}

export interface TesterOptions {
  readonly configuration: Configuration
  readonly profile: Profile
  readonly values: ProfileValues
  readonly clock: Clock
  /** Milliseconds since the run started. */
  at(): number
  tell(event: MessageEvent): void
  note(text: string): void
}

export async function openTester(options: TesterOptions): Promise<Tester> {
  const { configuration, profile, values, clock } = options
  const { address, ports } = configuration.tester
  const log = createMessageLog(options.at, options.tell)
  const switchboard = createSwitchboard()
  const signsOfLife = createSignsOfLife(configuration, clock)
  const owners = new Map<string, CaseLine>()
  const last = new Map<string, number>()
  const readings = new Map<string, Reading>()
  const stacks = new Map<Role, SipStack>()

  const ownerOf = ({ planned, phase }: CaseLine): Owner => ({
    caseId: planned.id,
    phase,
    peer: planned.derived.sut.join('+'),
  })

  // What comes late still belongs to its case.
  const linger = 4000
  const lingering = new Map<CaseLine, NodeJS.Timeout>()
  const forget = (line: CaseLine): void => {
    lingering.delete(line)
    switchboard.disconnect(line)
    for (const transaction of line.transactions.keys()) transaction.abandon()
    for (const [key, owner] of owners)
      if (owner === line) {
        owners.delete(key)
        last.delete(key)
        readings.delete(key)
      }
  }

  const onTrace = (role: Role, trace: Trace): void => {
    const key = trace.transaction
    const request = trace.message.startLine.kind === 'request'
    const tag = isSendTag(trace.tag) ? trace.tag : undefined
    let line = tag?.line ?? (key === undefined ? undefined : owners.get(key))
    let name = request ? tag?.message : undefined
    if (trace.direction === 'received' && request && key !== undefined) {
      const reading = readings.get(key) ?? read(profile, values, trace.message)
      readings.set(key, reading)
      line ??= lineOf(switchboard, reading, trace.message)
      if (line) owners.set(key, line)
      name = 'name' in reading.decoded ? reading.decoded.name : undefined
    }
    const seq = log(trace, role, line && ownerOf(line), summaryOf(trace, name), tag?.step)
    if (trace.direction === 'received') {
      line?.received.set(seq, trace.octets)
      signsOfLife.heard(trace.remote, line?.planned.sut)
      // What asks for a sign of life depends on when others showed one: same seed, same octets holds for the steps.
    } else if (tag?.step !== undefined || !tag) line?.sent.add(digestible(trace.octets))
    if (key !== undefined) last.set(key, seq)
  }

  const onRequest = (role: Role, transaction: ServerTransaction): void => {
    const reading = readings.get(transaction.key) ?? read(profile, values, transaction.request)
    readings.delete(transaction.key)
    const line = owners.get(transaction.key) ?? lineOf(switchboard, reading, transaction.request)
    const seq = last.get(transaction.key) ?? 0
    receive(options, role, transaction, reading, line, seq)
  }

  const onTrouble = (role: Role, trouble: Trouble): void => {
    if (cameFromThere.has(trouble.kind)) signsOfLife.heard(trouble.remote)
    const from = trouble.remote ? ` from ${trouble.remote.address}:${trouble.remote.port}` : ''
    options.note(`${role}: ${trouble.kind}${from} over ${trouble.transport}: ${trouble.text}`)
  }

  for (const role of roles) {
    const opening = openSipStack({
      address,
      port: ports[role],
      onRequest: (transaction) => onRequest(role, transaction),
      onTrace: (trace) => onTrace(role, trace),
      onTrouble: (trouble) => onTrouble(role, trouble),
    })
    const stack = await opening.catch((problem: unknown) => {
      throw new Error(`tester.ports.${role}: ${oneLine(problem)}`, { cause: problem })
    })
    stacks.set(role, stack)
  }

  return {
    profile,
    values,
    clock,
    seed: configuration.seed,
    address,
    switchboard,
    signsOfLife,
    stack(role) {
      const stack = stacks.get(role as Role)
      if (!stack) throw new RangeError(`the tester has no stack for ${role}`)
      return stack
    },
    bindingOf(line, message) {
      const binding = profile.alternatives[line.planned.alternative].find((one) => one.message === message)
      if (!binding) throw new RangeError(`profile ${profile.name} has no binding for the ${message}`)
      return binding
    },
    lastOf: (transaction) => last.get(transaction) ?? 0,
    own: (transaction, line) => owners.set(transaction, line),
    disconnect(line) {
      for (const transaction of line.transactions.keys()) transaction.cancelTimers()
      lingering.set(line, setTimeout(forget, linger, line))
    },
    close: async () => {
      for (const timer of lingering.values()) clearTimeout(timer)
      await Promise.all([...stacks.values()].map((stack) => stack.close()))
    },
  }
}

/** Troubles that something which arrived has caused. */
const cameFromThere: ReadonlySet<Trouble['kind']> = new Set([
  'too-large',
  'unreadable',
  'stray-response',
  'connection-closed',
])

interface Reading {
  readonly decoded: Decoded | Unrecognised
  readonly alternative: 'publish' | 'register'
}

function read(profile: Profile, values: ProfileValues, message: SipMessage): Reading {
  const first = decodeRequest(profile, 'publish', message, values)
  if ('name' in first) return { decoded: first, alternative: 'publish' }
  const second = decodeRequest(profile, 'register', message, values)
  return 'name' in second ? { decoded: second, alternative: 'register' } : { decoded: first, alternative: 'publish' }
}

const lineOf = (switchboard: Switchboard, { decoded }: Reading, message: SipMessage): CaseLine | undefined => {
  const ies = 'name' in decoded ? decoded.ies : {}
  return switchboard.find(
    [ies['mcServiceId'], ies['temporaryId']],
    [header(message, 'In-Reply-To'), header(message, 'Call-ID')],
  )
}

/** Hands a request to its case and acknowledges what only wants acknowledging. */
function receive(
  { profile, clock, note }: TesterOptions,
  role: Role,
  transaction: ServerTransaction,
  { decoded, alternative }: Reading,
  line: CaseLine | undefined,
  seq: number,
): void {
  const { request } = transaction
  const method = request.startLine.kind === 'request' ? request.startLine.method : '?'
  if (method === 'OPTIONS') {
    transaction.respond({ status: 200, reason: 'OK', headers: [] })
    return
  }
  if (!line || !('name' in decoded)) {
    transaction.respond({ status: 400, reason: 'Bad Request', headers: [] })
    const what = 'name' in decoded ? `a ${decoded.name} with identities of no case under way` : decoded.unrecognised
    note(`${role}: ${method} taken for no case: ${what}`)
    if (line && !('name' in decoded))
      line.arrivals.push({ kind: 'unreadable', seq, at: clock.now(), text: `${method}: ${decoded.unrecognised}` })
    return
  }
  const callId = header(request, 'Call-ID')
  if (callId !== undefined) line.callIds.received.set(decoded.name, callId)
  const answeredByResponse = profile.alternatives[alternative].some(
    (binding) => binding.carrier === 'response' && binding.answers === decoded.name,
  )
  if (answeredByResponse) line.unanswered.set(decoded.name, { transaction, ies: decoded.ies })
  else transaction.respond(acknowledge(request))
  line.arrivals.push({
    kind: 'message',
    seq,
    at: clock.now(),
    role,
    message: decoded.name,
    ies: decoded.ies,
    spans: decoded.spans,
    problems: [...protocolProblems(request), ...decoded.problems, ...correlationProblems(line, request, decoded)],
  })
}

/** D1 of the profile: a migration response names the request it answers. */
function correlationProblems(line: CaseLine, message: SipMessage, { name }: Decoded): Decoded['problems'] {
  const inReplyTo = headerField(message, 'In-Reply-To')
  const ours = line.callIds.sent.get('migration request')
  if (name !== 'migration response' || !inReplyTo || ours === undefined || inReplyTo.value === ours) return []
  return [
    {
      field: 'In-Reply-To',
      requirement: 'the migration response names the Call-ID of the migration request it answers',
      source: { doc: 'docs/bindings.md', clause: 'correlation', basis: 'default-binding' },
      expected: [ours],
      actual: inReplyTo.value,
      span: inReplyTo.valueSpan,
    },
  ]
}

/** The rport value a peer sees is the port it happened to use (RFC 3581 4): no choice of ours. */
const digestible = (octets: Uint8Array): string =>
  Buffer.from(octets)
    .toString('latin1')
    .replaceAll(/;rport=\d+/g, ';rport')
