import { createAuthority, type TestAuthority } from '../../src/transport/certificates.testing.ts'
import type { Endpoint, TlsIdentity, TransportName } from '#transport'
import {
  createDigestClient,
  createRegistration,
  type Registration,
  type RegistrationOptions,
  type SipStackOptions,
  type UserCredentials,
} from '#stack/sip'
import { header, headers } from '#wire/sip'
import { answerCalls, call, userAgent } from './call.ts'
import { type InteroperabilityCheck, withClosing } from './check.ts'
import {
  address,
  contactOf,
  draft,
  element,
  expectThat,
  idleClock,
  type OwnElement,
  statusOf,
  until,
  word,
} from './elements.ts'
import { closedDomain, type KamailioOptions, openDomain, startKamailio } from './kamailio.ts'

interface Scene {
  readonly authority: TestAuthority
  /** Of all elements of ours. */
  readonly identity: TlsIdentity
  /** An element of ours with TLS, closed with the scene. */
  readonly open: (options?: Partial<SipStackOptions>) => Promise<OwnElement>
  readonly target: (transport: TransportName) => Endpoint
}

const password: UserCredentials = { kind: 'password', username: 'alice', password: 'password' }

/** Kamailio and elements of ours, with certificates of one authority made for the occasion. */
const scene = <T>(options: Omit<KamailioOptions, 'identity'>, work: (scene: Scene) => Promise<T>): Promise<T> =>
  withClosing(async (closeLater) => {
    const authority = createAuthority()
    closeLater(() => Promise.resolve(authority.close()))
    const identity = authority.issue([`IP:${address}`, `URI:sip:${openDomain}`])
    const kamailio = await startKamailio({ ...options, identity })
    closeLater(() => kamailio.program.stop())
    return work({
      authority,
      identity,
      async open(changes) {
        const opened = await element({ tls: { port: 0, identity }, ...changes })
        closeLater(() => opened.close())
        return opened
      },
      target: (transport) => ({
        ...{ transport, address, port: transport === 'tls' ? kamailio.tlsPort : kamailio.port },
        ...(transport === 'tls' && { name: openDomain }),
      }),
    })
  })

/** Registers a user and waits until that is done, or refused. */
async function register(
  stack: OwnElement,
  target: Endpoint,
  user: string,
  domain: string,
  more: Partial<RegistrationOptions> = {},
): Promise<{ registration: Registration; states: string[] }> {
  const states: string[] = []
  const registration = createRegistration({
    ...{ stack, clock: idleClock, random: Math.random, target, expires: 600 },
    ...{ registrar: `sip:${domain}`, aor: `sip:${user}@${domain}` },
    contact: `<${contactOf(user, stack, target.transport)}>`,
    onState: (state, reason) => states.push(`${state} ${reason ?? ''}`.trim()),
    ...more,
  })
  registration.start()
  await until(() => states.some((one) => /^(?:registered|refused|waiting)/.test(one)), 'an answer to REGISTER')
  return { registration, states }
}

const transports = ['udp', 'tcp', 'tls'] as const

const registrar = (transport: TransportName): InteroperabilityCheck => ({
  name: `registrar by ${transport}: bound, asked for, removed`,
  program: 'kamailio',
  run: () =>
    scene({}, async ({ open, target }) => {
      const stack = await open()
      const { registration, states } = await register(stack, target(transport), 'alice', openDomain)
      expectThat(registration.contacts.length === 1, 'one contact bound', states)
      const query = async (): Promise<number> => {
        const aor = `sip:alice@${openDomain}`
        const asking = draft('REGISTER', aor, aor, { requestUri: `sip:${openDomain}` })
        const outcome = await stack.request(asking, target(transport)).final
        return outcome.kind === 'response' ? headers(outcome.message, 'contact').length : -1
      }
      expectThat((await query()) === 1, 'one contact told', await query())
      await registration.stop()
      expectThat((await query()) === 0, 'no contact after removal', await query())
      expectThat(stack.troubles.length === 0, 'no trouble', stack.troubles)
      return states.join(', ')
    }),
})

const digest = (algorithm: 'MD5' | 'SHA-256'): InteroperabilityCheck => ({
  name: `registrar with Digest ${algorithm}: right and wrong password, a nonce that becomes stale`,
  program: 'kamailio',
  run: () =>
    scene({ algorithm, nonceSeconds: 1 }, async ({ open, target }) => {
      const challenges: string[] = []
      const stack = await open({
        onTrace({ direction, message }) {
          const challenge = header(message, 'www-authenticate')
          if (direction === 'received' && challenge !== undefined) challenges.push(challenge)
        },
      })
      const { registration, states } = await register(stack, target('udp'), 'alice', closedDomain, {
        credentials: password,
        expires: 60,
      })
      expectThat(registration.state === 'registered', 'registered', states)
      // Longer than a nonce is good for.
      await new Promise((resolve) => setTimeout(resolve, 2200))
      await registration.stop()
      expectThat(states.at(-1)?.includes('200') === true, 'removal accepted after a stale nonce', states)
      expectThat(challenges.length === 2, 'two challenges, the second for the stale nonce', challenges)
      expectThat(
        challenges.every((one) => one.includes(`algorithm=${algorithm}`)),
        `algorithm ${algorithm}`,
        challenges,
      )
      const wrong = await register(await open(), target('udp'), 'alice', closedDomain, {
        credentials: { ...password, password: 'guessed' },
      })
      expectThat(wrong.registration.state === 'refused', 'refused', wrong.states)
      return `${states.at(-1)}; ${wrong.states.at(-1)}`
    }),
})

