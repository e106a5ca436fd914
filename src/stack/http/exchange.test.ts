import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { HttpRequest, HttpResponse } from '#wire/http'
import { ask, openHttpServer, type HttpExchange } from './index.ts'

const get: HttpRequest = {
  kind: 'request',
  method: 'GET',
  target: '/users/sip:alice@partner.example/%3Cx%3E',
  headers: [['Authorization', 'Bearer abc']],
  body: Buffer.alloc(0),
}
const found: HttpResponse = {
  kind: 'response',
  status: 200,
  reason: 'OK',
  headers: [['Content-Type', 'text/plain']],
  body: Buffer.from('here'),
}
const limits = { body: 1000, headers: 4000, exchange: 500 }

async function served(onExchange: (exchange: HttpExchange) => void) {
  const server = await openHttpServer({ address: '127.0.0.1', port: 0, limits, onExchange })
  onTestFinished(() => server.close())
  return server.local
}

test('what is asked arrives as it was sent, what is answered too', async () => {
  const came: HttpExchange[] = []
  const local = await served((exchange) => {
    came.push(exchange)
    exchange.respond(found)
  })
  const ends: number[] = []
  const outcome = await ask(local, get, ({ port }) => ends.push(port))
  expect(outcome).toMatchObject({ kind: 'response', response: { status: 200, body: found.body } })
  const [exchange] = came
  expect(exchange?.request).toMatchObject({ method: 'GET', target: get.target })
  expect(exchange?.request.headers).toContainEqual(['Authorization', 'Bearer abc'])
  expect(exchange?.remote.port).toBe(ends[0])
})

test('a body that is too large is refused at either end', async () => {
  const local = await served((exchange) => exchange.respond({ ...found, body: Buffer.alloc(5000) }))
  expect(await ask(local, get, undefined, limits)).toMatchObject({ kind: 'unreachable' })
  const put = { ...get, method: 'PUT', body: Buffer.alloc(5000) }
  expect(await ask(local, put)).toMatchObject({ kind: 'response', response: { status: 413 } })
})

test('what is never answered ends', async () => {
  const local = await served(() => {})
  expect(await ask(local, get)).toMatchObject({ kind: 'response', response: { status: 503 } })
  const mute = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void mute.close())
  const sockets: { destroy(): void }[] = []
  mute.on('connection', (socket) => sockets.push(socket))
  await new Promise((resolve) => mute.once('listening', resolve))
  const { port } = mute.address() as AddressInfo
  expect(await ask({ address: '127.0.0.1', port }, get, undefined, limits)).toEqual({ kind: 'timeout' })
  for (const socket of sockets) socket.destroy()
})

test('nobody there is said', async () => {
  const server = await openHttpServer({ address: '127.0.0.1', port: 0, onExchange: () => {} })
  await expect(openHttpServer({ address: '127.0.0.1', port: server.local.port, onExchange: () => {} })).rejects.toThrow(
    'in use',
  )
  await server.close()
  expect(await ask(server.local, get)).toMatchObject({ kind: 'unreachable' })
})

test('what had come is told, however long it queued, before it is said that everything was taken in', async () => {
  let told = 0
  const server = await openHttpServer({
    address: '127.0.0.1',
    port: 0,
    limits,
    onExchange(exchange) {
      told += 1
      exchange.respond(found)
    },
  })
  onTestFinished(() => server.close())
  const connected = Array.from({ length: 30 }, () => {
    const socket = connect(server.local.port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    onTestFinished(() => void socket.destroy())
    return once(socket, 'connect')
  })
  await Promise.all(connected)
  await Promise.all([server.takenIn(), server.takenIn(), server.takenIn()])
  expect(told).toBe(30)
})
