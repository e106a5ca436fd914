import { afterEach, describe, expect, test } from 'vitest'
import { address, closeAll, element, message, quiet, rawRequest, tcpClient, udpPeer, until } from './element.testing.ts'
import { openSipStack, type ServerTransaction } from './index.ts'
import { createManualClock } from './manual-clock.ts'

afterEach(closeAll)

const ok = { status: 200, reason: 'OK', headers: [] }

/** An element whose answers the test gives itself. */
async function silent(options = {}): Promise<Awaited<ReturnType<typeof element>> & { asked: ServerTransaction[] }> {
  const asked: ServerTransaction[] = []
  const observed = await element({ ...options, onRequest: (transaction) => void asked.push(transaction) })
  return { ...observed, asked }
}

async function udpSender(): Promise<{ port: number; got: string[]; send: (text: string, port: number) => void }> {
  const got: string[] = []
  const { port, socket } = await udpPeer((octets) => got.push(octets.toString()))
  return { port, got, send: (text, to) => socket.send(text, to, address) }
}

describe('the non-INVITE server (RFC 3261 17.2.2)', () => {
  test('a repeated request is absorbed, then answered again with the very same octets', async () => {
    const { stack, asked, traces } = await silent()
    const { got, send, port } = await udpSender()
    const request = rawRequest([], 'MESSAGE', `${address}:${port}`)
    for (let copy = 0; copy < 3; copy += 1) send(request, stack.local.port)
    await until(() => traces.length === 3)
    expect(asked.length).toBe(1)
    expect(traces.map(({ retransmission }) => retransmission)).toEqual([false, true, true])
    await quiet()
    expect(got).toEqual([])
    const octets = asked[0]!.respond(ok)
    for (let copy = 0; copy < 2; copy += 1) send(request, stack.local.port)
    await until(() => got.length === 3)
    expect(got.every((text) => text === Buffer.from(octets).toString())).toBe(true)
    expect(asked.length).toBe(1)
  })

  test('an answer after close() sends nothing and starts no timer', async () => {
    const clock = createManualClock()
    let timers = 0
    const counting = {
      now: () => clock.now(),
      after(ms: number, run: () => void) {
        timers += 1
        return clock.after(ms, run)
      },
    }
    const { stack, asked, traces } = await silent({ clock: counting })
    const { send, port } = await udpSender()
    send(rawRequest([], 'MESSAGE', `${address}:${port}`), stack.local.port)
    await until(() => asked.length === 1)
    await stack.close()
    expect(asked[0]!.respond(ok).length).toBe(0)
    expect(timers).toBe(0)
    expect(traces.length).toBe(1)
    expect(stack.count.servers).toBe(0)
  })

  test('only the first final response leaves', async () => {
    const { stack, asked, traces } = await silent()
    const { got, send, port } = await udpSender()
    send(rawRequest([], 'MESSAGE', `${address}:${port}`), stack.local.port)
    await until(() => asked.length === 1)
    asked[0]!.respond({ status: 100, reason: 'Trying', headers: [] })
    const final = asked[0]!.respond(ok)
    expect(asked[0]!.respond({ ...ok, status: 500 })).toBe(final)
    await until(() => got.length === 2)
    expect(traces.map(({ message: { startLine } }) => ('status' in startLine ? startLine.status : 0))).toEqual([
      0, 100, 200,
    ])
  })

  test('after Timer J the same request is new', async () => {
    const clock = createManualClock()
    const { stack, asked, traces } = await silent({ clock })
    const { send, port } = await udpSender()
    const request = rawRequest([], 'MESSAGE', `${address}:${port}`)
    send(request, stack.local.port)
    await until(() => asked.length === 1)
    asked[0]!.respond(ok)
    clock.advance(31_999)
    send(request, stack.local.port)
    await until(() => traces.length === 4)
    expect(asked.length).toBe(1)
    clock.advance(1)
    send(request, stack.local.port)
    await until(() => asked.length === 2)
  })

  test('on TCP a repetition matches while the transaction lives', async () => {
    const { stack, asked, traces } = await silent()
    const { socket, text } = await tcpClient(stack.local.port)
    const request = rawRequest()
    socket.write(request + request)
    await until(() => traces.length === 2)
    expect(asked.length).toBe(1)
    asked[0]!.respond(ok)
    await until(() => text().includes('200 OK'))
  })

  test('a repetition from elsewhere is answered where it came from', async () => {
    const { stack, asked } = await silent()
    const [first, second] = [await udpSender(), await udpSender()]
    const request = rawRequest([], 'MESSAGE', `${address}:5099;rport`)
    first.send(request, stack.local.port)
    await until(() => asked.length === 1)
    asked[0]!.respond(ok)
    second.send(request, stack.local.port)
    await until(() => second.got.length === 1)
    expect(first.got).toEqual(second.got)
  })

  test.each([
    ['no branch', /;branch=[^\r]*/, ''],
    ['no magic cookie', /z9hG4bK/, 'former'],
    ['the magic cookie alone', /(z9hG4bK)[^\r;]*/, '$1'],
  ])('what was asked with %s is matched as RFC 2543 did', async (_what, pattern, by) => {
    const { stack, asked, traces } = await silent()
    const { send } = await udpSender()
    const request = rawRequest().replace(pattern, by)
    send(request, stack.local.port)
    send(request, stack.local.port)
    send(request.replace('CSeq: 1', 'CSeq: 2'), stack.local.port)
    await until(() => traces.length === 3)
    expect(asked.length).toBe(2)
  })

  test('beyond the cap the oldest answered one is forgotten, an unanswered one never', async () => {
    const { stack, asked, troubles } = await silent({ limits: { maxTransactions: 2 } })
    const { send } = await udpSender()
    for (let index = 0; index < 2; index += 1) send(rawRequest(), stack.local.port)
    await until(() => asked.length === 2)
    send(rawRequest(), stack.local.port)
    await until(() => troubles.length === 1)
    expect(troubles[0]?.kind).toBe('no-transaction-possible')
    asked[0]!.respond(ok)
    send(rawRequest(), stack.local.port)
    await until(() => asked.length === 3)
  })
})

