import { afterEach, describe, expect, test } from 'vitest'
import { header, readMessage, type SipMessage } from '#wire/sip'
import { createAkaChallenger } from '../authentication/aka-challenger.ts'
import type { Challenger } from '../authentication/challenger.ts'
import { createDigestChallenger } from '../authentication/digest-challenger.ts'
import type { UserCredentials } from '../authentication/digest-client.ts'
import { createUsim } from '../authentication/usim.ts'
import { address, closeAll, element, type Observed } from '../element.testing.ts'
import { createManualClock, type ManualClock } from '../manual-clock.ts'
import type { OutgoingResponse } from '../stack.ts'
import { grantedSeconds } from './granted-seconds.ts'
import { createRegistration, refreshAfter, type Registration, type RegistrationOptions } from './register-user-agent.ts'
import { registrationTable } from './register-user-agent-table.ts'
import { createRegistrar, type RegistrarOptions } from './registrar.ts'
import { readThirdPartyRegister, thirdPartyRegister } from './third-party-register.ts'

afterEach(closeAll)

const aor = 'sip:alice@example.org'

interface Setting {
  readonly clock: ManualClock
  readonly home: Observed
  readonly registration: Registration
  readonly states: string[]
  /** REGISTER requests the registrar saw. */
  readonly requests: () => SipMessage[]
  /** Waits until the state was reached that many times. */
  readonly reached: (state: string, times?: number) => Promise<void>
}

