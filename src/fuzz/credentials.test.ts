import { expect, test } from 'vitest'
import { challengeIn, exampleChallenge, parametersOf, usernameOf, writeCredentials } from './credentials.ts'
import { readMessage } from '#wire/sip'

test('credentials are read as they are written', () => {
  const holder = { username: usernameOf(7), password: 'secret', method: 'INVITE', uri: 'sip:b@example.com' }
  const said = parametersOf(writeCredentials({ ...exampleChallenge, opaque: 'o=p, q' }, holder))
  expect(said).toMatchObject({ username: 'client-000007', uri: 'sip:b@example.com', nc: '00000001', opaque: 'o=p, q' })
})

test.each([
  ['another name first', 'Digest Stale=false, realm="a"', { stale: 'false', realm: 'a' }],
  ['a name of several words', 'Digest user name="a"', { name: 'a' }],
  ['a quotation without an end', 'Digest realm="a, nonce=b', { nonce: 'b' }],
])('parameters: %s', (_, value, due) => expect(parametersOf(value)).toEqual(due))

test('of the challenges of a response, one is taken whose algorithm is known', () => {
  const response = readMessage(
    Buffer.from(
      'SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm="a", nonce="1", algorithm=AKAv1-MD5\r\n' +
        'WWW-Authenticate: Digest realm="b", nonce="2", algorithm=sha-256, qop="auth"\r\n\r\n',
    ),
  )
  expect(challengeIn(response)).toMatchObject({ realm: 'b', nonce: '2', algorithm: 'sha-256', qop: true })
})

// From every letter of it, that would be gone through for hours.
test('a long word without a value is gone through once', () => {
  expect(parametersOf(`Digest ${'a'.repeat(4_000_000)} realm="b"`)).toEqual({ realm: 'b' })
})
