import { afterEach, describe, expect, test } from 'vitest'
import { address, answerTo, closeAll, element, message, quiet, tcpPeer, udpPeer, until } from './element.testing.ts'
import { createManualClock } from './manual-clock.ts'

afterEach(closeAll)

describe('a request', () => {
  test.each(['udp', 'tcp'] as const)('over %s is answered', async (transport) => {
    const server = await element()
    const client = await element()
    const body = Buffer.from('hello')
    const request = message({ headers: [['Content-Type', 'text/plain']], body })
    const transaction = client.stack.request(request, { ...server.stack.local, transport }, 'case 7')
    const outcome = await transaction.final
    expect(outcome).toMatchObject({ kind: 'response', message: { startLine: { status: 200, reason: 'OK' } } })
    expect(client.traces.map(({ direction, tag, retransmission }) => [direction, tag, retransmission])).toEqual([
      ['sent', 'case 7', false],
      ['received', 'case 7', false],
    ])
    expect(new Set([...client.traces, ...server.traces].map(({ transaction: key }) => key))).toEqual(
      new Set([transaction.key]),
    )
    expect(server.traces[0]).toMatchObject({ direction: 'received', transport, remote: client.traces[0]!.local })
    expect(Buffer.compare(server.traces[0]!.octets, transaction.octets)).toBe(0)
    expect([client.troubles, server.troubles]).toEqual([[], []])
  })

  test('is written in the order of its fields, Content-Length last', async () => {
    const { stack } = await element()
    const { port } = await udpPeer(() => undefined)
    const request = message({
      headers: [
        ['P-A', '1'],
        ['Expires', '0'],
      ],
      body: Buffer.from('x'),
    })
    const { octets } = stack.request(request, { address, port, transport: 'udp' })
    expect(Buffer.from(octets).toString().split('\r\n')).toEqual([
      'MESSAGE sip:b@example.org SIP/2.0',
      `Via: SIP/2.0/UDP 127.0.0.1:${stack.local.port};rport;branch=${request.branch}`,
      'Max-Forwards: 70',
      `From: <sip:a@example.org>;tag=${request.fromTag}`,
      'To: <sip:b@example.org>',
      `Call-ID: ${request.callId}`,
      'CSeq: 1 MESSAGE',
      'P-A: 1',
      'Expires: 0',
      'Content-Length: 1',
      '',
      'x',
    ])
  })

  test('keeps a Content-Length that the caller has said', async () => {
    const { stack } = await element()
    const { port } = await udpPeer(() => undefined)
    const { octets } = stack.request(message({ headers: [['l', '99']] }), { address, port, transport: 'udp' })
    expect(Buffer.from(octets).toString()).toMatch(/CSeq: 1 MESSAGE\r\nl: 99\r\n\r\n$/)
  })
})

