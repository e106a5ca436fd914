import { createSocket } from 'node:dgram'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { header } from '#wire/sip'
import { createAuthority, type TestAuthority } from '../../transport/certificates.testing.ts'
import { address, closeAll, element, message, tcpClient, tcpPeer, udpPeer } from './element.testing.ts'

let authority: TestAuthority
beforeAll(() => {
  authority = createAuthority()
})
afterAll(() => authority.close())
afterEach(closeAll)

const until = async (met: () => boolean): Promise<void> => {
  const end = performance.now() + 5000
  while (!met()) {
    if (performance.now() > end) throw new Error('waited 5 s in vain')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

describe('TLS', () => {
  test('a request and its answer on one connection, each Via that of the TLS port', async () => {
    const tls = { port: 0, identity: authority.issue(['URI:sip:example.org', `IP:${address}`]) }
    const [one, other] = [await element({ tls }), await element({ tls })]
    const target = { transport: 'tls', ...other.stack.secure!, name: 'example.org' } as const
    const outcome = await one.stack.request(message(), target).final
    expect(outcome).toMatchObject({ kind: 'response', message: { startLine: { status: 200 } } })
    const [received] = other.traces
    expect(received?.transport).toBe('tls')
    expect(header(received!.message, 'via')).toMatch(`SIP/2.0/TLS ${address}:${one.stack.secure!.port};`)
    expect([...one.troubles, ...other.troubles]).toEqual([])
  })

  test('a wrong certificate is the outcome of the request, and says why', async () => {
    const tls = { port: 0, identity: authority.issue([`IP:${address}`]) }
    const [one, other] = [await element({ tls }), await element({ tls })]
    const target = { transport: 'tls', ...other.stack.secure!, name: 'elsewhere.example' } as const
    const outcome = await one.stack.request(message(), target).final
    expect(outcome).toMatchObject({
      kind: 'transport-error',
      text: expect.stringContaining('expected a certificate of elsewhere.example (RFC 5922 7.3)'),
    })
    expect(one.troubles.map(({ kind }) => kind)).toEqual(['certificate-refused'])
  })

  test('without TLS of its own, an element says so', async () => {
    const one = await element()
    const outcome = await one.stack.request(message(), { transport: 'tls', address, port: 5061 }).final
    expect(outcome).toMatchObject({ text: expect.stringContaining('this element has no TLS') })
  })
})

describe('IPv6', () => {
  test.each(['udp', 'tcp', 'tls'] as const)('%s: sent-by in brackets, the answer finds back', async (transport) => {
    const tls = { port: 0, identity: authority.issue(['IP:::1']) }
    const options = { address: '::1', tls }
    const [one, other] = [await element(options), await element(options)]
    const { port } = transport === 'tls' ? other.stack.secure! : other.stack.local
    const outcome = await one.stack.request(message(), { transport, address: '::1', port }).final
    expect(outcome).toMatchObject({ kind: 'response', message: { startLine: { status: 200 } } })
    expect(header(other.traces[0]!.message, 'via')).toMatch(/^SIP\/2\.0\/(?:UDP|TCP|TLS) \[::1\]:\d+;/)
    expect(other.traces[0]!.message.diagnostics).toEqual([])
  })
})

describe('a request too large for UDP (RFC 3261 18.1.1)', () => {
  const large = (): ReturnType<typeof message> => message({ body: Buffer.alloc(1400, 'x') })

  test('goes by TCP where the limit is set, and by UDP where it is not', async () => {
    const other = await element()
    for (const [largestDatagram, transport] of [
      [1300, 'tcp'],
      [undefined, 'udp'],
    ] as const) {
      const one = await element({ largestDatagram })
      const outcome = await one.stack.request(large(), { transport: 'udp', ...other.stack.local }).final
      expect(outcome.kind).toBe('response')
      const [received] = other.traces.filter(({ direction }) => direction === 'received').slice(-1)
      expect(received?.transport).toBe(transport)
      expect(header(received!.message, 'via')).toContain(transport.toUpperCase())
    }
  })

  test('goes by UDP after all to a peer without TCP', async () => {
    const one = await element({ largestDatagram: 1300 })
    const vias: string[] = []
    const peer = await udpPeer((octets, reply) => {
      const [via = ''] = /^Via:.*$/m.exec(octets.toString()) ?? []
      vias.push(via)
      const copied = octets
        .toString()
        .split('\r\n')
        .filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line))
      reply(Buffer.from(`SIP/2.0 202 Accepted\r\n${copied.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`))
    })
    const outcome = await one.stack.request(large(), { transport: 'udp', address, port: peer.port }).final
    expect(outcome).toMatchObject({ kind: 'response', message: { startLine: { status: 202 } } })
    expect(vias).toEqual([expect.stringContaining('SIP/2.0/UDP')])
  })
})

