import { afterEach, describe, expect, test } from 'vitest'
import { header, headers } from '#wire/sip'
import { closeAll, address, answerTo, quiet, tcpClient, tcpPeer, udpPeer, until } from '../element.testing.ts'
import { createManualClock } from '../manual-clock.ts'
import {
  agent,
  answerWith,
  pair,
  requestOf,
  setting,
  statusesOf,
  methodsOf,
  methodOf,
  uriOf,
  written,
  type Behaviour,
} from './agents.testing.ts'

afterEach(closeAll)

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

  test.each([
    { status: '486 Busy Here', fields: [] },
    { status: '200 OK', fields: [] },
    // Answered by the proxy itself.
    { status: '483 Too Many Hops', fields: ['Max-Forwards: 0'] },
  ])('a CANCEL that crosses the $status finds its INVITE, and changes nothing (RFC 3261 9.2)', async (one) => {
    const { alice, bob } = await pair(answerWith(one.status))
    const said = { port: alice.port, branch: 'z9hG4bK-crossing' }
    alice.send(written({ ...said, fields: one.fields }))
    await until(() => statusesOf(alice).includes(Number(one.status.slice(0, 3))))
    alice.send(written({ ...said, method: 'CANCEL' }))
    await until(() => alice.received.some((message) => header(message, 'cseq') === '1 CANCEL'))
    expect(alice.received.find((message) => header(message, 'cseq') === '1 CANCEL')?.startLine).toMatchObject({
      status: 200,
    })
    await quiet()
    expect(methodsOf(bob)).not.toContain('CANCEL')
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
    // A port that UDP has and TCP has not.
    const { port } = await udpPeer(() => undefined)
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
