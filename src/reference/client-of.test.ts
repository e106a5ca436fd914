import { readMessage } from '#wire/sip'
import { expect, test } from 'vitest'
import { reachedAt } from './client-of.ts'

const origin = { transport: 'udp', address: '127.0.0.1', port: 5070 } as const
const from = 'sip:alice@a.example'
const requested = (method: string) =>
  reachedAt({
    origin,
    message: readMessage(
      Buffer.from(
        `${method} sip:a.example SIP/2.0\r\nFrom: <${from}>;tag=1\r\nContact: <sip:phone@127.0.0.1:5080>\r\n\r\n`,
      ),
    ),
  })

test('calls reach a client at the Contact that it registers', () => {
  expect(requested('REGISTER')).toEqual({ ...origin, port: 5080, identity: 'sip:phone@127.0.0.1:5080' })
})

test('and where its PUBLISH came from, whatever Contact stands in that', () => {
  expect(requested('PUBLISH')).toEqual({ ...origin, identity: from })
})
