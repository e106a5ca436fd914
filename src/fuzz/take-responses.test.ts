import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { statusOf } from '#wire/sip'
import { expect, test } from 'vitest'
import { openEngine } from './engine.ts'
import type { Observation } from './observation.ts'
import type { Played } from './oracle.ts'
import { onlyOnce } from './oracles/answer-class.ts'
import { writeCancel } from './responses.ts'

/** Answers 200 to whatever comes and 405 to an ACK, with what 8.2.6.2 takes over. */
async function answersAcks() {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.on('message', (octets, remote) => {
    const lines = octets.toString('latin1').split('\r\n')
    const echoed = lines.filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line))
    const status = (lines[0] ?? '').startsWith('ACK') ? '405 Method Not Allowed' : '200 OK'
    socket.send([`SIP/2.0 ${status}`, ...echoed, 'Content-Length: 0', '', ''].join('\r\n'), remote.port)
  })
  return socket
}

test('the answer to an ACK is none to the request that it acknowledges', { timeout: 20_000 }, async () => {
  const element = await answersAcks()
  const engine = await openEngine({ now: () => performance.now(), onStray: () => undefined })
  try {
    const correlation = engine.correlation()
    const { address, port } = element.address()
    const octets = [
      'OPTIONS sip:a@127.0.0.1 SIP/2.0',
      `Via: SIP/2.0/UDP 127.0.0.1:${engine.places.client.port};rport;branch=z9hG4bK${correlation}`,
      'From: <sip:b@example.com>;tag=1',
      'To: <sip:a@127.0.0.1>;tag=2',
      `Call-ID: ${correlation}@example.com`,
      'CSeq: 1 INVITE',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n')
    const observation = await new Promise<Observation>((done) =>
      engine.fly(
        {
          octets: Buffer.from(octets),
          correlation,
          from: 'client',
          target: { address, port },
          user: 0,
          legs: 0,
        },
        done,
      ),
    )
    expect(observation.finals.map(statusOf)).toEqual([200])
    expect(observation.answersToAck.map(statusOf)).toEqual([405])
    const said = onlyOnce({ one: { ops: [] }, observation } as unknown as Played)
    expect(said.map(({ what, observed }) => [what, observed])).toEqual([
      ['an ACK is answered', '405 Method Not Allowed'],
    ])
  } finally {
    await engine.close()
    element.close()
  }
})

/** Takes its time over a CANCEL, and does behind it what is said. */
async function cancelledLate(behind: (callId: string) => string | undefined) {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.on('message', (octets, remote) => {
    const lines = octets.toString('latin1').split('\r\n')
    const method = (lines[0] ?? '').split(' ')[0]
    if (method === 'ACK' || method === 'SIP/2.0') return
    const echoed = lines.filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line))
    const tagged = echoed.map((line) => (line === 'To: <sip:a@127.0.0.1>' ? `${line};tag=2` : line))
    const contact = `Contact: <sip:a@127.0.0.1:${socket.address().port}>`
    const answer = ['SIP/2.0 200 OK', ...tagged, contact, 'Content-Length: 0', '', ''].join('\r\n')
    const callId = echoed.find((line) => line.startsWith('Call-ID')) ?? ''
    const further = method === 'CANCEL' ? behind(callId) : undefined
    const send = (): void =>
      [answer, further].forEach((one) => one !== undefined && socket.send(one, remote.port, remote.address))
    if (method === 'CANCEL') setTimeout(send, 100)
    else send()
  })
  return socket
}

const bye = (callId: string): string =>
  [
    'BYE sip:b@127.0.0.1 SIP/2.0',
    'Via: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bKbye',
    'From: <sip:a@127.0.0.1>;tag=2',
    'To: <sip:b@example.com>;tag=1',
    callId,
    'CSeq: 1 BYE',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')

test.each([
  ['hangs up is heard', bye, true],
  ['keeps the call has it ended', () => undefined, false],
] as const)('who takes its time over a CANCEL and %s', { timeout: 20_000 }, async (_, behind, hungUp) => {
  const element = await cancelledLate(behind)
  const engine = await openEngine({ now: () => performance.now(), onStray: () => undefined })
  try {
    const correlation = engine.correlation()
    const { address, port } = element.address()
    const octets = Buffer.from(
      [
        'INVITE sip:a@127.0.0.1 SIP/2.0',
        `Via: SIP/2.0/UDP 127.0.0.1:${engine.places.client.port};rport;branch=z9hG4bK${correlation}`,
        'From: <sip:b@example.com>;tag=1',
        'To: <sip:a@127.0.0.1>',
        `Call-ID: ${correlation}@example.com`,
        'CSeq: 1 INVITE',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    )
    const asides = [{ when: 'answer', from: 'client', octets: writeCancel(octets, 'itself') }] as const
    const flight = { octets, correlation, from: 'client', target: { address, port }, user: 0, legs: 0 } as const
    const observation = await new Promise<Observation>((done) =>
      engine.fly({ ...flight, asides, lingers: true, awaited: 1 }, done),
    )
    expect([observation.hungUp, observation.ends.map(statusOf)]).toEqual([hungUp, [200]])
  } finally {
    await engine.close()
    element.close()
  }
})