describe('timers of the non-INVITE client (RFC 3261 17.1.2.2)', () => {
  test('Timer E doubles to T2, Timer F ends it: eleven copies, the very same octets', async () => {
    const clock = createManualClock()
    const got: Buffer[] = []
    const { port } = await udpPeer((octets) => got.push(octets))
    const client = await element({ clock })
    const transaction = client.stack.request(message(), { address, port, transport: 'udp' })
    clock.advance(31_999)
    expect(client.traces.map(({ at }) => at)).toEqual([
      0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ])
    expect(client.traces.map(({ retransmission }) => retransmission)).toEqual([false, ...Array<boolean>(10).fill(true)])
    clock.advance(1)
    expect(await transaction.final).toEqual({ kind: 'timeout', after: 32_000 })
    clock.advance(100_000)
    await until(() => got.length === 11)
    expect(got.every((octets) => Buffer.compare(octets, transaction.octets) === 0)).toBe(true)
  })

  test('a provisional response slows retransmission to T2 and stops nothing', async () => {
    const clock = createManualClock()
    let answered = false
    const { port } = await udpPeer((octets, reply) => {
      if (!answered) reply(answerTo(octets, '100 Trying'))
      answered = true
    })
    const client = await element({ clock })
    const transaction = client.stack.request(message(), { address, port, transport: 'udp' })
    const provisional: string[] = []
    transaction.onProvisional = ({ startLine }) => provisional.push(startLine.kind)
    await until(() => provisional.length === 1)
    clock.advance(32_000)
    const sent = client.traces.filter(({ direction }) => direction === 'sent')
    expect(sent.map(({ at }) => at)).toEqual([0, 500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500])
    expect(await transaction.final).toMatchObject({ kind: 'timeout' })
  })

  test('on TCP nothing is repeated, yet Timer F runs', async () => {
    const clock = createManualClock()
    const { port } = await tcpPeer(() => undefined)
    const client = await element({ clock })
    const transaction = client.stack.request(message(), { address, port, transport: 'tcp' })
    await until(() => client.traces.length === 1)
    clock.advance(32_000)
    expect(await transaction.final).toEqual({ kind: 'timeout', after: 32_000 })
    expect(client.traces.length).toBe(1)
  })

  test('a lossy peer: the third copy is answered', async () => {
    let copies = 0
    const { port } = await udpPeer((octets, reply) => {
      copies += 1
      if (copies === 3) reply(answerTo(octets))
    })
    const client = await element({ timers: { t1: 10, t2: 80, t4: 100 } })
    const outcome = await client.stack.request(message(), { address, port, transport: 'udp' }).final
    expect(outcome.kind).toBe('response')
    expect(copies).toBe(3)
  })

  test('Timer K absorbs repeated answers, then they are strays', async () => {
    const clock = createManualClock()
    const answers: (() => void)[] = []
    const { port } = await udpPeer((octets, reply) => answers.push(() => reply(answerTo(octets))))
    const client = await element({ clock })
    const transaction = client.stack.request(message(), { address, port, transport: 'udp' })
    await until(() => answers.length === 1)
    answers[0]!()
    await transaction.final
    clock.advance(4999)
    answers[0]!()
    await until(() => client.traces.length === 3)
    expect(client.traces[2]).toMatchObject({
      direction: 'received',
      retransmission: true,
      transaction: transaction.key,
    })
    expect(client.troubles).toEqual([])
    clock.advance(1)
    answers[0]!()
    await until(() => client.troubles.length === 1)
    expect(client.troubles[0]).toMatchObject({ kind: 'stray-response', transport: 'udp', remote: { address, port } })
    expect(client.traces[3]).toMatchObject({ direction: 'received', transaction: undefined })
  })

  test('retransmit sends the very same octets at once; cancelTimers ends all of them', async () => {
    const clock = createManualClock()
    const got: Buffer[] = []
    const { port } = await udpPeer((octets) => got.push(octets))
    const client = await element({ clock })
    const transaction = client.stack.request(message(), { address, port, transport: 'udp' })
    transaction.cancelTimers()
    clock.advance(100_000)
    transaction.retransmit()
    await until(() => got.length === 2)
    expect(Buffer.compare(got[1]!, transaction.octets)).toBe(0)
    transaction.abandon()
    expect(await transaction.final).toMatchObject({ kind: 'transport-error' })
  })
})