test('the octets that live transactions hold are bounded too', async () => {
  const { stack, asked, troubles } = await silent({ limits: { maxTransactionOctets: 1000 } })
  const { send } = await udpSender()
  const large = (): string => rawRequest(['Content-Type: text/plain', 'Content-Length: 500']) + 'x'.repeat(500)
  send(large(), stack.local.port)
  await until(() => asked.length === 1)
  send(large(), stack.local.port)
  await until(() => troubles.length === 1)
  asked[0]!.respond(ok)
  send(large(), stack.local.port)
  await until(() => asked.length === 2)
  expect(troubles.map(({ kind }) => kind)).toEqual(['no-transaction-possible'])
})

describe('a response (RFC 3261 8.2.6.2, 18.2)', () => {
  test('copies what it must, in order, and notes where the request came from', async () => {
    const { stack, asked } = await silent()
    const { got, send, port } = await udpSender()
    const request = rawRequest(['Content-Length: 0'], 'MESSAGE', 'client.example.org:5099;rport').replace(
      'Max-Forwards',
      'v: SIP/2.0/UDP other.example.org;branch=z9hG4bK2\r\nMax-Forwards',
    )
    send(request, stack.local.port)
    await until(() => asked.length === 1)
    asked[0]!.respond({
      status: 403,
      reason: 'Forbidden',
      toTag: 'me',
      headers: [['Warning', '399 x "y"']],
      body: Buffer.from('z'),
    })
    await until(() => got.length === 1)
    const branch = /branch=(z9hG4bK-raw-\d+)/.exec(request)![1]
    const callId = /Call-ID: (\S+)/.exec(request)![1]
    expect(got[0]!.split('\r\n')).toEqual([
      'SIP/2.0 403 Forbidden',
      `Via: SIP/2.0/TCP client.example.org:5099;rport=${port};branch=${branch};received=127.0.0.1`,
      'Via: SIP/2.0/UDP other.example.org;branch=z9hG4bK2',
      'From: <sip:a@example.org>;tag=1',
      'To: <sip:b@example.org>;tag=me',
      `Call-ID: ${callId}`,
      'CSeq: 1 MESSAGE',
      'Warning: 399 x "y"',
      'Content-Length: 1',
      '',
      'z',
    ])
  })

  test('says by whom the request came, where it makes a dialog (RFC 3261 12.1.1)', async () => {
    const { stack, asked } = await silent()
    const { got, send, port } = await udpSender()
    const recorded = ['Record-Route: <sip:second.example;lr>', 'Record-Route: <sip:first.example;lr>']
    const routesOf = (text = ''): readonly string[] => text.split('\r\n').filter((line) => line.startsWith('Record-'))
    for (const method of ['SUBSCRIBE', 'MESSAGE'])
      send(rawRequest(recorded, method, `${address}:${port}`), stack.local.port)
    const inside = rawRequest(recorded, 'SUBSCRIBE', `${address}:${port}`).replace(/^To: .*/m, '$&;tag=mine')
    send(inside, stack.local.port)
    send(rawRequest(recorded, 'SUBSCRIBE', `${address}:${port}`), stack.local.port)
    await until(() => asked.length === 4)
    for (const one of asked.slice(0, 3)) one.respond(ok)
    asked[3]!.respond({ status: 403, reason: 'Forbidden', headers: [] })
    await until(() => got.length === 4)
    expect(got.map(routesOf)).toEqual([recorded, [], [], []])
  })

  test('goes to the sent-by port when rport was not asked for', async () => {
    const { stack, asked } = await silent()
    const sender = await udpSender()
    const listening = await udpSender()
    sender.send(rawRequest([], 'MESSAGE', `${address}:${listening.port}`), stack.local.port)
    await until(() => asked.length === 1)
    asked[0]!.respond(ok)
    await until(() => listening.got.length === 1)
    expect(sender.got).toEqual([])
  })

  test('has the same tag whenever it is not said, and none when To has one', async () => {
    const { stack, asked } = await silent()
    const { send } = await udpSender()
    send(rawRequest(), stack.local.port)
    send(rawRequest().replace('To: <sip:b@example.org>', 'To: <sip:b@example.org>;tag=theirs'), stack.local.port)
    await until(() => asked.length === 2)
    const tags = asked.map((one) =>
      [180, 200].map((status) => /\r\nTo: (.*)\r\n/.exec(Buffer.from(one.respond({ ...ok, status })).toString())?.[1]),
    )
    expect(tags[0]![0]).toMatch(/^<sip:b@example\.org>;tag=\w+$/)
    expect(tags[0]![1]).toBe(tags[0]![0])
    expect(tags[1]).toEqual(['<sip:b@example.org>;tag=theirs', '<sip:b@example.org>;tag=theirs'])
  })

  test('finds another way when its TCP connection is gone', async () => {
    const { stack, asked, traces } = await silent()
    const other = await element()
    const { socket } = await tcpClient(stack.local.port)
    socket.write(rawRequest([], 'MESSAGE', `${address}:${other.stack.local.port}`))
    await until(() => asked.length === 1)
    socket.destroy()
    await quiet()
    asked[0]!.respond(ok)
    await until(() => other.traces.length === 1)
    expect(traces.at(-1)).toMatchObject({ direction: 'sent', remote: other.stack.local })
  })
})

