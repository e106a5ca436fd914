import { readMessage, readMediaType } from '#wire/sip'
import { expect, test } from 'vitest'
import type { Around } from '../kind.ts'
import { kindNamed } from './index.ts'

const around = {
  user: {},
  other: {},
  canary: 'fz0000000000',
  sender: { sentBy: '127.0.0.1:5070', host: 'inside.example' },
} as Around

const changed = (kind: string, p: string, text: string): string => kindNamed(kind)?.apply(text, p, around) ?? ''

test('a media type is the same in whatever letters the names of its parameters are, and with white space between', () => {
  const text = 'multipart/mixed;boundary=one'
  const ways = ['parameter name in another case', 'white space around the semicolon', 'unknown parameter in front']
  const made = ways.map((p) => changed('content type', p, text))
  expect(made).toEqual([
    'multipart/mixed;Boundary=one',
    'multipart/mixed ; boundary=one',
    'multipart/mixed;unknown=1;boundary=one',
  ])
  const boundaryOf = (value: string): string | undefined =>
    readMediaType(value)?.parameters.find(({ name }) => name.toLowerCase() === 'boundary')?.value
  expect(made.map(boundaryOf)).toEqual(['one', 'one', 'one'])
})

test('fields that may stand more than once stand there often, and are right', () => {
  const kind = kindNamed('add 65 times')
  for (const p of kind?.parameters('', {} as Around['place']) ?? []) {
    const head = 'OPTIONS sip:a@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n'
    const rest = 'From: <sip:a@a>;tag=1\r\nTo: <sip:b@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n'
    const message = readMessage(Buffer.from(`${head}${rest}${kind?.apply('', p, around)}\r\n`))
    expect(message.headers.filter(({ name }) => name === p)).toHaveLength(65)
    expect(message.diagnostics).toEqual([])
  }
})

test('what names the sender may stand in a part of no known type, and in a field whose name has a space behind it', () => {
  const part = '--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n'
  expect(changed('part', 'unknown part of the sender behind', part)).toContain(
    'application/unknown\r\n\r\nfrom inside.example',
  )
  expect(changed('part', 'fragment of a message of the sender behind', part)).toContain('<sip:somebody@127.0.0.1:5070>')
  expect(changed('add what names the sender', 'User-Agent with a space before the colon', '')).toMatch(
    /^User-Agent : .*inside/,
  )
})

test('what is long enough to show the square of its length still fits a datagram', () => {
  const kind = kindNamed('long run')
  const lengths =
    kind?.parameters('', {} as Around['place']).map((p) => changed('long run', String(p), 'a').length) ?? []
  expect(Math.min(...lengths)).toBeGreaterThan(49_000)
  expect(Math.max(...lengths)).toBeLessThan(51_000)
})
