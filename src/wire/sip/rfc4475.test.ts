import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readMessage } from './index.ts'

const vectors = new URL('../../../fixtures/vectors/rfc4475/', import.meta.url)
const read = (path: string): ReturnType<typeof readMessage> => readMessage(readFileSync(new URL(path, vectors)))
const errors = (path: string): string[] => [
  ...new Set(read(path).diagnostics.flatMap(({ severity, rule }) => (severity === 'error' ? [rule] : []))),
]

/** Which rule each invalid message breaks; none where RFC 4475 wants it understood (and perhaps refused for its meaning). */
const broken: Readonly<Record<string, readonly string[]>> = {
  badaspec: ['address-uri-malformed'],
  badbranch: ['via-branch-magic-cookie-alone'],
  baddate: ['date-malformed'],
  baddn: ['display-name-malformed', 'head-without-empty-line'],
  badinv01: ['parameter-empty', 'via-malformed'],
  badvers: ['version-not-supported', 'via-protocol-not-sip-2.0'],
  bcast: [],
  bext01: [],
  bigcode: ['status-out-of-range'],
  clerr: ['content-length-beyond-message'],
  cparam01: [],
  cparam02: [],
  escruri: ['request-uri-with-headers'],
  insuf: ['from-missing', 'to-missing', 'call-id-missing', 'max-forwards-missing', 'contact-missing'],
  inv2543: [],
  invut: [],
  ltgtruri: ['request-uri-malformed'],
  lwsruri: ['request-uri-malformed'],
  lwsstart: ['start-line-white-space'],
  mcl01: ['content-length-contradicted', 'header-field-twice'],
  mismatch01: ['cseq-method-mismatch'],
  mismatch02: ['cseq-method-mismatch'],
  multi01: ['header-field-twice'],
  ncl: ['content-length-malformed'],
  novelsc: [],
  quotbal: ['name-address-malformed'],
  regaut01: [],
  regbadct: ['address-needs-angle-brackets'],
  regescrt: [],
  scalar02: ['cseq-out-of-range', 'max-forwards-out-of-range', 'expires-out-of-range', 'contact-expires-out-of-range'],
  scalarlg: ['cseq-out-of-range', 'retry-after-malformed', 'warning-malformed'],
  sdp01: [],
  test: ['start-line-unreadable', 'address-uri-malformed', 'from-without-tag', 'header-field-without-colon'],
  trws: ['start-line-white-space'],
  unkscm: [],
  unksm2: [],
  zeromf: [],
}

describe('RFC 4475 3.1.1, valid messages', () => {
  const names = readdirSync(new URL('valid', vectors))
  test('all thirteen are there', () => expect(names.length).toBe(13))
  test.each(names)('%s breaks no rule', (name) => {
    expect(errors(`valid/${name}`)).toEqual([])
  })
})

describe('RFC 4475, the others', () => {
  test('each has its row in the table', () => {
    const names = readdirSync(new URL('invalid', vectors)).map((name) => name.replace('.dat', ''))
    expect(names.sort()).toEqual(Object.keys(broken).sort())
  })
  test.each(Object.entries(broken))('%s: %j', (name, rules) => {
    expect(errors(`invalid/${name}.dat`)).toEqual(rules)
  })
})

describe('RFC 4475, what the valid ones mean', () => {
  test('wsinv: folds and white space', () => {
    const { startLine, headers, body } = read('valid/wsinv.dat')
    expect(startLine).toEqual({
      kind: 'request',
      method: 'INVITE',
      requestUri: 'sip:vivekg@chair-dnrc.example.com;unknownparam',
    })
    expect(headers.find(({ name }) => name === 'cseq')?.value).toBe('0009 INVITE')
    expect(body.length).toBe(150)
  })
  test('esc02: a percent sign in a method is no escape', () => {
    expect(read('valid/esc02.dat').startLine).toMatchObject({ method: 'RE%47IST%45R' })
  })
  test('mpart01: the body is binary and whole', () => {
    const message = read('valid/mpart01.dat')
    expect(message.bodySpan.end).toBe(message.octets.length)
    expect(message.body.includes(0)).toBe(true)
  })
})