const mismatch = (): string => rawRequest().replace('CSeq: 1 MESSAGE', 'CSeq: 1 OPTIONS')

describe('a malformed request', () => {
  test('is passed on with its diagnostics', async () => {
    const { stack, asked } = await silent()
    const { send } = await udpSender()
    send(mismatch(), stack.local.port)
    await until(() => asked.length === 1)
    expect(asked[0]!.request.diagnostics.map(({ rule }) => rule)).toEqual(['cseq-method-mismatch'])
  })

  test('is answered 400 with the rule, where that is asked for', async () => {
    const { stack, asked } = await silent({ rejectMalformed: true })
    const { socket, text } = await tcpClient(stack.local.port)
    socket.write(mismatch())
    await until(() => text() !== '')
    expect(text()).toMatch(/^SIP\/2\.0 400 Bad Request: cseq-method-mismatch, RFC 3261 8\.1\.1\.5\r\n/)
    socket.write(rawRequest().replace('SIP/2.0\r\nVia', 'SIP/7.0\r\nVia'))
    await until(() => text().includes('505'))
    expect(asked).toEqual([])
  })

  test('that lacks what an answer needs is a trouble', async () => {
    const { stack, asked, troubles } = await silent({ rejectMalformed: true })
    const { send } = await udpSender()
    send(rawRequest().replace(/Call-ID:.*\r\n/, ''), stack.local.port)
    send(rawRequest().replace(/Via:.*\r\n/, ''), stack.local.port)
    await until(() => troubles.length === 2)
    expect(troubles.map(({ kind }) => kind)).toEqual(['no-transaction-possible', 'no-transaction-possible'])
    expect(asked).toEqual([])
  })

  test('with an unreadable start line is a trouble and nothing else', async () => {
    const { stack, asked, troubles, traces } = await silent()
    const { send } = await udpSender()
    send('hello there\r\n\r\n', stack.local.port)
    await until(() => troubles.length === 1)
    expect(troubles[0]).toMatchObject({
      kind: 'unreadable',
      transport: 'udp',
      octets: Buffer.from('hello there\r\n\r\n'),
    })
    expect([asked, traces]).toEqual([[], []])
  })

  test('on TCP, with a Content-Length that cannot be: answered, then the stream is closed', async () => {
    const { stack, troubles } = await silent({ rejectMalformed: true, timers: { t1: 20, t2: 100, t4: 100 } })
    const { socket, text } = await tcpClient(stack.local.port)
    socket.write(rawRequest(['Content-Length: -999']))
    await until(() => socket.closed)
    expect(text()).toContain('400 Bad Request: content-length-malformed')
    expect(troubles.map(({ kind }) => kind)).toEqual(['unreadable'])
  })
})

