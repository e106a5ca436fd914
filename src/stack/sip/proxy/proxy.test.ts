import { afterEach, describe, expect, test } from 'vitest'
import { header, headers, readMessage, type SipMessage } from '#wire/sip'
import {
  address,
  answerTo,
  closeAll,
  element,
  type Observed,
  quiet,
  tcpClient,
  tcpPeer,
  udpPeer,
  until,
} from '../element.testing.ts'
import { createManualClock } from '../manual-clock.ts'
import { createRegistrar } from '../registration/registrar.ts'
import type { SipStackOptions } from '../stack.ts'
import { createProxy, type Proxy, type ProxyOptions } from './proxy.ts'

// Agents that are sockets and text, on both sides of a proxy.

afterEach(closeAll)

interface Agent {
  readonly port: number
  readonly received: SipMessage[]
  send(text: string | Uint8Array): void
}

type Behaviour = (message: SipMessage, reply: (octets: Uint8Array) => void) => void

async function agent(proxyPort: () => number, behave: Behaviour = () => undefined): Promise<Agent> {
  const received: SipMessage[] = []
  const { port, socket } = await udpPeer((octets, reply) => {
    const message = readMessage(octets)
    received.push(message)
    behave(message, reply)
  })
  return { port, received, send: (text) => socket.send(text, proxyPort(), address) }
}

interface Setting extends Observed {
  readonly proxy: Proxy
  /** Binds these Contacts, and no other, to bob. */
  bind(...contacts: readonly string[]): void
}

async function setting(options: Partial<SipStackOptions> = {}, more: Partial<ProxyOptions> = {}): Promise<Setting> {
  const observed = await element(options)
  const { stack } = observed
  const registrar = createRegistrar({ clock: stack.clock, domains: ['example.org'], minimumExpires: 1 })
  const exists = (aor: string): boolean => aor !== 'sip:nobody@example.org'
  const proxy = createProxy(stack, { domains: ['example.org'], registrar, exists, ...more })
  const flow = { address, port: 9, transport: 'udp' } as const
  return {
    ...observed,
    proxy,
    bind(...contacts) {
      const expiresAt = stack.clock.now() + 1_000_000
      registrar.bindings.replace(
        'sip:bob@example.org',
        contacts.map((contact, index) => ({
          ...{ contact, parameters: [], preference: 1000, callId: `c${index}`, sequence: 1, path: [], flow },
          ...{ instance: undefined, registrationId: undefined, expiresAt },
        })),
      )
    },
  }
}

interface Written {
  readonly method?: string
  readonly uri?: string
  readonly port: number
  readonly branch?: string
  readonly to?: string
  readonly cseq?: string
  readonly transport?: string
  readonly fields?: readonly string[]
}

