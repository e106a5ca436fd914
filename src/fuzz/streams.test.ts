import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import type { FuzzCase } from './case.ts'
import { validCase } from './grid.ts'
import { openLab } from './lab.ts'
import { serviceAuthorization } from './scenarios/service-authorization.ts'
import { onThisMachine } from './permission.ts'
import { playStream, streamOperations } from './streams.ts'
import { openReferenceLab } from './reference-lab.testing.ts'
import type { Target } from './target.ts'

const authorization = serviceAuthorization('publish')

async function complaintsOf(defects: readonly string[], cases: readonly FuzzCase[]): Promise<readonly string[]> {
  await using lab = await openReferenceLab(...defects)
  const all = await Promise.all(cases.map((one) => lab.alone(one)))
  return all.flatMap(({ complaints }) => complaints.map(({ what }) => what))
}

const operated = (op: string): readonly FuzzCase[] =>
  streamOperations(authorization)
    .filter((one) => one.op === op)
    .map((one) => ({ ...validCase(authorization), ops: [one] }))

test('the correct reference system takes what comes in pieces, and a reset', { timeout: 60_000 }, async () => {
  expect(await complaintsOf([], [...operated('reset'), ...operated('piece by piece')])).toEqual([])
})

test('lost-connection-unhandled is found by a reset', { timeout: 60_000 }, async () => {
  const [first] = operated('reset')
  const said = await complaintsOf(['lost-connection-unhandled'], first === undefined ? [] : [first])
  expect(said.join()).toMatch(/no longer serves valid requests: it ended/)
})

test('second-message-of-segment-lost is found by another message behind', { timeout: 60_000 }, async () => {
  const cases = operated('another message behind')
  expect(await complaintsOf([], cases)).toEqual([])
  expect(await complaintsOf(['second-message-of-segment-lost'], cases)).toContain(
    'no answer to what comes behind another message',
  )
})

test('half-message-kept is found by half a message', { timeout: 150_000 }, async () => {
  const [first] = operated('half a message')
  const said = await complaintsOf(['half-message-kept'], first === undefined ? [] : [first])
  expect(said).toEqual(['half a message is waited for without end'])
})

/** What is said of a system that has so much to do that it comes to nothing before then, and then answers, and closes what is half or keeps it. */
async function saidOfBusy(keeps: boolean): Promise<readonly string[]> {
  const waiting: (() => void)[] = []
  let isBusy = true
  setTimeout(() => {
    isBusy = false
    for (const one of waiting) one()
  }, 900)
  const take = (socket: Socket): void => {
    socket.on('error', () => undefined)
    socket.on('data', (octets) => {
      const serve = (): void => {
        if (octets.includes('\r\n\r\n')) socket.write('SIP/2.0 200 OK\r\n\r\n')
        else if (!keeps) socket.destroy()
      }
      if (isBusy) waiting.push(serve)
      else serve()
    })
  }
  const server = createServer(take).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const place = { address: '127.0.0.1', port, identity: 'sip:mc-server@busy.example' }
  const target = { places: { partnerServer: place }, isProbed: true, restarts: false, ended: () => undefined } as const
  const lab = await openLab({
    now: () => performance.now(),
    startTarget: () => Promise.resolve({ ...target, stop: () => Promise.resolve() } as unknown as Target),
  })
  try {
    const [one] = operated('half a message')
    if (one === undefined) throw new Error('nothing is half')
    const { player, engine } = lab
    const { complaints } = await playStream(one, {
      player,
      target: lab.target,
      permission: onThisMachine,
      scenario: authorization,
      user: 1,
      correlation: engine.correlation(),
      longest: 200,
    })
    return complaints.map(({ what }) => what)
  } finally {
    await lab.close()
    server.close()
  }
}

test('whoever is late with everything is late with half a message too', async () => {
  expect(await saidOfBusy(false)).toEqual([])
  expect(await saidOfBusy(true)).toEqual(['half a message is waited for without end'])
})
