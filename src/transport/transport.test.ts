import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Failure, openTcp, openUdp, type TcpConnection, type TcpListener } from './index.ts'

const address = '127.0.0.1'
const closing: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const until = async (met: () => boolean): Promise<void> => {
  const end = performance.now() + 5000
  while (!met()) {
    if (performance.now() > end) throw new Error('waited 5 s in vain')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

interface Seen {
  readonly octets: string[]
  readonly closed: (Failure | undefined)[]
  readonly failures: Failure[]
  readonly connections: Set<TcpConnection>
}

async function listener(limits = {}): Promise<{ tcp: TcpListener; seen: Seen }> {
  const seen: Seen = { octets: [], closed: [], failures: [], connections: new Set() }
  const tcp = await openTcp({
    address,
    port: 0,
    limits,
    onOctets(connection, octets) {
      seen.connections.add(connection)
      seen.octets.push(Buffer.from(octets).toString())
    },
    onClosed: (_connection, failure) => seen.closed.push(failure),
    onFailure: (failure) => seen.failures.push(failure),
  })
  closing.push(() => tcp.close())
  return { tcp, seen }
}

async function rawServer(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  const bound = server.address()
  return typeof bound === 'object' && bound !== null ? bound.port : 0
}

async function rawClient(port: number): Promise<Socket> {
  const socket = connect(port, address)
  socket.on('error', () => undefined)
  closing.push(() => void socket.destroy())
  await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()))
  return socket
}

const connectionTo = (tcp: TcpListener, port: number): TcpConnection => {
  const connection = tcp.connectionTo({ address, port })
  if ('kind' in connection) throw new Error(connection.text)
  return connection
}

describe('a port that is taken', () => {
  test('TCP names address, port, transport and the repair', async () => {
    const { tcp } = await listener()
    const again = openTcp({
      ...tcp.local,
      onOctets: () => undefined,
      onClosed: () => undefined,
      onFailure: () => undefined,
    })
    await expect(again).rejects.toThrow(
      `Cannot listen on tcp 127.0.0.1 port ${tcp.local.port}: another socket has that port: free it or choose another in the configuration`,
    )
  })
  test('UDP too', async () => {
    const silent = { onDatagram: () => undefined, onFailure: () => undefined }
    const udp = await openUdp({ address, port: 0, ...silent })
    closing.push(() => udp.close())
    await expect(openUdp({ ...udp.local, ...silent })).rejects.toThrow(/udp 127\.0\.0\.1 port \d+: .*free it or choose/)
  })
  test('an address of another machine', async () => {
    const silent = { onDatagram: () => undefined, onFailure: () => undefined }
    await expect(openUdp({ address: '192.0.2.1', port: 0, ...silent })).rejects.toThrow('no address of this machine')
  })
})

describe('UDP', () => {
  test('datagrams both ways, each from where it came', async () => {
    const got: string[] = []
    const failures: Failure[] = []
    const onFailure = (failure: Failure): void => void failures.push(failure)
    const one = await openUdp({ address, port: 0, onFailure, onDatagram: (octets) => got.push(String(octets)) })
    const other = await openUdp({ address, port: 0, onFailure, onDatagram: (octets, from) => other.send(octets, from) })
    closing.push(
      () => one.close(),
      () => other.close(),
    )
    one.send(Buffer.from('to and fro'), other.local)
    await until(() => got.length === 1)
    expect(got).toEqual(['to and fro'])
    expect(failures).toEqual([])
  })

  test('what is sent in one turn arrives in order, however much it is', async () => {
    const got: number[] = []
    const onFailure = (failure: Failure): void => expect.fail(failure.text)
    const one = await openUdp({ address, port: 0, onFailure, onDatagram: (octets) => got.push(Number(String(octets))) })
    const other = await openUdp({ address, port: 0, onFailure, onDatagram: () => undefined })
    closing.push(
      () => one.close(),
      () => other.close(),
    )
    const sent = Array.from({ length: 150 }, (_, index) => index)
    for (const index of sent) other.send(Buffer.from(String(index)), one.local)
    await until(() => got.length === sent.length)
    expect(got).toEqual(sent)
  })

  test('what was sent last leaves before the socket closes', async () => {
    const got: string[] = []
    const onFailure = (failure: Failure): void => expect.fail(failure.text)
    const one = await openUdp({ address, port: 0, onFailure, onDatagram: (octets) => got.push(String(octets)) })
    const other = await openUdp({ address, port: 0, onFailure, onDatagram: () => undefined })
    closing.push(() => one.close())
    other.send(Buffer.from('farewell'), one.local)
    await other.close()
    await until(() => got.length === 1)
    expect(got).toEqual(['farewell'])
  })

  test('what cannot be sent is a failure, not an exception', async () => {
    const failures: Failure[] = []
    const onFailure = (failure: Failure): void => void failures.push(failure)
    const udp = await openUdp({ address, port: 0, onFailure, onDatagram: () => undefined })
    expect(udp.send(Buffer.alloc(70_000), udp.local)).toBe(false)
    expect(udp.send(Buffer.from('x'), { address, port: 70_000 })).toBe(false)
    await udp.close()
    expect(udp.send(Buffer.from('x'), udp.local)).toBe(false)
    expect(failures.map(({ kind }) => kind)).toEqual(['send-failed', 'send-failed', 'send-failed'])
  })
})

