import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { headers, readMessage, readUri, sameUri } from './index.ts'

const folder = (name: string): string => fileURLToPath(new URL(`../../../fixtures/vectors/${name}/`, import.meta.url))
const read = (rfc: string, name: string): ReturnType<typeof readMessage> =>
  readMessage(readFileSync(`${folder(rfc)}${name}.dat`))
const errors = (rfc: string, name: string): string[] => [
  ...new Set(read(rfc, name).diagnostics.flatMap(({ severity, rule }) => (severity === 'error' ? [rule] : []))),
]

/** Rows of the table in the vectors' README: a message and the rules it breaks. */
const table = (rfc: string): [name: string, broken: string[]][] =>
  readFileSync(`${folder(rfc)}README.md`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name = '', , , broken = '']) => [
      name.replaceAll('`', ''),
      broken.split(', ').filter((rule) => rule !== ''),
    ])

describe.each([
  ['rfc4475', 50],
  ['rfc5118', 12],
])('%s', (rfc, count) => {
  test(`all ${count} messages have their row`, () => {
    const names = globSync('**/*.dat', { cwd: folder(rfc) }).map((path) => path.replace('.dat', ''))
    expect(names.length).toBe(count)
    expect(
      table(rfc)
        .map(([name]) => name)
        .sort(),
    ).toEqual(names.sort())
  })
  test.each(table(rfc))('%s breaks %j', (name, broken) => {
    expect(errors(rfc, name)).toEqual(broken)
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
