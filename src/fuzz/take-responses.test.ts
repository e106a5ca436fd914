import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { statusOf } from '#wire/sip'
import { expect, test } from 'vitest'
import { openEngine } from './engine.ts'
import type { Observation } from './observation.ts'
import type { Played } from './oracle.ts'
import { onlyOnce } from './oracles/answer-class.ts'

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