const proxied = (transport: TransportName): InteroperabilityCheck => ({
  name: `call through the proxy by ${transport}, with its Record-Route`,
  program: 'kamailio',
  run: () =>
    scene({}, async ({ open, target }) => {
      const [alice, bob] = [await open(), await open()]
      await register(bob, target(transport), 'bob', openDomain)
      const answering = answerCalls(userAgent(bob, 'bob', openDomain, transport), 'when told')
      const made = await call(userAgent(alice, 'alice', openDomain, transport), {
        to: `sip:bob@${openDomain}`,
        target: target(transport),
        onRinging: answering.answer,
      })
      expectThat(made.answers.at(-1) === '200 OK' && made.rang, '180 and 200', made.answers)
      await until(() => answering.calls.acknowledged === 1, 'the ACK to come through')
      const ended = await made.bye()
      expectThat(ended === '200 OK' && answering.calls.ended === 1, 'the BYE to come through', ended)
      const troubles = [...alice.troubles, ...bob.troubles]
      expectThat(troubles.length === 0, 'no trouble', troubles)
      return '180, 200, ACK, BYE, 200'
    }),
})

const cancelled: InteroperabilityCheck = {
  name: 'a call cancelled while it rings',
  program: 'kamailio',
  run: () =>
    scene({}, async ({ open, target }) => {
      const [alice, bob] = [await open(), await open()]
      await register(bob, target('udp'), 'bob', openDomain)
      const answering = answerCalls(userAgent(bob, 'bob', openDomain, 'udp'), 'when told')
      const made = await call(userAgent(alice, 'alice', openDomain, 'udp'), {
        to: `sip:bob@${openDomain}`,
        target: target('udp'),
        cancelWhenRinging: true,
      })
      expectThat(made.answers.at(-1)?.startsWith('487') === true, '487', made.answers)
      expectThat(answering.calls.cancelled === 1, 'one CANCEL to come through', answering.calls)
      return `${made.answers.at(-1)}`
    }),
}

const redirected: InteroperabilityCheck = {
  name: 'redirect server: 302 with a Contact, followed',
  program: 'kamailio',
  run: () =>
    scene({}, async ({ open, target }) => {
      const [alice, bob] = [await open(), await open()]
      await register(bob, target('udp'), 'moved-bob', openDomain)
      const answering = answerCalls(userAgent(bob, 'moved-bob', openDomain, 'udp'))
      const made = await call(userAgent(alice, 'alice', openDomain, 'udp'), {
        to: `sip:moved-bob@${openDomain}`,
        target: target('udp'),
      })
      expectThat(made.answers.join() === '302 Moved Temporarily,200 OK', '302, then 200', made.answers)
      await until(() => answering.calls.acknowledged === 1, 'the ACK at the new place')
      expectThat((await made.bye()) === '200 OK', '200 to BYE', answering.calls)
      return made.answers.join(', ')
    }),
}

const challengedByProxy: InteroperabilityCheck = {
  name: 'proxy that challenges a call: 407, answered',
  program: 'kamailio',
  run: () =>
    scene({}, async ({ open, target }) => {
      const [alice, bob] = [await open(), await open()]
      await register(bob, target('tcp'), 'bob', closedDomain, { credentials: { ...password, username: 'bob' } })
      const answering = answerCalls(userAgent(bob, 'bob', closedDomain, 'tcp'))
      const made = await call(userAgent(alice, 'alice', closedDomain, 'tcp'), {
        to: `sip:bob@${closedDomain}`,
        target: target('tcp'),
        digest: createDigestClient({ credentials: password, makeCnonce: word }),
      })
      expectThat(
        made.answers[0]?.startsWith('407') === true && made.answers[1] === '200 OK',
        '407, then 200',
        made.answers,
      )
      await until(() => answering.calls.acknowledged === 1, 'the ACK to come through')
      expectThat((await made.bye()) === '200 OK', '200 to BYE', made.answers)
      return made.answers.join(', ')
    }),
}

