import type { Endpoint } from '#transport'
import { header, headers, type NameAddress, readNameAddress, type SipMessage, splitList } from '#wire/sip'
import { createDigestClient, type UserCredentials } from '../authentication/digest-client.ts'
import type { Clock } from '../clock.ts'
import type { Outcome, SipStack } from '../stack.ts'
import { grantedSeconds } from './granted-seconds.ts'
import {
  type RegistrationAction,
  type RegistrationEvent,
  type RegistrationState,
  registrationTable,
} from './register-user-agent-table.ts'

export interface RegistrationOptions {
  readonly stack: Pick<SipStack, 'request'>
  readonly clock: Clock
  /** Uniform in [0, 1): for retries and identifiers. */
  readonly random: () => number
  /** Where requests go: the outbound proxy, the P-CSCF or the registrar. */
  readonly target: Endpoint
  /** Request-URI: the registrar's domain, `sip:example.org`. */
  readonly registrar: string
  /** The address of record. */
  readonly aor: string
  /** A name-addr with its parameters but `expires`: `<sip:alice@192.0.2.1:5060>;+sip.instance="<urn:uuid:...>"`. */
  readonly contact: string
  /** Seconds asked for. */
  readonly expires: number
  readonly credentials?: UserCredentials | undefined
  /** Further fields of each REGISTER: Route, Supported, P-Access-Network-Info, Content-Type. */
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined
  readonly body?: Uint8Array | undefined
  /** Told of each change of state; `reason` says why it is refused or waits. */
  readonly onState?: ((state: RegistrationState, reason: string | undefined) => void) | undefined
}

/** The user agent's half of registration (RFC 3261 10.2): registers, refreshes in time, answers challenges, tries again, removes. */
export interface Registration {
  readonly state: RegistrationState
  start(): void
  /** Removes the binding; fulfilled once that is answered, or given up. */
  stop(): Promise<void>
  /** The flow to the registrar is lost, a keep-alive says (RFC 5626 4.5): registers anew. */
  flowLost(): void
  /** Contacts of the last 200: all that are bound, ours and others. */
  readonly contacts: readonly NameAddress[]
  /** Route of further requests (RFC 3608 6.1). */
  readonly serviceRoute: readonly string[]
  /** P-Associated-URI of the last 200; the first is the default identity (RFC 7315 4.1). */
  readonly associatedUris: readonly string[]
}

/** RFC 5626 4.5, seconds. */
const baseWait = 30
const longestWait = 1800
/** Answers to challenges and 423 in a row: no registrar needs more. */
const mostRounds = 8