let calls = 0
function written(one: Written): string {
  const { method = 'INVITE', uri = 'sip:bob@example.org', port, transport = 'UDP', fields = [] } = one
  calls += 1
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${address}:${port};branch=${one.branch ?? `z9hG4bK-test-${calls}`}`,
    ...(fields.some((field) => field.startsWith('Max-Forwards')) ? [] : ['Max-Forwards: 70']),
    'From: <sip:alice@example.org>;tag=a',
    `To: ${one.to ?? '<sip:bob@example.org>'}`,
    'Call-ID: call',
    `CSeq: ${one.cseq ?? `1 ${method}`}`,
    ...fields,
    'Content-Length: 0',
    '\r\n',
  ]
    .join('\r\n')
    .replace(/\r\n\r\n\r\n$/, '\r\n\r\n')
}

const statusesOf = (one: Agent): number[] =>
  one.received.flatMap(({ startLine }) => (startLine.kind === 'response' ? [startLine.status] : []))
const methodsOf = (one: Agent): string[] =>
  one.received.flatMap(({ startLine }) => (startLine.kind === 'request' ? [startLine.method] : []))
const requestOf = (one: Agent, method: string): SipMessage => {
  const found = one.received.find(({ startLine }) => startLine.kind === 'request' && startLine.method === method)
  if (found === undefined) throw new Error(`no ${method} came, but ${methodsOf(one).join()}`)
  return found
}
const uriOf = ({ startLine }: SipMessage): string => (startLine.kind === 'request' ? startLine.requestUri : '')
const methodOf = ({ startLine }: SipMessage): string => (startLine.kind === 'request' ? startLine.method : '')

/** Two agents and the proxy between them; bob is registered at his socket. */
async function pair(behave: Behaviour, options: Partial<SipStackOptions> = {}, more: Partial<ProxyOptions> = {}) {
  const set = await setting(options, more)
  const port = (): number => set.stack.local.port
  const alice = await agent(port)
  const bob = await agent(port, behave)
  set.bind(`sip:bob@${address}:${bob.port}`)
  return { ...set, alice, bob, port: port() }
}

/** With the Record-Route of the request, as a user agent server does (RFC 3261 12.1.1). */
const answerWith =
  (status: string, methods = ['INVITE']): Behaviour =>
  (message, reply) => {
    if (!methods.includes(methodOf(message))) return
    const records = headers(message, 'record-route').map((value) => `Record-Route: ${value}\r\n`)
    reply(answerTo(message.octets, status, records.join('')))
  }

describe('a call (RFC 3261 16)', () => {
  test('stays on the route both ways', async () => {
    const { alice, bob, port, proxy, troubles } = await pair((message, reply) => {
      if (methodOf(message) === 'INVITE') reply(answerTo(message.octets, '180 Ringing'))
      answerWith('200 OK', ['INVITE', 'BYE'])(message, reply)
    })
    const contact = `sip:bob@${address}:${bob.port}`
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).includes(200))
    expect(statusesOf(alice)).toEqual([180, 200])

    const invite = requestOf(bob, 'INVITE')
    expect(uriOf(invite)).toBe(contact)
    expect(headers(invite, 'via')).toHaveLength(2)
    expect(headers(invite, 'via')[0]).toMatch(new RegExp(`^SIP/2.0/UDP ${address}:${port};rport;branch=z9hG4bK`))
    expect(header(invite, 'max-forwards')).toBe('69')
    const record = `<sip:${address}:${port};transport=udp;lr>`
    expect(headers(invite, 'record-route')).toEqual([record])
    const success = alice.received.at(-1)!
    expect(headers(success, 'via')).toHaveLength(1)
    expect(headers(success, 'record-route')).toEqual([record])

    const inside = {
      port: alice.port,
      uri: contact,
      to: '<sip:bob@example.org>;tag=peer',
      fields: [`Route: ${record}`],
    }
    alice.send(written({ ...inside, method: 'ACK' }))
    await until(() => methodsOf(bob).includes('ACK'))
    expect(headers(requestOf(bob, 'ACK'), 'route')).toEqual([])
    expect(headers(requestOf(bob, 'ACK'), 'via')).toHaveLength(2)
    alice.send(written({ ...inside, method: 'BYE', cseq: '2 BYE' }))
    await until(() => statusesOf(alice).length === 3)
    expect(statusesOf(alice)).toEqual([180, 200, 200])
    expect(headers(requestOf(bob, 'BYE'), 'record-route')).toEqual([])

    bob.send(
      written({
        ...{ port: bob.port, uri: `sip:alice@${address}:${alice.port}`, method: 'INFO', to: '<sip:a@b>;tag=a' },
        fields: [`Route: ${record}`],
      }),
    )
    await until(() => methodsOf(alice).includes('INFO'))
    expect(uriOf(requestOf(alice, 'INFO'))).toBe(`sip:alice@${address}:${alice.port}`)
    expect(proxy.waiting).toBe(1)
    expect(troubles).toEqual([])
  })

  test('every repeated 2xx is passed on, and its ACK each time alike', async () => {
    const { alice, bob, port } = await pair((message, reply) => {
      if (methodOf(message) !== 'INVITE') return
      reply(answerTo(message.octets))
      setTimeout(() => reply(answerTo(message.octets)), 5)
    })
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).length === 2)
    expect(statusesOf(alice)).toEqual([200, 200])
    const uri = `sip:bob@${address}:${bob.port}`
    const fields = [`Route: <sip:${address}:${port};lr>`]
    const ack = written({ port: alice.port, method: 'ACK', uri, to: '<sip:b@c>;tag=peer', fields })
    alice.send(ack)
    alice.send(ack)
    await until(() => methodsOf(bob).filter((method) => method === 'ACK').length === 2)
    const [first, second] = bob.received.filter((message) => methodOf(message) === 'ACK')
    expect(Buffer.compare(first!.octets, second!.octets)).toBe(0)
  })

  test('from UDP to TCP: a Record-Route for each side (RFC 5658)', async () => {
    const set = await setting()
    const alice = await agent(() => set.stack.local.port)
    let came = ''
    const { port } = await tcpPeer((socket) => {
      socket.on('data', (octets) => {
        came += octets.toString()
        if (octets.toString().startsWith('INVITE')) socket.write(answerTo(octets))
      })
    })
    set.bind(`sip:bob@${address}:${port};transport=tcp`)
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).includes(200))
    const own = `${address}:${set.stack.local.port}`
    expect(came).toContain(`Record-Route: <sip:${own};transport=tcp;lr>\r\nRecord-Route: <sip:${own};transport=udp;lr>`)
    // Alice has them the other way round, and both are taken off.
    alice.send(
      written({
        ...{
          port: alice.port,
          method: 'ACK',
          uri: `sip:bob@${address}:${port};transport=tcp`,
          to: '<sip:b@c>;tag=peer',
        },
        fields: [`Route: <sip:${own};transport=udp;lr>, <sip:${own};transport=tcp;lr>`],
      }),
    )
    await until(() => came.includes('ACK sip:bob@'))
    expect(came.slice(came.indexOf('ACK'))).not.toContain('Route:')
  })

  test('from TCP to UDP', async () => {
    const { bob, port } = await pair(answerWith('486 Busy Here'))
    const alice = await tcpClient(port)
    alice.socket.write(written({ port: 5099, transport: 'TCP' }))
    await until(() => alice.text().includes('486 Busy Here'))
    await until(() => methodsOf(bob).includes('ACK'))
    expect(methodsOf(bob)).toEqual(['INVITE', 'ACK'])
  })
})

describe('no call (RFC 3261 16.7)', () => {
  test('busy is passed on, and acknowledged hop by hop', async () => {
    const { alice, bob, proxy } = await pair(answerWith('486 Busy Here'))
    alice.send(written({ port: alice.port, branch: 'z9hG4bK-busy' }))
    await until(() => statusesOf(alice).includes(486))
    expect(header(alice.received.at(-1)!, 'to')).toBe('<sip:bob@example.org>;tag=peer')
    alice.send(
      written({ port: alice.port, method: 'ACK', branch: 'z9hG4bK-busy', to: '<sip:bob@example.org>;tag=peer' }),
    )
    await quiet()
    expect(methodsOf(bob)).toEqual(['INVITE', 'ACK'])
    expect(headers(requestOf(bob, 'ACK'), 'via')).toHaveLength(1)
    expect(proxy.waiting).toBe(0)
  })

  test('CANCEL is answered here and sent on, with the branch of the INVITE passed on', async () => {
    let invite: Uint8Array = Buffer.alloc(0)
    const { alice, bob, proxy } = await pair((message, reply) => {
      if (methodOf(message) === 'INVITE') reply(answerTo((invite = message.octets), '180 Ringing'))
      if (methodOf(message) !== 'CANCEL') return
      reply(answerTo(message.octets))
      reply(answerTo(invite, '487 Request Terminated'))
    })
    alice.send(written({ port: alice.port, branch: 'z9hG4bK-cancelled' }))
    await until(() => statusesOf(alice).includes(180))
    alice.send(written({ port: alice.port, method: 'CANCEL', branch: 'z9hG4bK-cancelled' }))
    await until(() => statusesOf(alice).includes(487))
    expect(statusesOf(alice)).toEqual([180, 200, 487])
    expect(headers(requestOf(bob, 'CANCEL'), 'via')).toEqual([headers(requestOf(bob, 'INVITE'), 'via')[0]])
    await until(() => methodsOf(bob).includes('ACK'))
    expect(proxy.waiting).toBe(0)
  })

  test('a CANCEL for nothing is answered 481', async () => {
    const { alice, bob } = await pair(() => undefined)
    alice.send(written({ port: alice.port, method: 'CANCEL' }))
    await until(() => statusesOf(alice).includes(481))
    expect(bob.received).toEqual([])
  })

  test('silence: 408 to INVITE, nothing to another request (RFC 4320)', async () => {
    const clock = createManualClock()
    const { alice, bob, proxy, stack } = await pair(() => undefined, { clock })
    alice.send(written({ port: alice.port }))
    alice.send(written({ port: alice.port, method: 'MESSAGE' }))
    await until(() => bob.received.length === 2)
    clock.advance(31_000)
    await quiet()
    expect(statusesOf(alice)).toEqual([100])
    expect(proxy.waiting).toBe(2)
    clock.advance(1100)
    await until(() => statusesOf(alice).includes(408))
    await quiet()
    expect(statusesOf(alice)).toEqual([100, 408])
    expect(proxy.waiting).toBe(0)
    clock.advance(100_000)
    expect(stack.count).toMatchObject({ clients: 0, servers: 0 })
  })

  test('what rings beyond Timer C is cancelled, then 408', async () => {
    const clock = createManualClock()
    const { alice, bob } = await pair(answerWith('180 Ringing'), { clock })
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).includes(180))
    clock.advance(184_000)
    await quiet()
    expect(methodsOf(bob)).not.toContain('CANCEL')
    clock.advance(1500)
    await until(() => methodsOf(bob).includes('CANCEL'))
    clock.advance(32_500)
    await until(() => statusesOf(alice).includes(408))
  })

  test('nobody listens where the binding leads: 500', async () => {
    const set = await setting()
    const alice = await agent(() => set.stack.local.port)
    const { port, socket } = await udpPeer(() => undefined)
    expect(socket).toBeDefined()
    // The TCP port of that number is free.
    set.bind(`sip:bob@${address}:${port};transport=tcp`)
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).includes(500))
    expect(set.proxy.waiting).toBe(0)
  })
})

describe('several bindings (RFC 3261 16.7 steps 5 to 10, RFC 5393)', () => {
  async function fork(first: Behaviour, second: Behaviour) {
    const set = await setting()
    const port = (): number => set.stack.local.port
    const [alice, one, other] = [await agent(port), await agent(port, first), await agent(port, second)]
    set.bind(`sip:bob@${address}:${one.port}`, `sip:bob@${address}:${other.port}`)
    return { ...set, alice, one, other }
  }

  test('all ring, one answers, the other is cancelled', async () => {
    const { alice, one, other } = await fork(answerWith('180 Ringing'), (message, reply) => {
      if (methodOf(message) === 'INVITE') setTimeout(() => reply(answerTo(message.octets)), 60)
    })
    alice.send(written({ port: alice.port }))
    await until(() => methodsOf(one).includes('CANCEL'))
    expect(statusesOf(alice)).toEqual([180, 200])
    expect(methodsOf(other)).toEqual(['INVITE'])
    expect(header(requestOf(one, 'INVITE'), 'max-breadth')).toBe('30')
  })

  test.each([
    { first: '486 Busy Here', second: '404 Not Found', best: 486 },
    { first: '500 Server Internal Error', second: '404 Not Found', best: 404 },
    { first: '404 Not Found', second: '603 Decline', best: 603 },
    { first: '486 Busy Here', second: '407 Proxy Authentication Required', best: 407 },
    { first: '302 Moved', second: '486 Busy Here', best: 302 },
  ])('of $first and $second the best is $best', async ({ first, second, best }) => {
    const { alice } = await fork(answerWith(first), (message, reply) => {
      if (methodOf(message) === 'INVITE') setTimeout(() => reply(answerTo(message.octets, second)), 20)
    })
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).length > 0)
    expect(statusesOf(alice)).toEqual([best])
  })

  test('the challenges of all branches go up together', async () => {
    const challenge =
      (realm: string): Behaviour =>
      (message, reply) => {
        if (methodOf(message) !== 'INVITE') return
        reply(answerTo(message.octets, '401 Unauthorized', `WWW-Authenticate: Digest realm="${realm}"\r\n`))
      }
    const { alice } = await fork(challenge('one'), challenge('other'))
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).includes(401))
    const realms = headers(alice.received.at(-1)!, 'www-authenticate')
    expect(realms.toSorted()).toEqual(['Digest realm="one"', 'Digest realm="other"'])
  })

  test('no more branches than Max-Breadth', async () => {
    const { alice, one, other } = await fork(answerWith('200 OK'), answerWith('200 OK'))
    alice.send(written({ port: alice.port, fields: ['Max-Breadth: 1'] }))
    await until(() => statusesOf(alice).length > 0)
    expect(statusesOf(alice)).toEqual([440])
    expect([...one.received, ...other.received]).toEqual([])
  })
})

describe('what is not passed on (RFC 3261 16.3, 16.5)', () => {
  test.each([
    { fields: ['Max-Forwards: 0'], status: 483 },
    { fields: ['Max-Forwards: many'], status: 400 },
    { fields: ['Proxy-Require: teleport'], status: 420 },
    { uri: 'mailto:bob@example.org', status: 416 },
    { uri: 'sip:nobody@example.org', status: 404 },
    { uri: 'sip:carol@example.org', status: 480 },
    { uri: 'sip:bob@elsewhere.example', status: 403 },
  ])('$uri $fields: $status', async ({ uri, fields, status }) => {
    const { alice, bob } = await pair(answerWith('200 OK'))
    alice.send(written({ port: alice.port, ...(uri && { uri }), ...(fields && { fields }) }))
    await until(() => statusesOf(alice).length > 0)
    expect(statusesOf(alice)).toEqual([status])
    expect(bob.received).toEqual([])
  })

  test('a binding that is gone: 480', async () => {
    const { alice, bind } = await pair(answerWith('486 Busy Here'))
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).includes(486))
    bind()
    alice.send(written({ port: alice.port, cseq: '2 INVITE' }))
    await until(() => statusesOf(alice).includes(480))
    expect(statusesOf(alice)).toEqual([486, 480])
  })

  test('what has passed here unchanged is a loop: 482', async () => {
    const { alice, bob } = await pair(() => undefined)
    const text = written({ port: alice.port })
    alice.send(text)
    await until(() => bob.received.length > 0)
    const ours = headers(requestOf(bob, 'INVITE'), 'via')[0]
    alice.send(text.replace('-test-', '-back-').replace('Max-Forwards', `Via: ${ours}\r\nMax-Forwards`))
    await until(() => statusesOf(alice).includes(482))
    // With another Request-URI it would be a spiral, and go on.
    bob.send(
      text
        .replace('-test-', '-spiral-')
        .replace('INVITE sip:bob@', 'INVITE sip:carol@')
        .replace('Max-Forwards', `Via: ${ours}\r\nMax-Forwards`),
    )
    await until(() => statusesOf(alice).includes(480))
  })

  test('no more waiting requests than the limit: 503', async () => {
    const { alice, bob } = await pair(() => undefined, {}, { mostContexts: 1 })
    alice.send(written({ port: alice.port }))
    await until(() => bob.received.length > 0)
    alice.send(written({ port: alice.port, cseq: '2 INVITE' }))
    await until(() => statusesOf(alice).includes(503))
    expect(methodsOf(bob)).toEqual(['INVITE'])
  })
})

describe('routes (RFC 3261 16.4, 16.6)', () => {
  test('a strict router before: its Request-URI is our Record-Route', async () => {
    const { alice, bob, port } = await pair(answerWith('200 OK', ['BYE']))
    alice.send(
      written({
        ...{ port: alice.port, method: 'BYE', uri: `sip:${address}:${port};lr`, to: '<sip:b@c>;tag=peer' },
        fields: [`Route: <sip:bob@${address}:${bob.port}>`],
      }),
    )
    await until(() => statusesOf(alice).includes(200))
    expect(uriOf(requestOf(bob, 'BYE'))).toBe(`sip:bob@${address}:${bob.port}`)
    expect(headers(requestOf(bob, 'BYE'), 'route')).toEqual([])
  })

  test('a strict router behind has itself as Request-URI, and the target as last route', async () => {
    const { alice, bob, port } = await pair(answerWith('200 OK', ['BYE']))
    alice.send(
      written({
        ...{ port: alice.port, method: 'BYE', uri: 'sip:carol@192.0.2.1', to: '<sip:b@c>;tag=peer' },
        fields: [`Route: <sip:${address}:${port};lr>, <sip:${address}:${bob.port}>`],
      }),
    )
    await until(() => statusesOf(alice).includes(200))
    expect(uriOf(requestOf(bob, 'BYE'))).toBe(`sip:${address}:${bob.port}`)
    expect(headers(requestOf(bob, 'BYE'), 'route')).toEqual(['<sip:carol@192.0.2.1>'])
  })

  test('a loose router behind has its route, and the Request-URI stays', async () => {
    const { alice, bob, port } = await pair(answerWith('200 OK', ['BYE']))
    const next = `<sip:${address}:${bob.port};lr>`
    alice.send(
      written({
        ...{ port: alice.port, method: 'BYE', uri: 'sip:carol@192.0.2.1', to: '<sip:b@c>;tag=peer' },
        fields: [`Route: <sip:${address}:${port};lr>`, `Route: ${next}`],
      }),
    )
    await until(() => statusesOf(alice).includes(200))
    expect(uriOf(requestOf(bob, 'BYE'))).toBe('sip:carol@192.0.2.1')
    expect(headers(requestOf(bob, 'BYE'), 'route')).toEqual([next])
  })

  test('a REGISTER for our domain is for the registrar', async () => {
    const { alice, bob } = await pair(answerWith('200 OK'))
    alice.send(
      written({
        ...{ port: alice.port, method: 'REGISTER', uri: 'sip:example.org', to: '<sip:alice@example.org>' },
        fields: [`Contact: <sip:alice@${address}:${alice.port}>`],
      }),
    )
    await until(() => statusesOf(alice).includes(200))
    bob.send(written({ port: bob.port, uri: 'sip:alice@example.org' }))
    await until(() => methodsOf(alice).includes('INVITE'))
    expect(uriOf(requestOf(alice, 'INVITE'))).toBe(`sip:alice@${address}:${alice.port}`)
  })
})
