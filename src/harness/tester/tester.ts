import { acknowledge, bindingsOf, type Binding, type Profile, type valuesOf } from '#bindings'
import type { Clock } from '#play'
import { openSipStack, type SipStack, type Trace, type Trouble, type UserServerTransaction } from '#stack/sip'
import { type Network, undisturbed } from './network.ts'
import { openHttpServer, type HttpServer } from '#stack/http'
import type { Address, TlsIdentity } from '#transport'
import { writeHttpMessage, type HttpMessage } from '#wire/http'
import { header, type SipMessage } from '#wire/sip'
import type { MediaEvent, MessageEvent } from '#verdict'
import type { PlannedCase } from '../case-plan.ts'
import { createCaseMedia, type CaseMedia } from './case-media.ts'
import type { Configuration } from '../configuration.ts'
import { oneLine } from '../read-configuration.ts'
import { flowRoles, isHttpRole, type FlowRole } from '../world/functional-entity.ts'
import { isEmergency } from '../world/lease.ts'
import { digest } from '../world/world-user.ts'
import { createCappedNotes } from './capped-notes.ts'
import { isSendTag, type CaseLine } from './case-line.ts'
import { createFloodgate, intakeLimit, type Floodgate } from './intake.ts'
import { createMessageLog, keptStrays, summaryOf, type Owner } from './message-log.ts'
import { callIdsOf, lineOf, read, type Reading } from './reading.ts'
import { receiveByHttp } from './http-exchange.ts'
import { receive } from './reception.ts'
import { targetProblems } from './session.ts'
import { furtherFinal, isFinal } from './final-response.ts'
import { createSeverance, type Severance } from './severance.ts'
import { createSignsOfLife, type SignsOfLife } from './signs-of-life.ts'
import { createSwitchboard, type Switchboard } from './switchboard.ts'
import { createTransactionOwners } from './transaction-owners.ts'

/** The tester's end of the wire: one SIP stack for each role it can play, and a line for each case. */
export interface Tester {
  readonly profile: Profile
  /** What the configuration sets of what the standard leaves open. */
  readonly overrides: Overrides
  readonly clock: Clock
  readonly seed: number
  readonly address: string
  stack(role: string): SipStack
  /** Of a role that is reached by HTTP. */
  portOf(role: FlowRole): number
  readonly switchboard: Switchboard
  readonly signsOfLife: SignsOfLife
  readonly floodgate: Floodgate
  /** Resolves when what had come by now to those who are reached by HTTP has been taken in. */
  takenIn(roles: readonly string[]): Promise<void>
  readonly network: Network
  /** Records an HTTP message, and returns its number. */
  logHttp(message: HttpMessage, about: HttpLogged): number
  bindingOf(line: CaseLine, message: string): Binding
  /** The media of one user of a case. */
  mediaFor(planned: PlannedCase, otherUser: string): CaseMedia
  /** Number of the message event of a transaction's last message. */
  lastOf(transaction: string): number
  /** A name that belongs to a line and nobody else, the same for the same seed. */
  digest(line: CaseLine, ...parts: readonly string[]): string
  disconnect(line: CaseLine): void
  /** What loses messages of single cases; where the tester was opened for that. */
  readonly severance: Severance | undefined
  /** Ends what a role of the tester is: its ports are closed, its dialogs and transactions are gone. */
  lose(role: FlowRole): Promise<void>
  /** The role is back at the same address, and knows of nothing. */
  regain(role: FlowRole): Promise<void>
  close(): Promise<void>
}

/** Whose an HTTP message is, and on which connection. */
interface HttpLogged {
  readonly line: CaseLine | undefined
  readonly role: string
  readonly local: Address
  readonly remote: Address
  readonly direction: 'sent' | 'received'
  readonly summary: string
  readonly step?: string
}

type Overrides = Parameters<typeof valuesOf>[2]

export interface TesterOptions {
  readonly configuration: Configuration
  readonly profile: Profile
  readonly overrides: Overrides
  readonly clock: Clock
  /** Of the tester, where it speaks TLS. */
  readonly identity: TlsIdentity | undefined
  /** What messages go through on their way; as they are, unless said. */
  readonly network?: Network | undefined
  /** Milliseconds since the run started. */
  at(): number
  tell(event: MessageEvent | MediaEvent): void
  /** Whether messages of single cases are to be lost. */
  readonly severable?: boolean
  /** Of the run, or of one case. */
  note(text: string, caseId?: string | null): void
}

