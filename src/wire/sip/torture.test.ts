import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  headers,
  inspectMessage,
  judgeMessage,
  readMessage,
  readUri,
  sameUri,
  type Element,
  type SipMessage,
} from './index.ts'

const folder = (name: string): string => fileURLToPath(new URL(`../../../fixtures/vectors/${name}/`, import.meta.url))
const read = (rfc: string, name: string): ReturnType<typeof readMessage> =>
  readMessage(readFileSync(`${folder(rfc)}${name}.dat`))

interface Row {
  readonly name: string
  readonly role: Element['role']
  readonly required: string
  readonly tolerant: string
  readonly strict: string
}

/** Rows of the table in the vectors' README. */
const table = (rfc: string): Row[] =>
  readFileSync(`${folder(rfc)}README.md`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name = '', , , , required = '', tolerant = '', strict = '']) => ({
      name: name.replaceAll('`', ''),
      role: (required.split(' ')[0] ?? '') as Element['role'],
      required: required.split(' ')[1] ?? '',
      tolerant,
      strict,
    }))

const elementIn = (role: Element['role'], name: string): Element => ({
  role,
  methods: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'MESSAGE'],
  uriSchemes: ['sip', 'sips'],
  extensions: ['100rel'],
  contentTypes: ['application/sdp', 'multipart/mixed', 'text/plain'],
  authorization: name.endsWith('regaut01') ? ['digest'] : [],
  sentBy: ['192.0.2.198', '192.0.2.105', '192.0.2.2'],
})

function understood({ startLine, headers: fields, body, diagnostics }: SipMessage): string {
  const { kind } = startLine
  const start = kind === 'request' ? startLine.method : kind === 'response' ? String(startLine.status) : kind
  const bent = diagnostics.filter(({ severity }) => severity === 'warning').length
  return `${start}, ${fields.length} fields, ${body.length} octets${bent > 0 ? `, ${bent} bent` : ''}`
}

function strictly(message: SipMessage): string {
  const { conformant, rules } = judgeMessage(message)
  return conformant ? 'conformant' : rules.map(({ rule, offset }) => `${rule}@${offset}`).join(', ')
}

describe.each([
  ['rfc4475', 50],
  ['rfc5118', 12],
])('%s', (rfc, count) => {
  test(`all ${count} messages have their row`, () => {
    const names = globSync('**/*.dat', { cwd: folder(rfc) }).map((path) => path.replace('.dat', ''))
    expect(names.length).toBe(count)
    expect(
      table(rfc)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(names.sort())
  })
  test.each(table(rfc))('$name: $required, $strict', ({ name, role, required, tolerant, strict }) => {
    const message = read(rfc, name)
    expect(understood(message)).toBe(tolerant)
    expect(strictly(message)).toBe(strict)
    const inspected = inspectMessage(message, elementIn(role, name))
    expect(inspected.kind === 'answer' ? String(inspected.status) : inspected.kind).toBe(required)
  })
  test.each(table(rfc))('$name is written back octet for octet', ({ name }) => {
    const message = read(rfc, name)
    const parts = [
      message.octets.subarray(0, message.headers[0]!.span.start),
      ...message.headers.map(({ span }) => message.octets.subarray(span.start, span.end)),
      message.octets.subarray(message.headers.at(-1)!.span.end),
    ]
    expect(Buffer.concat(parts).equals(message.octets)).toBe(true)
  })
})

describe('the counts of RFC 4475', () => {
  const rows = table('rfc4475')
  const section = (prefix: string): Row[] => rows.filter(({ name }) => name.startsWith(prefix))
  test('13 of 13 valid messages are conformant', () => {
    expect(section('valid/').map(({ strict }) => strict)).toEqual(Array(13).fill('conformant'))
  })
  test('every invalid message is diagnosed by rule and offset', () => {
    const clauses = readFileSync(`${folder('rfc4475')}README.md`, 'utf8').matchAll(
      /^\| `(invalid\/\w+)` +\| 3\.1\.2\./gm,
    )
    const invalid = [...clauses].map(([, name]) => name)
    expect(invalid.length).toBe(19)
    for (const { name, strict } of rows) if (invalid.includes(name)) expect(strict).toMatch(/^[\w.-]+@\d+/)
  })
})

describe('what they mean', () => {
  test('wsinv: folds and white space', () => {
    const { startLine, headers: fields, body } = read('rfc4475', 'valid/wsinv')
    const requestUri = 'sip:vivekg@chair-dnrc.example.com;unknownparam'
    expect(startLine).toEqual({ kind: 'request', method: 'INVITE', requestUri })
    expect(fields.find(({ name }) => name === 'cseq')?.value).toBe('0009 INVITE')
    expect(body.length).toBe(150)
  })
  test('esc02: a percent sign in a method is no escape', () => {
    expect(read('rfc4475', 'valid/esc02').startLine).toMatchObject({ method: 'RE%47IST%45R' })
  })
  test('mpart01: the body is binary and whole', () => {
    const message = read('rfc4475', 'valid/mpart01')
    expect(message.bodySpan.end).toBe(message.octets.length)
    expect(message.body.includes(0)).toBe(true)
  })
  test('dblreq: the second request is no part of the first', () => {
    const message = read('rfc4475', 'valid/dblreq')
    expect(message.startLine).toMatchObject({ method: 'REGISTER' })
    expect(headers(message, 'via').length).toBe(1)
    expect(message.bodySpan.end).toBeLessThan(message.octets.length)
  })
  test('port-ambiguous and port-unambiguous', () => {
    expect(readUri('sip:[2001:db8::10:5070]')).toMatchObject({ host: '[2001:db8::10:5070]', port: undefined })
    expect(readUri('sip:[2001:db8::10]:5070')).toMatchObject({ host: '[2001:db8::10]', port: 5070 })
  })
  test('three colons and two are the same address', () => {
    expect(sameUri('sip:user@[2001:db8:::192.0.2.1]', 'sip:user@[2001:DB8::192.0.2.1]')).toBe(true)
    expect(sameUri('sip:user@[2001:db8::1]', 'sip:user@[2001:db8:0::0001]')).toBe(true)
    expect(sameUri('sip:user@[2001:db8::1]', 'sip:user@[2001:db8::2]')).toBe(false)
  })
})
