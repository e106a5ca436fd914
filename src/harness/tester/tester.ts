import { acknowledge, bindingsOf } from '#bindings'
import type { Profile, ProfileValues, RequestBinding, ResponseBinding } from '#bindings'
import type { Clock } from '#play'
import { openSipStack, type ServerTransaction, type SipStack, type Trace, type Trouble } from '#stack/sip'
import type { TlsIdentity } from '#transport'
import type { SipMessage } from '#wire/sip'
import type { MessageEvent } from '#verdict'
import { roles, type Configuration, type Role } from '../configuration.ts'
import { oneLine } from '../read-configuration.ts'
import { createCappedNotes } from './capped-notes.ts'
import { isSendTag, type CaseLine } from './case-line.ts'
import { createFloodgate, intakeLimit, type Floodgate } from './intake.ts'
import { createMessageLog, keptStrays, summaryOf, type Owner } from './message-log.ts'
import { callIdsOf, lineOf, read, type Reading } from './reading.ts'
import { receive } from './reception.ts'
import { furtherFinal, isFinal } from './final-response.ts'
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
  readonly floodgate: Floodgate
  bindingOf(line: CaseLine, message: string): RequestBinding | ResponseBinding
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
  /** Of the tester, where it speaks TLS. */
  readonly identity: TlsIdentity | undefined
  /** Milliseconds since the run started. */
  at(): number
  tell(event: MessageEvent): void
  /** Of the run, or of one case. */
  note(text: string, caseId?: string | null): void
}

export async function openTester(options: TesterOptions): Promise<Tester> {
  const { configuration, profile, values, clock } = options
  const { address, ports, tls } = configuration.tester
  const { identity } = options
  const { log, strays } = createMessageLog(options.at, options.tell)
  const notes = createCappedNotes(options.note)
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
  const tellLeftOut = ({ intake: { leftOut }, planned, phase }: CaseLine): void => {
    if (leftOut > 0)
      options.note(`${phase}: ${leftOut} further messages were not looked at and are not in the record`, planned.id)
  }
  const forget = (line: CaseLine): void => {
    lingering.delete(line)
    tellLeftOut(line)
    switchboard.disconnect(line)
    for (const transaction of line.transactions.keys()) transaction.abandon()
    for (const [key, owner] of owners)
      if (owner === line) {
        owners.delete(key)
        last.delete(key)
        readings.delete(key)
      }
  }

  /** The case of a message that comes when too much has come for it: it need not be read to know. */
  const drownedIn = (message: SipMessage): CaseLine | undefined => {
    const line = switchboard.find([], callIdsOf(message))
    return line && line.intake.leftOut > 0 ? line : undefined
  }
  const isTooMuch = (line: CaseLine, { direction, octets, remote, tag }: Trace): boolean => {
    const { intake, arrivals } = line
    // What only answers what was left out is left out with it.
    if (direction === 'sent') return tag === undefined && intake.leftOut > 0
    if (intake.admits(octets.length)) return false
    signsOfLife.flooded(remote, line.planned.sut)
    if (intake.leftOut === 1) arrivals.push({ kind: 'flood', at: clock.now(), limit: intakeLimit })
    return true
  }

  const onTrace = (role: Role, trace: Trace): void => {
    const { transaction: key, message, retransmission, octets } = trace
    const received = trace.direction === 'received'
    const request = message.startLine.kind === 'request'
    const tag = isSendTag(trace.tag) ? trace.tag : undefined
    let line = tag?.line ?? (key === undefined ? undefined : owners.get(key)) ?? drownedIn(message)
    let name = request ? tag?.message : undefined
    const readable = line ? line.intake.leftOut === 0 : !retransmission
    if (received && request && key !== undefined && readable) {
      const reading = readings.get(key) ?? read(profile, values, message)
      if (!retransmission) readings.set(key, reading)
      line ??= lineOf(switchboard, reading, message)
      if (line) owners.set(key, line)
      name = 'name' in reading.decoded ? reading.decoded.name : undefined
    }
    if (received) signsOfLife.heard(trace.remote, line?.planned.sut)
    if (line && isTooMuch(line, trace)) return
    const seq = log(trace, role, line && ownerOf(line), summaryOf(trace, name), tag?.step)
    if (seq === 0) signsOfLife.flooded(trace.remote)
    if (received) {
      const final = tag?.step !== undefined && key !== undefined && isFinal(message)
      if (final && !retransmission && line?.finished.has(key))
        line.arrivals.push(furtherFinal(message, { seq, at: clock.now(), step: tag.step }))
      else line?.received.set(seq, octets)
      if (final) line?.finished.add(key)
      // What asks for a sign of life depends on when others showed one: same seed, same octets holds for the steps.
    } else if (tag?.step !== undefined || !tag) line?.sent.add(digestible(octets))
    if (key !== undefined && (line || (received && !retransmission))) last.set(key, seq)
  }

  const onRequest = (role: Role, transaction: ServerTransaction): void => {
    const { key, request } = transaction
    const drowned = owners.get(key) ?? drownedIn(request)
    if (drowned && drowned.intake.leftOut > 0) {
      readings.delete(key)
      return void transaction.respond(acknowledge(request))
    }
    const reading = readings.get(key) ?? read(profile, values, request)
    readings.delete(key)
    const line = owners.get(key) ?? lineOf(switchboard, reading, request)
    receive({ profile, clock, notes }, role, transaction, reading, line, last.get(key) ?? 0)
    if (!line) last.delete(key)
  }

  const onTrouble = (role: Role, { kind, remote, transport, text }: Trouble): void => {
    if (cameFromThere.has(kind)) {
      signsOfLife.heard(remote)
      signsOfLife.strayed(remote, `${kind} over ${transport}: ${text}`)
    }
    const from = remote ? ` from ${remote.address}:${remote.port}` : ''
    notes.note(`${role}: ${kind} over ${transport}`, `${from}: ${text}`)
  }

  for (const role of roles) {
    const opening = openSipStack({
      address,
      port: ports[role],
      tls: tls && identity && { port: tls.ports[role], identity, mutual: tls.mutual, versions: tls },
      onRequest: (transaction) => onRequest(role, transaction),
      onTrace: (trace) => onTrace(role, trace),
      onTrouble: (trouble) => onTrouble(role, trouble),
    })
    const stack = await opening.catch((problem: unknown) => {
      const said = oneLine(problem)
      throw new Error(`tester.${/ tls /.test(said) ? 'tls.' : ''}ports.${role}: ${said}`, { cause: problem })
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
    floodgate: createFloodgate(),
    stack(role) {
      const stack = stacks.get(role as Role)
      if (!stack) throw new RangeError(`the tester has no stack for ${role}`)
      return stack
    },
    bindingOf(line, message) {
      const binding = bindingsOf(profile, 'mcptt', line.planned.alternative).find((one) => one.message === message)
      if (!binding || binding.carrier === 'implied')
        throw new RangeError(`profile ${profile.name} has no binding for the ${message}`)
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
      for (const line of lingering.keys()) tellLeftOut(line)
      if (strays() > keptStrays)
        options.note(`${strays()} messages of no case came or went, of which the first ${keptStrays} are in the record`)
      notes.close()
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

/** The rport value a peer sees is the port it happened to use (RFC 3581 4): no choice of ours. */
const digestible = (octets: Uint8Array): string =>
  Buffer.from(octets)
    .toString('latin1')
    .replaceAll(/;rport=\d+/g, ';rport')