/** A user agent and a registrar, each on sockets of its own; time stands still but for the sockets. */
async function setting(
  changes: Partial<RegistrarOptions> = {},
  agent: Partial<RegistrationOptions> = {},
  instead?: (request: SipMessage) => OutgoingResponse | undefined,
): Promise<Setting> {
  const clock = createManualClock()
  const registrar = createRegistrar({ clock, domains: ['example.org'], ...changes })
  const home = await element({
    onRequest(transaction) {
      const other = instead?.(transaction.request)
      if (other === undefined) registrar.receive(transaction)
      else transaction.respond(other)
    },
  })
  const { stack } = await element()
  const states: string[] = []
  const registration = createRegistration({
    stack,
    clock,
    random: Math.random,
    target: { transport: 'udp', ...home.stack.local },
    registrar: 'sip:example.org',
    aor,
    contact: `<sip:alice@${address}:${stack.local.port}>`,
    expires: 600,
    onState: (state, reason) => states.push(reason === undefined ? state : `${state}: ${reason}`),
    ...agent,
  })
  const requests = (): SipMessage[] =>
    home.traces.flatMap(({ direction, retransmission, message }) =>
      direction === 'received' && !retransmission ? [message] : [],
    )
  return {
    ...{ clock, home, registration, states, requests },
    async reached(state, times = 1) {
      const end = performance.now() + 5000
      while (states.filter((one) => one.startsWith(state)).length < times) {
        if (performance.now() > end) throw new Error(`waited 5 s for ${state} in vain, came ${states.join('; ')}`)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    },
  }
}

const digest = (clock: ManualClock, changes = {}): Challenger =>
  createDigestChallenger({
    ...{ realm: 'example.org', secret: 'secret', clock, passwordOf: () => 'password' },
    ...changes,
  })

const password: UserCredentials = { kind: 'password', username: 'alice', password: 'password' }

describe('a user agent and a registrar', () => {
  test('registers, refreshes before expiry with the same Call-ID, removes', async () => {
    const { clock, registration, reached, requests, states } = await setting({
      serviceRoute: ['<sip:scscf.example.org;lr>'],
      associatedUris: () => [aor, 'tel:+49123'],
    })
    registration.start()
    await reached('registered')
    expect(registration.contacts).toHaveLength(1)
    expect(registration.serviceRoute).toEqual(['<sip:scscf.example.org;lr>'])
    expect(registration.associatedUris).toEqual([aor, 'tel:+49123'])
    clock.advance(299_000)
    expect(registration.state).toBe('registered')
    clock.advance(1000)
    await reached('registered', 2)
    await registration.stop()
    expect(states).toEqual(
      ['registering', 'registered: 200 OK', 'refreshing', 'registered: 200 OK', 'removing', 'idle: 200 OK'].map((one) =>
        expect.stringContaining(one),
      ),
    )
    expect(new Set(requests().map((request) => header(request, 'call-id'))).size).toBe(1)
    expect(requests().map((request) => header(request, 'cseq'))).toEqual(['1 REGISTER', '2 REGISTER', '3 REGISTER'])
    expect(requests().map((request) => header(request, 'expires'))).toEqual(['600', '600', '0'])
    expect(requests().flatMap(({ diagnostics }) => diagnostics)).toEqual([])
  })

  test('a refresh with a stale nonce is answered again, without giving up', async () => {
    const clocks = createManualClock()
    const { clock, registration, reached, requests } = await setting(
      { challenger: digest(clocks, { nonceLifetime: 100_000 }) },
      { credentials: password },
    )
    registration.start()
    await reached('registered')
    expect(requests()).toHaveLength(2)
    clocks.advance(300_000)
    clock.advance(300_000)
    await reached('registered', 2)
    expect(requests()).toHaveLength(4)
    await registration.stop()
    expect(requests()).toHaveLength(5)
  })

  test('a wrong password is refused once, with the reason', async () => {
    const { registration, reached, requests, states } = await setting(
      { challenger: digest(createManualClock()) },
      { credentials: { ...password, password: 'guessed' } },
    )
    registration.start()
    await reached('refused')
    expect(states.at(-1)).toBe('refused: 401 Unauthorized: the credentials were refused')
    expect(requests()).toHaveLength(2)
  })

  test('another user may not bind the address', async () => {
    const { registration, reached, states } = await setting(
      { challenger: digest(createManualClock()) },
      { credentials: { ...password, username: 'mallory' } },
    )
    registration.start()
    await reached('refused')
    expect(states.at(-1)).toContain('403 Forbidden: another user')
  })

  test('AKA with a network that lags behind: challenge, resynchronisation, registration', async () => {
    const keys = { k: Buffer.alloc(16, 1), opc: Buffer.alloc(16, 2) }
    const challenger = createAkaChallenger({
      ...{ realm: 'example.org', secret: 'secret', clock: createManualClock() },
      subscriberOf: (username) => (username === 'alice@example.org' ? keys : undefined),
    })
    const usim = createUsim({ ...keys, sequence: 4096 })
    const { registration, reached, requests } = await setting(
      { challenger },
      { credentials: { kind: 'aka', username: 'alice@example.org', usim, realm: 'example.org' } },
    )
    registration.start()
    await reached('registered')
    expect(requests()).toHaveLength(3)
    expect(header(requests()[1]!, 'authorization')).toContain('auts=')
  })

  test('too brief an interval is lengthened', async () => {
    const { registration, reached, requests } = await setting({ minimumExpires: 900 })
    registration.start()
    await reached('registered')
    expect(requests().map((request) => header(request, 'expires'))).toEqual(['600', '900'])
  })

  test('a registrar that is out of service is tried again, not before it says so', async () => {
    let answers = 0
    const { clock, registration, reached, states } = await setting({}, { random: () => 0.5 }, () => {
      answers += 1
      return answers > 1 ? undefined : { status: 503, reason: 'Service Unavailable', headers: [['Retry-After', '100']] }
    })
    registration.start()
    await reached('waiting')
    expect(states.at(-1)).toBe('waiting: 503 Service Unavailable')
    clock.advance(99_000)
    expect(registration.state).toBe('waiting')
    clock.advance(1000)
    await reached('registered')
  })

  test('a lost flow is registered anew (RFC 5626 4.5)', async () => {
    const { clock, registration, reached, states } = await setting()
    registration.start()
    await reached('registered')
    registration.flowLost()
    expect(states.at(-1)).toBe('waiting: the flow is lost')
    clock.advance(60_000)
    await reached('registered', 2)
  })

  test('stopped while an answer is due: the answer is waited for, then the binding is removed', async () => {
    const { registration, requests } = await setting()
    registration.start()
    await registration.stop()
    expect(registration.state).toBe('idle')
    expect(requests().map((request) => header(request, 'expires'))).toEqual(['600', '0'])
  })

  test('a registrar that challenges for ever is given up', async () => {
    const challenger = digest(createManualClock(), { nonceLifetime: -1 })
    const { registration, reached, requests } = await setting({ challenger }, { credentials: password })
    registration.start()
    await reached('refused')
    expect(requests().length).toBeLessThan(8)
  })
})

describe('the table of the user agent', () => {
  test('each arrow cites its clause and leads somewhere', () => {
    for (const arrows of Object.values(registrationTable)) {
      for (const arrow of Object.values(arrows)) {
        expect(arrow.clause).toMatch(/^(?:RFC \d+|TS 24\.229) [\d.]+/)
        expect(Object.keys(registrationTable)).toContain(arrow.next)
      }
    }
  })
  test('refreshes 600 s before the end of a long one, at half of a short one (TS 24.229 5.1.1.4.1)', () => {
    expect([600_000, 1201, 1200, 60].map((granted) => refreshAfter(granted))).toEqual([599_400, 601, 600, 30])
  })
  test('what is granted stands at its own Contact first', () => {
    const answer = (fields: string): SipMessage => readMessage(Buffer.from(`SIP/2.0 200 OK\r\n${fields}\r\n\r\n`))
    const own = '<sip:a@h>'
    expect(grantedSeconds(answer('Contact: <sip:b@h>;expires=1, <sip:a@h>;expires=2\r\nExpires: 3'), own, 4)).toBe(2)
    expect(grantedSeconds(answer('Contact: <sip:b@h>;expires=1\r\nExpires: 3'), own, 4)).toBe(3)
    expect(grantedSeconds(answer('Contact: <sip:b@h>;expires=1'), own, 4)).toBe(4)
  })
})

describe('third-party REGISTER (TS 24.229 5.4.1.7)', () => {
  test('tells an application server of a registration, with both messages of it', async () => {
    const received: SipMessage[] = []
    const server = await element({
      onRequest(transaction) {
        received.push(transaction.request)
        transaction.respond({ status: 200, reason: 'OK', headers: [] })
      },
    })
    const scscf = await element()
    const told: Promise<unknown>[] = []
    const { registration, reached } = await setting(
      {
        onChange({ aor: publicIdentity, register, response, bindings }) {
          const draft = thirdPartyRegister({
            applicationServer: 'sip:mcptt.example.org',
            servingNode: 'sip:scscf.example.org',
            publicIdentity,
            expires: bindings.length === 0 ? 0 : 600,
            register: register?.octets,
            response,
          })
          const sent = {
            ...draft,
            callId: `as-${told.length}`,
            fromTag: 's',
            branch: `z9hG4bK-as-${told.length}`,
            cseq: 1,
          }
          told.push(scscf.stack.request(sent, { transport: 'udp', ...server.stack.local }).final)
        },
      },
      { headers: [['P-Access-Network-Info', '3GPP-E-UTRAN-FDD; utran-cell-id-3gpp=1']] },
    )
    registration.start()
    await reached('registered')
    await registration.stop()
    await Promise.all(told)
    const [on, off] = received.map((request) => readThirdPartyRegister(request))
    expect(on).toMatchObject({ publicIdentity: aor, servingNode: 'sip:scscf.example.org', expires: 600 })
    expect(on?.register?.startLine).toMatchObject({ method: 'REGISTER', requestUri: 'sip:example.org' })
    expect(on?.response?.startLine).toMatchObject({ status: 200 })
    expect(off?.expires).toBe(0)
    expect(header(received[0]!, 'p-access-network-info')).toContain('3GPP-E-UTRAN-FDD')
    expect(received.flatMap(({ diagnostics }) => diagnostics)).toEqual([])
  })

  test('with one body it is message/sip alone; another request is none', () => {
    const register = Buffer.from('REGISTER sip:example.org SIP/2.0\r\n\r\n')
    const { headers: fields, body } = thirdPartyRegister({
      applicationServer: 'sip:as',
      servingNode: 'sip:s',
      publicIdentity: aor,
      expires: 0,
      register,
    })
    expect(fields).toContainEqual(['Content-Type', 'message/sip'])
    expect(body).toBe(register)
    expect(readThirdPartyRegister(readMessage(Buffer.from('OPTIONS sip:a SIP/2.0\r\n\r\n')))).toBeUndefined()
  })
})
