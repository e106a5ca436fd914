import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import {
  closeAll,
  element,
  message,
  quiet,
  rawRequest,
  tcpClient,
  tcpPeer,
  udpPeer,
  until,
  address,
} from './element.testing.ts'

afterEach(closeAll)

type Element = Awaited<ReturnType<typeof element>>

/** Sanity around anything hostile: a plain request is answered over both transports. */
async function isAlive(hostility: Element): Promise<void> {
  const client = await element()
  for (const transport of ['udp', 'tcp'] as const) {
    const outcome = await client.stack.request(message(), { ...hostility.stack.local, transport }).final
    expect(outcome.kind).toBe('response')
  }
}

describe('over TCP', () => {
  test('endless header fields', async () => {
    const server = await element()
    const { socket } = await tcpClient(server.stack.local.port)
    socket.write('MESSAGE sip:a@b SIP/2.0\r\n')
    const lines = Buffer.from('X-Endless: and on and on\r\n'.repeat(1000))
    for (let sent = 0; sent < 1000 && !socket.destroyed; sent += 1) {
      socket.write(lines)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => socket.closed)
    expect(server.troubles.map(({ kind }) => kind)).toEqual(['too-large'])
    expect(server.troubles[0]!.octets!.length).toBe(4096)
    await isAlive(server)
  })

  test.each(['announced', 'not announced'])('a body of 64 MB, %s, costs no memory', async (how) => {
    const server = await element()
    const { socket } = await tcpClient(server.stack.local.port)
    const part = Buffer.alloc(256 * 1024, 'x')
    const before = process.memoryUsage().rss
    socket.write(rawRequest(how === 'announced' ? ['Content-Length: 67108864'] : ['Content-Length: 0']))
    let most = before
    for (let sent = 0; sent < 256 && !socket.destroyed; sent += 1) {
      if (!socket.write(part))
        await Promise.race([new Promise((r) => socket.once('drain', r)), new Promise((r) => socket.once('close', r))])
      most = Math.max(most, process.memoryUsage().rss)
    }
    await until(() => socket.closed)
    expect(server.troubles.map(({ kind }) => kind)).toEqual(['too-large'])
    expect(most - before).toBeLessThan(40 * 1024 * 1024)
    await isAlive(server)
  })

  test('an answer with a body of 64 MB fails its request', async () => {
    const { port } = await tcpPeer((socket) => {
      socket.on('data', () => socket.write('SIP/2.0 200 OK\r\nContent-Length: 67108864\r\n\r\nxxxx'))
    })
    const client = await element()
    const outcome = await client.stack.request(message(), { address, port, transport: 'tcp' }).final
    expect(outcome).toMatchObject({ kind: 'transport-error', text: expect.stringContaining('67108864') })
    expect(client.troubles.map(({ kind }) => kind)).toEqual(['too-large'])
  })

  test('an octet at a time is one request', async () => {
    const server = await element()
    const { socket, text } = await tcpClient(server.stack.local.port)
    socket.setNoDelay(true)
    for (const octet of Buffer.from(rawRequest())) {
      socket.write(Buffer.of(octet))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => text().includes('200 OK'))
    expect(server.traces.length).toBe(2)
  })

  test('a reset at any octet leaves the others unharmed', async () => {
    const server = await element()
    const request = rawRequest(['Content-Type: text/plain', 'Content-Length: 5']) + 'hello'
    for (let cut = 0; cut <= request.length; cut += 7) {
      const { socket } = await tcpClient(server.stack.local.port)
      socket.write(request.slice(0, cut), () => socket.resetAndDestroy())
    }
    await quiet()
    await isAlive(server)
    expect(server.troubles.every(({ kind }) => kind === 'connection-reset' || kind === 'send-failed')).toBe(true)
  })

  test('a flood of keep-alives that are never read', async () => {
    const server = await element()
    const { socket } = await tcpClient(server.stack.local.port)
    socket.pause()
    for (let sent = 0; sent < 50; sent += 1) socket.write('\r\n\r\n'.repeat(10_000))
    await quiet()
    await isAlive(server)
  })

  test('connections beyond the cap are refused while the others work', async () => {
    const server = await element({ limits: { maxConnections: 3 } })
    for (let opened = 0; opened < 6; opened += 1) await tcpClient(server.stack.local.port)
    await until(() => server.troubles.length === 3)
    expect(server.troubles.every(({ kind }) => kind === 'connection-limit')).toBe(true)
  })
})

test('datagrams of any octets', async () => {
  const server = await element({ rejectMalformed: true })
  const { socket } = await udpPeer(() => undefined)
  const spoilt = fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 10 }).map((changes) => {
    const octets = Buffer.from(rawRequest())
    for (const [at, octet] of changes) octets[at % octets.length] = octet
    return octets
  })
  const samples = fc.sample(fc.oneof(fc.uint8Array({ minLength: 5, maxLength: 500 }), spoilt), {
    numRuns: 500,
    seed: 1,
  })
  for (const octets of samples) {
    await new Promise((resolve) => socket.send(octets, server.stack.local.port, address, resolve))
  }
  await until(
    () => server.troubles.length + server.traces.filter(({ direction }) => direction === 'received').length >= 500,
  )
  await isAlive(server)
})

test('a burst of requests over each transport: every one is answered', async () => {
  const server = await element()
  const client = await element()
  for (const transport of ['udp', 'tcp'] as const) {
    const target = { ...server.stack.local, transport }
    const outcomes = await Promise.all(Array.from({ length: 500 }, () => client.stack.request(message(), target).final))
    expect(outcomes.filter(({ kind }) => kind === 'response').length).toBe(500)
  }
})