export function createRegistration(options: RegistrationOptions): Registration {
  const { stack, clock, random, target, registrar, aor, contact, onState } = options
  const word = (): string => Math.floor(random() * 2 ** 48).toString(36)
  const callId = `${word()}${word()}`
  const fromTag = word()
  const digest =
    options.credentials && createDigestClient({ credentials: options.credentials, makeCnonce: () => word() + word() })
  let state: RegistrationState = 'idle'
  let sequence = 0
  let seconds = options.expires
  let asked = seconds
  let rounds = 0
  let failures = 0
  let reason: string | undefined
  let waitAtLeast = 0
  let latest: SipMessage | undefined
  let timer: { cancel(): void } | undefined
  let stopping = false
  let contacts: readonly NameAddress[] = []
  let serviceRoute: readonly string[] = []
  let associatedUris: readonly string[] = []
  const waiting: (() => void)[] = []

  const send = (): void => {
    sequence += 1
    const method = 'REGISTER'
    const transaction = stack.request(
      {
        ...{ method, requestUri: registrar, from: aor, to: aor, callId, fromTag, cseq: sequence },
        branch: `z9hG4bK${word()}${sequence}`,
        headers: [
          ['Contact', contact],
          ['Expires', String(asked)],
          ...(digest?.authorize(method, registrar, options.body) ?? []),
          ...(options.headers ?? []),
        ],
        body: options.body,
      },
      target,
    )
    void transaction.final.then((outcome) => handle(eventOf(outcome)))
  }
  const eventOf = (outcome: Outcome): RegistrationEvent => {
    latest = outcome.kind === 'response' ? outcome.message : undefined
    reason = undefined
    waitAtLeast = 0
    if (outcome.kind !== 'response') {
      reason = outcome.kind === 'timeout' ? `no answer within ${Math.round(outcome.after)} ms` : outcome.text
      return 'unavailable'
    }
    const { startLine } = outcome.message
    const [status, phrase] = startLine.kind === 'response' ? [startLine.status, startLine.reason] : [0, '']
    reason = `${status} ${phrase}`
    const taken = digest?.receive(outcome.message)
    rounds += 1
    if (status < 300) return 'accepted'
    if (rounds > mostRounds) return 'rejected'
    if (status === 401 || status === 407) {
      if (taken?.kind === 'try-again') return 'challenged'
      reason = `${reason}: ${taken?.kind === 'give-up' ? taken.reason : 'no credentials to answer with'}`
      return 'rejected'
    }
    const minimum = Number(header(outcome.message, 'min-expires'))
    if (status === 423 && minimum > asked && minimum < 2 ** 32) return 'too-brief'
    waitAtLeast = Number.parseInt(header(outcome.message, 'retry-after') ?? '0', 10) || 0
    return status === 408 || (status >= 500 && status < 600) ? 'unavailable' : 'rejected'
  }
  const act = (action: RegistrationAction): void => {
    switch (action) {
      case 'send-register':
        rounds = 0
        asked = seconds
        return send()
      case 'send-removal':
        rounds = 0
        asked = 0
        return send()
      case 'send-again':
        return send()
      case 'lengthen':
        seconds = Number(latest && header(latest, 'min-expires'))
        asked = seconds
        return undefined
      case 'keep-bindings':
        failures = 0
        return keep()
      case 'drop-bindings':
        contacts = []
        serviceRoute = []
        associatedUris = []
        return undefined
      case 'schedule-refresh':
        return schedule(
          'refresh-due',
          refreshAfter(latest === undefined ? asked : grantedSeconds(latest, contact, asked)),
        )
      case 'schedule-retry': {
        failures += 1
        const longest = Math.min(longestWait, baseWait * 2 ** Math.min(failures, 10))
        return schedule('retry-due', Math.max(waitAtLeast, longest * (0.5 + random() / 2)))
      }
      case 'cancel-timers':
        return timer?.cancel()
    }
  }
  const schedule = (event: RegistrationEvent, after: number): void => {
    timer?.cancel()
    timer = clock.after(after * 1000, () => handle(event))
  }
  const keep = (): void => {
    if (latest === undefined) return
    const message = latest
    const values = (name: string): string[] => headers(message, name).flatMap((field) => splitList(field))
    contacts = values('contact').flatMap((value) => readNameAddress(value) ?? [])
    serviceRoute = values('service-route')
    associatedUris = values('p-associated-uri').flatMap((value) => readNameAddress(value)?.uri ?? [])
  }
  const handle = (event: RegistrationEvent): void => {
    const arrow = registrationTable[state][event]
    if (arrow === undefined) return
    const before = state
    state = arrow.next
    for (const action of arrow.actions) act(action)
    if (state !== before) onState?.(state, reason)
    if (state === 'idle' || state === 'refused') {
      stopping = false
      for (const done of waiting.splice(0)) done()
    } else if (stopping) handle('stop')
  }

  return {
    get state() {
      return state
    },
    start: () => handle('start'),
    stop() {
      if (state === 'idle' || state === 'refused') return Promise.resolve()
      return new Promise((resolve) => {
        waiting.push(resolve)
        stopping = true
        handle('stop')
      })
    },
    flowLost() {
      reason = 'the flow is lost'
      handle('unavailable')
    },
    get contacts() {
      return contacts
    },
    get serviceRoute() {
      return serviceRoute
    },
    get associatedUris() {
      return associatedUris
    },
  }
}

/** Seconds to the refresh: 600 before the end of more than 1200, else at half (TS 24.229 5.1.1.4.1). */
export const refreshAfter = (granted: number): number => (granted > 1200 ? granted - 600 : granted / 2)
