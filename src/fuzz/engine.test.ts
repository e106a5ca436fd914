import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { openEngine } from './engine.ts'
import type { Observation } from './observation.ts'

/** The other end. */
async function listening(): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

test('what is given up later is what was in flight, and not what has left meanwhile', async () => {
  const silent = await listening()
  const engine = await openEngine({
    now: () => performance.now(),
    times: { again: 60_000, silence: 60_000, late: 60_000 },
    onStray: () => undefined,
  })
  const over: string[] = []
  const fly = (name: string): void => {
    const { address, port } = silent.address()
    const flight = {
      octets: Buffer.from(`OPTIONS sip:${name} SIP/2.0\r\n\r\n`),
      from: 'primaryServer',
      user: 0,
      legs: 0,
    } as const
    const target = { transport: 'udp', address, port } as const
    engine.fly({ ...flight, correlation: engine.correlation(), target }, () => over.push(name))
  }
  try {
    fly('first')
    engine.abandon(50)
    fly('second')
    await expect.poll(() => over, { timeout: 15_000 }).toEqual(['first'])
    expect(engine.inFlight).toBe(1)
    engine.abandon()
    expect(over).toEqual(['first', 'second'])
  } finally {
    await engine.close()
    silent.close()
  }
})

test('an answer that came while the fuzzer itself stood still is no silence', async () => {
  const slow = await listening()
  const engine = await openEngine({
    now: () => performance.now(),
    times: { again: 60_000, silence: 300, late: 60_000 },
    onStray: () => undefined,
  })
  slow.on('message', (octets, { port, address }) => {
    const correlation = octets.toString()
    // What the fuzzer does for so long by itself begins before the answer can be read.
    const answer = `SIP/2.0 200 OK\r\nCall-ID: ${correlation}\r\nCSeq: 1 OPTIONS\r\n\r\n`
    slow.send(answer, port, address)
    const until = performance.now() + 700
    while (performance.now() < until);
  })
  const { address, port } = slow.address()
  try {
    const correlation = engine.correlation()
    const flight = { octets: Buffer.from(correlation), from: 'primaryServer', user: 0, legs: 0 } as const
    const { silent, finals } = await new Promise<Observation>((resolve) =>
      engine.fly({ ...flight, correlation, target: { address, port } }, resolve),
    )
    expect([silent, finals.length]).toEqual([false, 1])
  } finally {
    await engine.close()
    slow.close()
  }
})