describe('the INVITE server (RFC 3261 17.2.1)', () => {
  test('a refusal is repeated until its ACK', async () => {
    const clock = createManualClock()
    const { stack, asked, troubles } = await silent({ clock })
    const { got, send, port } = await udpSender()
    const invite = rawRequest(['Contact: <sip:a@h>', 'Content-Length: 0'], 'INVITE', `${address}:${port}`)
    send(invite, stack.local.port)
    await until(() => asked.length === 1)
    asked[0]!.respond({ status: 486, reason: 'Busy Here', headers: [] })
    clock.advance(1500)
    await until(() => got.length === 3)
    send(invite.replace('INVITE sip', 'ACK sip').replace('1 INVITE', '1 ACK'), stack.local.port)
    await quiet()
    clock.advance(60_000)
    await quiet()
    expect(got.length).toBe(3)
    expect(troubles).toEqual([])
  })

  test('without an ACK Timer H ends it and says so', async () => {
    const clock = createManualClock()
    const { stack, asked, troubles } = await silent({ clock })
    const { send } = await udpSender()
    send(rawRequest(['Contact: <sip:a@h>', 'Content-Length: 0'], 'INVITE'), stack.local.port)
    await until(() => asked.length === 1)
    asked[0]!.respond({ status: 486, reason: 'Busy Here', headers: [] })
    clock.advance(32_000)
    expect(troubles.map(({ kind }) => kind)).toEqual(['acknowledgement-missing'])
  })

  test('the ACK to a 2xx is passed on', async () => {
    const acknowledged: string[] = []
    const server = await element({ onAcknowledgement: ({ startLine }) => acknowledged.push(startLine.kind) })
    const client = await element()
    const target = { ...server.stack.local, transport: 'udp' } as const
    const invite = message({ method: 'INVITE', headers: [['Contact', '<sip:a@h>']] })
    expect(await client.stack.request(invite, target).final).toMatchObject({ message: { startLine: { status: 200 } } })
    client.stack.sendOctets(Buffer.from(rawRequest([], 'ACK')), target)
    await until(() => acknowledged.length === 1)
  })
})

test('a port that is taken is named, with the repair', async () => {
  const { stack } = await silent()
  await expect(openSipStack({ ...stack.local, onRequest: () => undefined })).rejects.toThrow(
    /Cannot listen on tcp 127\.0\.0\.1 port \d+: .*free it or choose another in the configuration/,
  )
})

test('a double line end on TCP is answered by one (RFC 5626 4.4.1)', async () => {
  const { stack } = await silent()
  const { socket, text } = await tcpClient(stack.local.port)
  socket.write('\r\n\r\n')
  await until(() => text() === '\r\n')
})