describe('keep-alives (RFC 5626 4.4)', () => {
  test('a double CRLF at every interval, answered: the flow lives, and requests use it', async () => {
    const [one, other] = [await element(), await element()]
    const target = { transport: 'tcp', ...other.stack.local } as const
    const lost: string[] = []
    const keeping = one.stack.keepAlive(target, { interval: 5, pongTimeout: 2000, onLost: (text) => lost.push(text) })
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect((await one.stack.request(message(), target).final).kind).toBe('response')
    keeping.stop()
    expect(lost).toEqual([])
    expect(new Set(other.traces.map(({ remote }) => remote.port)).size).toBe(1)
  })

  test('silence is the end of the flow, told once', async () => {
    const pings: string[] = []
    const peer = await tcpPeer((socket) => socket.on('data', (octets) => pings.push(octets.toString())))
    const one = await element()
    const lost: string[] = []
    const target = { transport: 'tcp', address, port: peer.port } as const
    one.stack.keepAlive(target, { interval: 1000, pongTimeout: 40, onLost: (text) => lost.push(text) })
    await until(() => lost.length > 0)
    expect(pings).toEqual(['\r\n\r\n'])
    expect(lost[0]).toContain('no octet came within 40 ms of a keep-alive (RFC 5626 4.4.1)')
    await until(() => one.troubles.length > 0)
    expect(one.troubles.map(({ kind }) => kind)).toEqual(['keep-alive-lost'])
    expect(lost).toHaveLength(1)
  })

  test('a peer that closes, and one that is not there, end the flow too', async () => {
    const peer = await tcpPeer((socket) => socket.once('data', () => socket.end('\r\n')))
    const one = await element()
    const lost: string[] = []
    const keep = (port: number): { stop(): void } =>
      one.stack.keepAlive({ transport: 'tcp', address, port }, { interval: 1000, onLost: (text) => lost.push(text) })
    keep(peer.port)
    await until(() => lost.length === 1)
    expect(lost[0]).toBe('the peer closed the connection')
    keep(1)
    await until(() => lost.length === 2)
    expect(lost[1]).toContain('port 1')
  })

  test('datagrams hold a way open and are no messages', async () => {
    const got: string[] = []
    const socket = createSocket('udp4').on('message', (octets) => got.push(octets.toString()))
    await new Promise<void>((resolve) => socket.bind(0, address, resolve))
    const one = await element()
    const keeping = one.stack.keepAlive(
      { transport: 'udp', address, port: socket.address().port },
      { interval: 5, onLost: () => undefined },
    )
    await until(() => got.length >= 3)
    keeping.stop()
    socket.close()
    expect(new Set(got)).toEqual(new Set(['\r\n\r\n']))
  })

  test('as a server: a double CRLF is answered with one, between messages', async () => {
    const one = await element()
    const client = await tcpClient(one.stack.local.port)
    client.socket.write('\r\n\r\n')
    await until(() => client.text() === '\r\n')
    expect(one.troubles).toEqual([])
  })
})