const path: InteroperabilityCheck = {
  name: 'Path comes back in the 200, and is the way of requests to the user (RFC 3327)',
  program: 'kamailio',
  run: () =>
    scene({}, async ({ open, target }) => {
      const [edge, bob] = [await open(), await open()]
      const route = `<sip:${address}:${edge.local.port};lr>`
      const aor = `sip:bob@${openDomain}`
      const registering = draft('REGISTER', aor, aor, {
        requestUri: `sip:${openDomain}`,
        headers: [
          ['Contact', `<${contactOf('bob', bob, 'udp')}>;expires=600`],
          ['Path', route],
          ['Supported', 'path'],
        ],
      })
      const bound = await bob.request(registering, target('udp')).final
      expectThat(
        bound.kind === 'response' && header(bound.message, 'path') === route,
        `Path: ${route}`,
        statusOf(bound),
      )
      const routes: string[] = []
      edge.attach({
        onRequest(transaction) {
          routes.push(...headers(transaction.request, 'route'))
          transaction.respond({ status: 200, reason: 'OK', headers: [] })
          return true
        },
      })
      const sent = await bob.request(draft('MESSAGE', `sip:alice@${openDomain}`, aor), target('udp')).final
      expectThat(statusOf(sent) === '200 OK' && routes[0] === route, `Route: ${route} at the edge`, routes)
      return `Route: ${routes[0]}`
    }),
}

const keptAlive: InteroperabilityCheck = {
  name: 'CRLF keep-alives on TCP and TLS, answered (RFC 5626)',
  program: 'kamailio',
  run: () =>
    scene({}, async ({ open, target }) => {
      const stack = await open()
      const lost: string[] = []
      for (const transport of ['tcp', 'tls'] as const) {
        const keeping = { interval: 100, pongTimeout: 1000, onLost: (text: string) => void lost.push(text) }
        const kept = stack.keepAlive(target(transport), keeping)
        await new Promise((resolve) => setTimeout(resolve, 1500))
        const asked = await stack.request(draft('OPTIONS', 'sip:a@open.test', `sip:${openDomain}`), target(transport))
          .final
        expectThat(statusOf(asked) === '200 OK', '200 to OPTIONS on the same flow', statusOf(asked))
        kept.stop()
      }
      expectThat(lost.length === 0, 'no flow lost', lost)
      return '15 keep-alives each'
    }),
}

const large: InteroperabilityCheck = {
  name: 'a request over 1300 octets for UDP goes by TCP (RFC 3261 18.1.1)',
  program: 'kamailio',
  run: () =>
    scene({}, async ({ open, target }) => {
      const seen: string[] = []
      const alice = await open({
        largestDatagram: 1300,
        onTrace: ({ direction, transport }) => seen.push(`${direction} ${transport}`),
      })
      const asking = draft('OPTIONS', 'sip:a@open.test', `sip:${openDomain}`, {
        body: Buffer.alloc(1400, 'x'),
        headers: [['Content-Type', 'text/plain']],
      })
      const outcome = await alice.request(asking, target('udp')).final
      expectThat(statusOf(outcome) === '200 OK', '200', statusOf(outcome))
      expectThat(seen.join() === 'sent tcp,received tcp', 'both by TCP', seen)
      return seen.join(', ')
    }),
}

const certificates: InteroperabilityCheck = {
  name: 'TLS: certificates that are refused, by us and by them',
  program: 'kamailio',
  run: () =>
    scene({}, async ({ open, target, authority }) => {
      const stranger = createAuthority('A stranger')
      try {
        const ask = async (identity: TlsIdentity | undefined, name: string): Promise<string> => {
          const stack = await open(identity && { tls: { port: 0, identity } })
          const asking = draft('OPTIONS', 'sip:a@open.test', `sip:${openDomain}`)
          return statusOf(await stack.request(asking, { ...target('tls'), name }).final)
        }
        const theirs = stranger.issue([`IP:${address}`])
        const distrusted = await ask(theirs, openDomain)
        expectThat(distrusted.includes('authority that is trusted'), 'an authority we do not trust', distrusted)
        const refused = await ask({ ...theirs, authorities: [authority.certificate] }, openDomain)
        expectThat(/handshake|closed|reset/.test(refused), 'our certificate refused by them', refused)
        const elsewhere = await ask(undefined, 'elsewhere.test')
        expectThat(elsewhere.includes('elsewhere.test (RFC 5922 7.3)'), 'a certificate of another domain', elsewhere)
        const good = await ask(undefined, openDomain)
        expectThat(good === '200 OK', '200 with the right ones', good)
        return `by them: ${refused.split(': ').slice(1).join(': ')}`
      } finally {
        stranger.close()
      }
    }),
}

const oneVersion: InteroperabilityCheck = {
  name: 'TLS 1.2 alone, and TLS 1.3 alone',
  program: 'kamailio',
  run: () =>
    scene({}, async ({ open, target, identity }) => {
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
        const stack = await open({ tls: { port: 0, identity, versions: { lowest: version, highest: version } } })
        const asked = await stack.request(draft('OPTIONS', 'sip:a@open.test', `sip:${openDomain}`), target('tls')).final
        expectThat(statusOf(asked) === '200 OK', `200 by ${version}`, statusOf(asked))
      }
      return '200 OK by either'
    }),
}

export const kamailioChecks: readonly InteroperabilityCheck[] = [
  ...transports.map((transport) => registrar(transport)),
  digest('MD5'),
  digest('SHA-256'),
  ...transports.map((transport) => proxied(transport)),
  cancelled,
  redirected,
  challengedByProxy,
  path,
  keptAlive,
  large,
  certificates,
  oneVersion,
]
