import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { settle } from './settling.ts'

test('what was on its way when the machine stood still has come before what follows leaves', async () => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  let heard = 0
  socket.on('message', () => (heard += 1))
  const settled = settle()
  socket.send('a response', socket.address().port, '127.0.0.1')
  const until = performance.now() + 400
  while (performance.now() < until);
  await settled
  socket.close()
  expect(heard).toBe(1)
})