describe('TCP', () => {
  test('a connection is used again, whoever opened it', async () => {
    const one = await listener()
    const other = await listener()
    const connection = connectionTo(one.tcp, other.tcp.local.port)
    expect(connectionTo(one.tcp, other.tcp.local.port)).toBe(connection)
    connection.send(Buffer.from('there'))
    await until(() => other.seen.octets.length === 1)
    const [accepted] = other.seen.connections
    expect(connectionTo(other.tcp, connection.local.port)).toBe(accepted)
    accepted!.send(Buffer.from('back'))
    await until(() => one.seen.octets.length === 1)
    expect([one.tcp.count, other.tcp.count]).toEqual([1, 1])
  })

  test('what is written in one turn arrives in order and in one piece', async () => {
    const pieces: string[] = []
    const port = await rawServer((socket) => socket.on('data', (octets) => pieces.push(String(octets))))
    const { tcp } = await listener()
    const connection = connectionTo(tcp, port)
    let sent = 0
    for (const word of ['a', 'b', 'c']) connection.send(Buffer.from(word), () => (sent += 1))
    await until(() => pieces.length > 0)
    for (const word of ['d', 'e', 'f']) connection.send(Buffer.from(word), () => (sent += 1))
    await until(() => pieces.join('').length === 6)
    expect(pieces).toEqual(['abc', 'def'])
    expect(sent).toBe(6)
  })

  test('a refused connection is a failure of what was to be sent', async () => {
    const { tcp, seen } = await listener()
    const port = await rawServer(() => undefined)
    await closing.pop()!()
    const failed: Failure[] = []
    connectionTo(tcp, port).send(Buffer.from('x'), undefined, (failure) => failed.push(failure))
    await until(() => seen.closed.length === 1)
    expect(failed.map(({ kind }) => kind)).toEqual(['connection-refused'])
    expect(seen.closed[0]?.text).toContain(`port ${port}`)
  })

  test('a reset is a failure of the connection', async () => {
    const { tcp, seen } = await listener()
    const client = await rawClient(tcp.local.port)
    client.write('half a mess')
    await until(() => seen.octets.length === 1)
    client.resetAndDestroy()
    await until(() => seen.closed.length === 1)
    expect(seen.closed[0]?.kind).toBe('connection-reset')
    expect(tcp.count).toBe(0)
  })

  test('an orderly close is no failure', async () => {
    const { tcp, seen } = await listener()
    const client = await rawClient(tcp.local.port)
    client.end('bye')
    await until(() => seen.closed.length === 1)
    expect(seen.closed).toEqual([undefined])
  })

  test('connections beyond the limit are refused, in both directions', async () => {
    const { tcp, seen } = await listener({ maxConnections: 2 })
    await rawClient(tcp.local.port)
    await rawClient(tcp.local.port)
    await until(() => tcp.count === 2)
    const third = await rawClient(tcp.local.port)
    await until(() => third.destroyed || third.closed)
    expect(seen.failures.map(({ kind }) => kind)).toEqual(['connection-limit'])
    expect(tcp.connectionTo({ address, port: 9 })).toMatchObject({ kind: 'connection-limit' })
  })

  test('an idle connection is closed', async () => {
    const { tcp, seen } = await listener({ idle: 30 })
    await rawClient(tcp.local.port)
    await until(() => seen.closed.length === 1)
    expect(seen.closed[0]?.kind).toBe('connection-idle')
  })

  test('a peer that does not read is dropped before it costs memory', async () => {
    const port = await rawServer((socket) => socket.pause())
    const { tcp, seen } = await listener({ maxWriteBuffer: 1024 * 1024 })
    const connection = connectionTo(tcp, port)
    const failed: Failure[] = []
    const part = Buffer.alloc(64 * 1024)
    for (let written = 0; written < 1000 && seen.closed.length === 0; written += 1) {
      connection.send(part, undefined, (failure) => failed.push(failure))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => seen.closed.length === 1)
    expect(seen.closed[0]?.kind).toBe('write-buffer-full')
    expect(failed.length).toBeGreaterThan(0)
  })

  test('closing ends all connections, even to a peer that does not answer', async () => {
    const port = await rawServer((socket) => socket.pause())
    const { tcp, seen } = await listener()
    connectionTo(tcp, port).send(Buffer.alloc(8 * 1024 * 1024))
    await rawClient(tcp.local.port)
    await until(() => tcp.count === 2)
    await tcp.close()
    await until(() => seen.closed.length === 2)
    expect(tcp.count).toBe(0)
  })
})
