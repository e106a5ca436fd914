import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { httpHeader, readHttpMessage, writeHttpMessage, type HttpMessage } from './index.ts'

const get: HttpMessage = {
  kind: 'request',
  method: 'GET',
  target: '/users/sip:alice@partner.example',
  headers: [['Authorization', 'Bearer abc']],
  body: Buffer.alloc(0),
}

test('a request as it is on the wire', () => {
  const octets = writeHttpMessage(get)
  expect(Buffer.from(octets).toString()).toBe(
    'GET /users/sip:alice@partner.example HTTP/1.1\r\nAuthorization: Bearer abc\r\n\r\n',
  )
  expect(readHttpMessage(octets)).toEqual(get)
  expect(httpHeader(get, 'AUTHORIZATION')).toBe('Bearer abc')
})

test('a response with a body', () => {
  const response: HttpMessage = {
    kind: 'response',
    status: 404,
    reason: 'Not Found',
    headers: [],
    body: Buffer.from('x\r\n\r\ny'),
  }
  expect(readHttpMessage(writeHttpMessage(response))).toEqual(response)
})

test('whatever comes is read without an exception', () => {
  expect(readHttpMessage(Buffer.from('INVITE sip:a@b SIP/2.0\r\n\r\n'))).toBeUndefined()
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => void readHttpMessage(octets)))
})
