import { afterEach, expect, test } from 'vitest'
import { createDisturbance } from '#transport'
import { closeAll, element, message } from './element.testing.ts'
import { disturbedSignalling } from './index.ts'

afterEach(closeAll)
const timers = { t1: 20, t2: 160, t4: 200 }

test('what is lost on the way out or back is sent again', async () => {
  const disturbance = createDisturbance(() => 0)
  const server = await element({ timers })
  const client = await element({ timers, middlebox: disturbedSignalling(disturbance) })
  disturbance.loseNext(2, { direction: 'sent' })
  disturbance.loseNext(1, { direction: 'received', remote: { port: server.stack.local.port } })
  const outcome = await client.stack.request(message(), { ...server.stack.local, transport: 'udp' }).final
  expect(outcome).toMatchObject({ kind: 'response', message: { startLine: { status: 200 } } })
  expect(disturbance.lost()).toBe(3)
  expect(client.stack.count.retransmissions).toBeGreaterThanOrEqual(3)
})

test.each(['udp', 'tcp'] as const)('a peer that is cut off is a timeout over %s', async (transport) => {
  const disturbance = createDisturbance(() => 0)
  const server = await element({ timers })
  const client = await element({ timers, middlebox: disturbedSignalling(disturbance) })
  disturbance.cut({ remote: { port: server.stack.local.port } })
  const outcome = await client.stack.request(message(), { ...server.stack.local, transport }).final
  expect(outcome.kind).toBe('timeout')
  expect(server.traces).toEqual([])
})