export async function openTester(options: TesterOptions): Promise<Tester> {
  const { configuration, profile, overrides, clock, network = undisturbed } = options
  const { address, ports, tls } = configuration.tester
  const { identity } = options
  const { log, strays } = createMessageLog(options.at, options.tell)
  const notes = createCappedNotes(options.note)
  const switchboard = createSwitchboard()
  const signsOfLife = createSignsOfLife(configuration, clock)
  const owners = createTransactionOwners()
  const last = new Map<string, number>()
  const readings = new Map<string, Reading>()
  const stacks = new Map<FlowRole, SipStack>()

  const ownerOf = ({ planned, phase }: CaseLine): Owner => ({
    caseId: planned.id,
    phase,
    peer: planned.derived.sut.join('+'),
  })

  // What comes late still belongs to its case.
  const linger = 4000
  const lingering = new Map<CaseLine, NodeJS.Timeout>()
  let closed = false
  const tellLeftOut = ({ intake: { leftOut }, planned, phase }: CaseLine): void => {
    if (leftOut > 0)
      options.note(`${phase}: ${leftOut} further messages were not looked at and are not in the record`, planned.id)
  }
  const forget = (line: CaseLine): void => {
    lingering.delete(line)
    tellLeftOut(line)
    switchboard.disconnect(line)
    for (const transaction of line.transactions.keys()) transaction.abandon()
    for (const key of owners.release(line)) {
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

  const onTrace = (role: FlowRole, trace: Trace): void => {
    const { transaction: key, message, retransmission, octets } = trace
    const received = trace.direction === 'received'
    const request = message.startLine.kind === 'request'
    const tag = isSendTag(trace.tag) ? trace.tag : undefined
    const acknowledgement = received && isAcknowledgement(message)
    let line =
      tag?.line ??
      (key === undefined ? undefined : owners.of(key)) ??
      (acknowledgement ? switchboard.find([], callIdsOf(message)) : drownedIn(message))
    let name = request ? tag?.message : undefined
    const readable = line ? line.intake.leftOut === 0 : !retransmission
    if (received && request && key !== undefined && readable) {
      const reading = readings.get(key) ?? read(profile, overrides, message)
      if (!retransmission) readings.set(key, reading)
      line ??= lineOf(switchboard, reading, message)
      if (line) owners.own(key, line)
      name = 'name' in reading.decoded ? reading.decoded.name : undefined
    }
    if (received) signsOfLife.heard(trace.remote, line?.planned.sut)
    if (acknowledgement && line) acknowledged(line, message)
    if (line && isTooMuch(line, trace)) return
    const seq = log(trace, role, line && ownerOf(line), summaryOf(trace, name), tag?.step)
    if (seq === 0) signsOfLife.flooded(trace.remote)
    if (received) {
      const final = tag?.step !== undefined && key !== undefined && isFinal(message)
      if (final && !retransmission && line?.finished.has(key))
        line.arrivals.push(furtherFinal(message, { seq, at: clock.now(), step: tag.step }))
      else line?.received.set(seq, { role, startLine: summaryOf(trace), octets, again: retransmission })
      if (final) line?.finished.add(key)
      if (line && acknowledgement) judgeTarget(line, message, seq)
      // What asks for a sign of life depends on when others showed one: same seed, same octets holds for the steps.
    } else if (tag?.step !== undefined || !tag) line?.sent.add(digestible(octets))
    // The ACK of the transaction (RFC 3261 17.1.1.3) comes after the response that counts.
    const concluding = !received && isAcknowledgement(message)
    if (key === undefined || concluding) return
    if (line) owners.own(key, line)
    // Whose a request is may show when it is taken.
    if (line || (received && request && !retransmission)) last.set(key, seq)
  }

  /** An ACK is no message of the procedure, and belongs to the dialog all the same. */
  const judgeTarget = (line: CaseLine, message: SipMessage, seq: number): void => {
    const callId = header(message, 'Call-ID')
    const session = [...line.sessions.values()].find((one) => one.callId === callId && one.dialog !== undefined)
    const problems = targetProblems(session, message)
    const { step } = session?.target ?? {}
    if (problems.length === 0 || step === undefined) return
    line.arrivals.push({ kind: 'violation', seq, at: clock.now(), step, problems })
  }

  const onRequest = (role: FlowRole, transaction: UserServerTransaction): void => {
    const { key, request } = transaction
    const drowned = owners.of(key) ?? drownedIn(request)
    if (drowned && drowned.intake.leftOut > 0) {
      readings.delete(key)
      return void transaction.respond(acknowledge(request))
    }
    const reading = readings.get(key) ?? read(profile, overrides, request)
    readings.delete(key)
    const line = owners.of(key) ?? lineOf(switchboard, reading, request)
    receive({ profile, clock, notes, switchboard, address }, role, transaction, reading, line, last.get(key) ?? 0)
    if (!line) last.delete(key)
  }

  const away = new Set<FlowRole>()
  const onTrouble = (role: FlowRole, { kind, remote, transport, text }: Trouble): void => {
    // Who is lost cannot send, and is not meant to.
    if (away.has(role)) return
    if (cameFromThere.has(kind)) {
      signsOfLife.heard(remote)
      signsOfLife.strayed(remote, `${kind} over ${transport}: ${text}`)
    }
    const from = remote ? ` from ${remote.address}:${remote.port}` : ''
    notes.note(`${role}: ${kind} over ${transport}`, `${from}: ${text}`)
  }

  const severance = options.severable
    ? createSeverance((message) => {
        const line = switchboard.find([], callIdsOf(message))
        if (line || message.startLine.kind !== 'request') return line
        return lineOf(switchboard, read(profile, overrides, message), message)
      })
    : undefined

  async function openRole(role: FlowRole): Promise<void> {
    const opening = openSipStack({
      address,
      port: ports[role],
      tls: tls && identity && { port: tls.ports[role], identity, mutual: tls.mutual, versions: tls },
      middlebox: network.middlebox?.(role),
      onRequest: (transaction) => onRequest(role, transaction),
      onTrace: (trace) => onTrace(role, trace),
      onTrouble: (trouble) => onTrouble(role, trouble),
      ...(severance && { middlebox: severance.middleboxOf(role) }),
    })
    const stack = await opening.catch((problem: unknown) => {
      const said = oneLine(problem)
      throw new Error(`tester.${/ tls /.test(said) ? 'tls.' : ''}ports.${role}: ${said}`, { cause: problem })
    })
    stacks.set(role, stack)
  }

  const servers = new Map<string, HttpServer>()
  const tester: Tester = {
    profile,
    overrides,
    clock,
    seed: configuration.seed,
    address,
    switchboard,
    signsOfLife,
    floodgate: createFloodgate(),
    network,
    portOf: (role) => ports[role],
    stack(role) {
      const stack = stacks.get(role as FlowRole)
      if (!stack) throw new RangeError(`the tester has no stack for ${role}`)
      return stack
    },
    async takenIn(roles) {
      await Promise.all(roles.flatMap((role) => servers.get(role)?.takenIn() ?? []))
    },
    logHttp: (message, { line, role, local, remote, direction, summary, step }) =>
      log(
        { octets: writeHttpMessage(message), direction, transport: 'tcp', local, remote, retransmission: false },
        role,
        line && ownerOf(line),
        summary,
        step,
      ),
    bindingOf(line, message) {
      const { service, alternative } = line.planned
      const binding = bindingsOf(profile, service, alternative).find((one) => one.message === message)
      if (!binding) throw new RangeError(`profile ${profile.name} has no binding for the ${message}`)
      return binding
    },
    mediaFor: (planned, otherUser) =>
      createCaseMedia({
        address,
        limits: configuration.media,
        origin: clock.now() - options.at(),
        emergency: isEmergency(planned),
        otherUser,
        tell: (timeLine) => options.tell({ event: 'media', at: options.at(), case: planned.id, timeLine }),
      }),
    digest: ({ planned, slot }, ...parts) =>
      digest(configuration.seed, planned.id, slot, planned.derived.flow.id, ...(planned.attempt ?? []), ...parts),
    lastOf: (transaction) => last.get(transaction) ?? 0,
    disconnect(line) {
      for (const transaction of line.transactions.keys()) transaction.cancelTimers()
      if (closed) forget(line)
      else lingering.set(line, setTimeout(forget, linger, line))
    },
    severance,
    async lose(role) {
      away.add(role)
      await (isHttpRole(role) ? servers.get(role) : stacks.get(role))?.close()
    },
    async regain(role) {
      await open(role)
      away.delete(role)
    },
    close: async () => {
      closed = true
      for (const timer of lingering.values()) clearTimeout(timer)
      await Promise.all([...stacks.values(), ...servers.values()].map((one) => one.close()))
      for (const line of lingering.keys()) tellLeftOut(line)
      if (strays() > keptStrays)
        options.note(`${strays()} messages of no case came or went, of which the first ${keptStrays} are in the record`)
      notes.close()
    },
  }
  async function openHttpRole(role: FlowRole): Promise<void> {
    const server = await openHttpServer({
      address,
      port: ports[role],
      onExchange: (exchange) => receiveByHttp(tester, role, exchange),
    }).catch((problem: unknown) => {
      throw new Error(`tester.ports.${role}: ${oneLine(problem)}`, { cause: problem })
    })
    servers.set(role, server)
  }
  const open = (role: FlowRole): Promise<void> => (isHttpRole(role) ? openHttpRole(role) : openRole(role))
  try {
    for (const role of flowRoles) await open(role)
  } catch (problem) {
    await tester.close()
    throw problem
  }
  return tester
}

/** Troubles that something which arrived has caused. */
const cameFromThere: ReadonlySet<Trouble['kind']> = new Set([
  'too-large',
  'unreadable',
  'stray-response',
  'connection-closed',
])

const isAcknowledgement = ({ startLine }: SipMessage): boolean =>
  startLine.kind === 'request' && startLine.method === 'ACK'

/** The ACK to a 2xx of ours (RFC 3261 13.3.1.4). */
function acknowledged(line: CaseLine, message: SipMessage): void {
  const callId = header(message, 'Call-ID')
  for (const session of [...line.sessions.values(), ...line.former]) {
    if (session.callId !== callId) continue
    session.acknowledged = true
    session.repetition?.stop()
  }
}

/** The rport value a peer sees is the port it happened to use (RFC 3581 4): no choice of ours. */
const digestible = (octets: Uint8Array): string =>
  Buffer.from(octets)
    .toString('latin1')
    .replaceAll(/;rport=\d+/g, ';rport')
    // Ports of media are whichever are free.
    .replaceAll(/^m=(audio|application) \d+/gm, 'm=$1')