describe('answers', () => {
  test('of a thousand only the first counts', async () => {
    const { port } = await udpPeer((octets, reply) => {
      reply(answerTo(octets, '403 Forbidden'))
      for (let index = 1; index < 1000; index += 1) reply(answerTo(octets, '200 OK', `X-Copy: ${index}\r\n`))
    })
    const client = await element()
    const outcome = await client.stack.request(message(), { address, port, transport: 'udp' }, 'x').final
    expect(outcome).toMatchObject({ message: { startLine: { status: 403 } } })
    await until(() => client.troubles.length === 999)
    expect(client.troubles.every(({ kind }) => kind === 'stray-response')).toBe(true)
  })

  test('to another branch, method or sent-by are no answers', async () => {
    const { port } = await udpPeer((octets, reply) => {
      const text = answerTo(octets).toString()
      reply(Buffer.from(text.replace('z9hG4bK', 'z9hG4bKx')))
      reply(Buffer.from(text.replace('1 MESSAGE', '1 OPTIONS')))
      reply(Buffer.from(text.replace(/UDP 127\.0\.0\.1:\d+/, 'UDP 127.0.0.1:1')))
    })
    const client = await element({ timers: { t1: 4, t2: 100, t4: 100 } })
    const outcome = await client.stack.request(message(), { address, port, transport: 'udp' }).final
    expect(outcome.kind).toBe('timeout')
    expect(client.troubles.length).toBeGreaterThanOrEqual(3)
  })

  test('a branch in use is refused at once', async () => {
    const { port } = await udpPeer(() => undefined)
    const client = await element()
    const request = message()
    client.stack.request(request, { address, port, transport: 'udp' })
    const again = client.stack.request(request, { address, port, transport: 'udp' })
    expect(await again.final).toMatchObject({ kind: 'transport-error' })
    expect(client.troubles.map(({ kind }) => kind)).toEqual(['no-transaction-possible'])
  })
})

describe('connections that fail', () => {
  test('refused: a transport error at once', async () => {
    const { port } = await tcpPeer(() => undefined)
    await closeAll()
    const client = await element()
    const outcome = await client.stack.request(message(), { address, port, transport: 'tcp' }).final
    expect(outcome).toMatchObject({ kind: 'transport-error', text: expect.stringContaining('ECONNREFUSED') })
    expect(client.traces).toEqual([])
  })

  test('reset in the middle of the answer: every request on that connection fails at once', async () => {
    const { port } = await tcpPeer((socket) => {
      let got = ''
      socket.on('data', (octets) => {
        got += String(octets)
        if (got.split('MESSAGE sip:').length === 3) {
          socket.write('SIP/2.0 200 O', () => socket.resetAndDestroy())
        }
      })
    })
    const client = await element()
    const target = { address, port, transport: 'tcp' } as const
    const outcomes = await Promise.all([message(), message()].map((one) => client.stack.request(one, target).final))
    expect(outcomes.map(({ kind }) => kind)).toEqual(['transport-error', 'transport-error'])
    expect(client.troubles.map(({ kind }) => kind)).toEqual(['connection-reset'])
  })

  test('closed in order in the middle of the answer: said, and Timer F decides', async () => {
    const { port } = await tcpPeer((socket) => socket.on('data', () => socket.end('SIP/2.0 200 O')))
    const client = await element({ timers: { t1: 5, t2: 50, t4: 50 } })
    const outcome = await client.stack.request(message(), { address, port, transport: 'tcp' }).final
    expect(outcome.kind).toBe('timeout')
    expect(client.troubles).toMatchObject([
      { kind: 'connection-closed', text: expect.stringContaining('after 13 octets') },
    ])
  })

  test('a datagram too large for UDP is a transport error, and nothing was sent', async () => {
    const { port } = await udpPeer(() => undefined)
    const client = await element()
    const request = message({ body: Buffer.alloc(70_000) })
    const outcome = await client.stack.request(request, { address, port, transport: 'udp' }).final
    expect(outcome).toMatchObject({ kind: 'transport-error', text: expect.stringContaining('65507') })
    expect(client.traces).toEqual([])
  })

  test('what is asked of a stack that is closed ends at once', async () => {
    const { port } = await udpPeer(() => undefined)
    const client = await element()
    await client.stack.close()
    const { final } = client.stack.request(message(), { address, port, transport: 'udp' })
    expect(await final).toMatchObject({ kind: 'transport-error', text: 'the element is closed' })
    expect(client.stack.count.clients).toBe(0)
  })

  test('closing the stack ends what is pending', async () => {
    const { port } = await udpPeer(() => undefined)
    const client = await element()
    const transaction = client.stack.request(message(), { address, port, transport: 'udp' })
    await client.stack.close()
    expect(await transaction.final).toMatchObject({ kind: 'transport-error' })
    const later = client.stack.request(message(), { address, port, transport: 'udp' })
    expect(await later.final).toMatchObject({ kind: 'transport-error' })
  })
})

