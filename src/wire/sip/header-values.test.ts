import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { families, type HeaderName } from './headers/families.ts'
import {
  headerValue,
  headerValues,
  judgeMessage,
  readFragment,
  readMessage,
  spanOf,
  writeHeaderValue,
} from './index.ts'

const folder = new URL('../../../fixtures/vectors/sip-header-fields/', import.meta.url)

/** A message that keeps every rule, with more fields. */
const withField = (...lines: readonly string[]): ReturnType<typeof readMessage> =>
  readMessage(
    Buffer.from(
      [
        'OPTIONS sip:b@example.org SIP/2.0',
        'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1',
        'Max-Forwards: 70',
        'From: <sip:a@example.org>;tag=1',
        'To: <sip:b@example.org>',
        'Call-ID: 1@example.org',
        'CSeq: 1 OPTIONS',
      ]
        .filter((line) => !lines.some((other) => other.split(':')[0] === line.split(':')[0]))
        .concat(lines, '', '')
        .join('\r\n'),
    ),
  )

/** A value as a vector shows it: what its interface has, nothing of how it was read. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value !== 'object' || value === null) return value
  const hidden = new Set(['source', 'reading', 'address', 'hasPairs', 'constructor', '__proto__'])
  const own = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(value) as object)
  const names = [
    ...Object.keys(value).filter((name) => typeof (value as Record<string, unknown>)[name] !== 'function'),
    ...Object.keys(own).filter((name) => own[name]?.get !== undefined),
  ]
  const entries = names
    .filter((name) => !hidden.has(name) && !/(?:Start|End)$|^(?:start|end)$/.test(name))
    .map((name) => [name, shown((value as Record<string, unknown>)[name])] as const)
    .filter(([, one]) => one !== undefined)
  return Object.fromEntries(entries)
}

interface Row {
  readonly file: string
  readonly name: HeaderName
  readonly value: string
  readonly expected: string
}

/** Rows `| Field | Value | Read as |`: a reading in JSON, or the rules broken with the index into the value. */
const rows: Row[] = readdirSync(folder).flatMap((file) =>
  readFileSync(new URL(file, folder), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line.split(/(?<!\\)\|/).map((cell) =>
        cell
          .trim()
          .replace(/^`+ ?|`+$/g, '')
          .replaceAll('\\|', '|'),
      ),
    )
    .map(([, name = '', value = '', expected = '']) => ({ file, name: name as HeaderName, value, expected })),
)

describe('header fields by family', () => {
  test('every field with a reader has a good value and a bad one', () => {
    const good = new Set(rows.filter(({ expected }) => expected.startsWith('[')).map(({ name }) => name))
    const bad = new Set(rows.filter(({ expected }) => /^[\w.-]+@\d+/.test(expected)).map(({ name }) => name))
    const all = Object.keys(families) as HeaderName[]
    expect(all.filter((name) => !good.has(name))).toEqual([])
    // Any text is an organization and a subject.
    expect(all.filter((name) => !bad.has(name))).toEqual(['Organization', 'Subject'])
  })

  test.each(rows)('$name: $value', ({ name, value, expected }) => {
    const message = withField(`${name}: ${value}`)
    const { rules } = judgeMessage(message)
    const start = spanOf(message, name)!.start
    const own = rules.filter(({ rule }) => rule !== 'cseq-method-mismatch')
    const came =
      own.length > 0
        ? own.map(({ rule, offset }) => `${rule}@${offset - start}`).join(', ')
        : JSON.stringify(headerValues(message, name).map(shown))
    expect(came).toBe(expected)
  })

  test.each(rows.filter(({ expected }) => expected.startsWith('[') && expected !== '[]'))(
    '$name written again says the same: $value',
    ({ name, value }) => {
      const read = headerValues(withField(`${name}: ${value}`), name)
      // Credentials and their like are one value a field.
      const written = read.map((one) => writeHeaderValue(name, one as never)).join(', ')
      expect(headerValues(withField(`${name}: ${written}`), name).map(shown)).toEqual(read.map(shown))
    },
  )
})

