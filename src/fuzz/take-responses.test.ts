import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { statusOf } from '#wire/sip'
import { expect, test } from 'vitest'
import { openEngine } from './engine.ts'
import type { Observation } from './observation.ts'
import type { Played } from './oracle.ts'
import { onlyOnce } from './oracles/answer-class.ts'
import { writeCancel } from './responses.ts'

/** One that takes the lines of what comes, those that 8.2.6.2 takes over apart, and sends messages back. */
async function element(take: (lines: readonly string[], echoed: readonly string[], send: Send) => void) {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.on('message', (octets, remote) => {
    const lines = octets.toString('latin1').split('\r\n')
    const echoed = lines.filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line))
    take(lines, echoed, (...sent) => socket.send(written(sent), remote.port, remote.address))
  })
  return socket
}

type Send = (...lines: readonly string[]) => void

const written = (lines: readonly string[]): string => [...lines, 'Content-Length: 0', '', ''].join('\r\n')

/** Of an execution of ours, from the client. */
const request = (method: string, to: string, sequence: string, correlation: string, port: number): Buffer =>
  Buffer.from(
    written([
      `${method} sip:a@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=z9hG4bK${correlation}`,
      'From: <sip:b@example.com>;tag=1',
      to,
      `Call-ID: ${correlation}@example.com`,
      sequence,
    ]),
  )

/** Answers 200 to whatever comes and 405 to an ACK. */
const answersAcks = () =>
  element(([first = ''], echoed, send) =>
    send(`SIP/2.0 ${first.startsWith('ACK') ? '405 Method Not Allowed' : '200 OK'}`, ...echoed),
  )

test('the answer to an ACK is none to the request that it acknowledges', { timeout: 20_000 }, async () => {
  const acknowledged = await answersAcks()
  const engine = await openEngine({ now: () => performance.now(), onStray: () => undefined })
  try {
    const correlation = engine.correlation()
    const { address, port } = acknowledged.address()
    const octets = request(
      'OPTIONS',
      'To: <sip:a@127.0.0.1>;tag=2',
      'CSeq: 1 INVITE',
      correlation,
      engine.places.client.port,
    )
    const observation = await new Promise<Observation>((done) =>
      engine.fly(
        {
          octets,
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
    acknowledged.close()
  }
})

/** Takes its time over a CANCEL, and does behind it what is said. */
const cancelledLate = (behind: (callId: string) => readonly string[]) =>
  element(([first = ''], echoed, send) => {
    const [method = ''] = first.split(' ')
    if (method === 'ACK' || method === 'SIP/2.0') return
    const tagged = echoed.map((line) => (line === 'To: <sip:a@127.0.0.1>' ? `${line};tag=2` : line))
    const answer = (): void => send('SIP/2.0 200 OK', ...tagged, 'Contact: <sip:a@127.0.0.1:9>')
    if (method !== 'CANCEL') return answer()
    setTimeout(() => {
      answer()
      const further = behind(echoed.find((line) => line.startsWith('Call-ID')) ?? '')
      if (further.length > 0) send(...further)
    }, 100)
  })

const bye = (callId: string): readonly string[] => [
  'BYE sip:b@127.0.0.1 SIP/2.0',
  'Via: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bKbye',
  'From: <sip:a@127.0.0.1>;tag=2',
  'To: <sip:b@example.com>;tag=1',
  callId,
  'CSeq: 1 BYE',
]

test.each([
  ['hangs up is heard', bye, true],
  ['keeps the call has it ended', () => [], false],
] as const)('who takes its time over a CANCEL and %s', { timeout: 20_000 }, async (_, behind, hungUp) => {
  const called = await cancelledLate(behind)
  const engine = await openEngine({ now: () => performance.now(), onStray: () => undefined })
  try {
    const correlation = engine.correlation()
    const { address, port } = called.address()
    const octets = request('INVITE', 'To: <sip:a@127.0.0.1>', 'CSeq: 1 INVITE', correlation, engine.places.client.port)
    const asides = [{ when: 'answer', from: 'client', octets: writeCancel(octets, 'itself') }] as const
    const flight = { octets, correlation, from: 'client', target: { address, port }, user: 0, legs: 0 } as const
    const observation = await new Promise<Observation>((done) =>
      engine.fly({ ...flight, asides, lingers: true, awaited: 1 }, done),
    )
    expect([observation.hungUp, observation.ends.map(statusOf)]).toEqual([hungUp, [200]])
  } finally {
    await engine.close()
    called.close()
  }
})