describe('the INVITE client (RFC 3261 17.1.1)', () => {
  test('a refusal is acknowledged, once for every copy of it', async () => {
    const acknowledgements: string[] = []
    const { port } = await udpPeer((octets, reply) => {
      const text = octets.toString()
      if (text.startsWith('ACK')) acknowledgements.push(text)
      else for (const _copy of [1, 2]) reply(answerTo(octets, '486 Busy Here'))
    })
    const client = await element()
    const request = message({ method: 'INVITE', headers: [['Route', '<sip:p;lr>']] })
    const outcome = await client.stack.request(request, { address, port, transport: 'udp' }).final
    expect(outcome).toMatchObject({ message: { startLine: { status: 486 } } })
    await until(() => acknowledgements.length === 2)
    expect(acknowledgements[0]).toContain(`branch=${request.branch}\r\n`)
    expect(acknowledgements[0]).toContain('To: <sip:b@example.org>;tag=peer\r\n')
    expect(acknowledgements[0]).toContain('CSeq: 1 ACK\r\nRoute: <sip:p;lr>\r\n')
  })

  test('Timer A doubles without bound, Timer B ends it; a provisional response stops both', async () => {
    const clock = createManualClock()
    const { port } = await udpPeer(() => undefined)
    const client = await element({ clock })
    const transaction = client.stack.request(message({ method: 'INVITE' }), { address, port, transport: 'udp' })
    clock.advance(32_000)
    expect(await transaction.final).toEqual({ kind: 'timeout', after: 32_000 })
    expect(client.traces.map(({ at }) => at)).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500])

    const ringing = await udpPeer((octets, reply) => reply(answerTo(octets, '180 Ringing')))
    const patient = client.stack.request(message({ method: 'INVITE' }), {
      address,
      port: ringing.port,
      transport: 'udp',
    })
    let rung = 0
    patient.onProvisional = () => (rung += 1)
    await until(() => rung === 1)
    const before = client.traces.length
    clock.advance(1_000_000)
    await quiet()
    expect(client.traces.length).toBe(before)
  })

  test('repeated 2xx are passed on, each to be acknowledged', async () => {
    const { port } = await udpPeer((octets, reply) => {
      for (const _copy of [1, 2, 3]) reply(answerTo(octets, '200 OK'))
    })
    const client = await element()
    const transaction = client.stack.request(message({ method: 'INVITE' }), { address, port, transport: 'udp' })
    let again = 0
    transaction.onSuccessAgain = () => (again += 1)
    expect(await transaction.final).toMatchObject({ kind: 'response' })
    await until(() => again === 2)
  })
})

test.each(['while it is told of', 'before', 'after'])(
  'one CANCEL leaves when it is asked for %s the first provisional response',
  async (when) => {
    const client = await element()
    const came: string[] = []
    const { port } = await udpPeer((octets, reply) => {
      const method = octets.toString().split(' ', 1)[0] ?? ''
      came.push(method)
      if (method === 'INVITE') reply(answerTo(octets, '180 Ringing'))
      else reply(answerTo(octets))
    })
    const transaction = client.stack.request(message({ method: 'INVITE' }), { address, port, transport: 'udp' })
    let rung = false
    transaction.onProvisional = () => {
      rung = true
      if (when.startsWith('while')) transaction.cancel()
    }
    if (when === 'before') transaction.cancel()
    await until(() => rung)
    if (when === 'after') transaction.cancel()
    await until(() => came.includes('CANCEL'))
    await quiet()
    expect(came).toEqual(['INVITE', 'CANCEL'])
    expect(client.troubles).toEqual([])
  },
)