describe('spans', () => {
  const message = withField(
    'Via: SIP/2.0/UDP [2001:db8::1]:5062;branch=z9hG4bK1 , SIP/2.0/TCP b.example.org;branch=z9hG4bK2;received=192.0.2.9',
    'm: "A" <sip:a:pw@example.org:5061;transport=tcp;lr?x=y>;q=0.5;+sip.instance="<urn:x>"',
    'Supported: timer ,\r\n  100rel',
    'Session-Expires: 90;refresher=uac',
    'Authorization: Digest username="a", nc=00000001, response="b"',
    'X-Other: kept as it came',
  )
  test.each([
    ['Method', 'OPTIONS'],
    ['Request-URI', 'sip:b@example.org'],
    ['Request-URI.host', 'example.org'],
    ['Via[0].port', '5062'],
    ['Via[1].branch', 'z9hG4bK2'],
    ['Via[1].received', '192.0.2.9'],
    ['v[1].host', 'b.example.org'],
    ['From.tag', '1'],
    ['From.uri.user', 'a'],
    ['CSeq.method', 'OPTIONS'],
    ['CSeq.sequence', '1'],
    ['Contact.displayName', '"A"'],
    ['Contact.uri.password', 'pw'],
    ['Contact.uri.port', '5061'],
    ['Contact.uri.transport', 'tcp'],
    ['Contact.uri.headers', 'x=y'],
    ['Contact.+sip.instance', '"<urn:x>"'],
    ['contact.Q', '0.5'],
    ['Supported[1]', '100rel'],
    ['Session-Expires.refresher', 'uac'],
    ['Authorization.nc', '00000001'],
    ['X-Other', 'kept as it came'],
  ])('%s', (part, expected) => {
    const span = spanOf(message, part)!
    expect(Buffer.from(message.octets.subarray(span.start, span.end)).toString()).toBe(expected)
  })
  test('what is absent has none', () => {
    for (const part of ['Route', 'From.x', 'Via[2]', 'Supported[2]', 'Via[0].received', 'Status', 'X-Other.a'])
      expect(spanOf(message, part)).toBeUndefined()
  })
  test('a status line', () => {
    const answer = readMessage(Buffer.from('SIP/2.0 486 Busy Here\r\n\r\n'))
    expect([spanOf(answer, 'Status'), spanOf(answer, 'Reason-Phrase')]).toEqual([
      { start: 8, end: 11 },
      { start: 12, end: 21 },
    ])
  })
})

describe('values of several fields are one list', () => {
  test('in order, compact and long', () => {
    const message = withField('Route: <sip:a>,<sip:b>', 'Route: <sip:c;lr>', 'k: timer', 'Supported: path')
    expect(headerValues(message, 'Route').map(({ uri }) => uri)).toEqual(['sip:a', 'sip:b', 'sip:c;lr'])
    expect(headerValues(message, 'Supported')).toEqual(['timer', 'path'])
    expect(headerValue(message, 'Via')?.branch).toBe('z9hG4bK1')
    expect(headerValue(message, 'From')?.tag).toBe('1')
    expect(headerValue(message, 'From')?.address?.host).toBe('example.org')
  })
  test('what breaks the grammar is left out, the rest is kept', () => {
    const message = withField('Route: <sip:a>,"b <sip:b>', 'Route: <sip:c>')
    expect(headerValues(message, 'Route').map(({ uri }) => uri)).toEqual(['sip:a', 'sip:c'])
    expect(message.diagnostics.map(({ rule }) => rule)).toEqual(['name-address-malformed'])
  })
})

describe('fragments (RFC 3420)', () => {
  const fragment = (text: string): ReturnType<typeof readFragment> => readFragment(Buffer.from(text))
  test('a start line alone, as a NOTIFY after REFER carries it', () => {
    const answer = fragment('SIP/2.0 200 OK\r\n')
    expect(answer.startLine).toEqual({ kind: 'response', status: 200, reason: 'OK' })
    expect(judgeMessage(answer).conformant).toBe(true)
  })
  test('header fields without a start line', () => {
    const fields = fragment('From: <sip:a@example.org>;tag=1\r\nCSeq: 1 INVITE\r\nExpires: soon\r\n')
    expect(headerValue(fields, 'CSeq')).toMatchObject({ sequence: 1, method: 'INVITE' })
    expect(judgeMessage(fields).rules.map(({ rule }) => rule)).toEqual(['expires-out-of-range'])
  })
  test('a whole message', () => {
    const whole = fragment('OPTIONS sip:b@example.org SIP/2.0\r\nSubject: x\r\n\r\nbody')
    expect(whole.startLine).toMatchObject({ method: 'OPTIONS' })
    expect(Buffer.from(whole.body).toString()).toBe('body')
  })
})
