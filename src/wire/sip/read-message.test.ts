import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  header,
  headerField,
  headers,
  headerValue,
  headerValues,
  parameter,
  readMessage,
  writeMessage,
} from './index.ts'

const octetsOf = (text: string): Uint8Array => Buffer.from(text, 'utf8')
const textOf = (octets: Uint8Array): string => Buffer.from(octets).toString('utf8')
const rules = (text: string): string[] => readMessage(octetsOf(text)).diagnostics.map(({ rule }) => rule)

const options = [
  'OPTIONS sip:b@example.org SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1',
  'Max-Forwards: 70',
  'From: <sip:a@example.org>;tag=1',
  'To: <sip:b@example.org>',
  'Call-ID: 1@example.org',
  'CSeq: 1 OPTIONS',
]
const written = (lines: readonly string[], body = ''): string => `${lines.join('\r\n')}\r\n\r\n${body}`
const without = (name: string): string => written(options.filter((line) => !line.startsWith(`${name}:`)))
const withLines = (...lines: string[]): string => written([...options, ...lines])

describe('a message is read as it came', () => {
  test('start line, fields in order, body', () => {
    const message = readMessage(octetsOf(withLines('Content-Type: text/plain', 'Content-Length: 2') + 'hi'))
    expect(message.startLine).toEqual({ kind: 'request', method: 'OPTIONS', requestUri: 'sip:b@example.org' })
    expect(message.headers.map(({ name }) => name).slice(0, 3)).toEqual(['Via', 'Max-Forwards', 'From'])
    expect(textOf(message.body)).toBe('hi')
    expect(message.diagnostics).toEqual([])
  })

  test('spans cut the very octets out', () => {
    const octets = octetsOf(withLines('Subject:  two\r\n  lines  ', 'Organization: Zürich'))
    const message = readMessage(octets)
    const subject = headerField(message, 'subject')!
    expect(subject.value).toBe('two lines')
    expect(textOf(octets.subarray(subject.span.start, subject.span.end))).toBe('Subject:  two\r\n  lines  \r\n')
    expect(textOf(octets.subarray(subject.valueSpan.start, subject.valueSpan.end))).toBe('two\r\n  lines')
    expect(header(message, 'Organization')).toBe('Zürich')
  })

  test('names match in any letter case and in compact form, both ways', () => {
    const message = readMessage(octetsOf(withLines('m: <sip:x@y>', 'CONTACT: <sip:z@y>')))
    expect(headers(message, 'Contact')).toEqual(['<sip:x@y>', '<sip:z@y>'])
    expect(headers(message, 'm')).toEqual(['<sip:x@y>', '<sip:z@y>'])
    expect(header(message, 'Supported')).toBeUndefined()
  })

  test('octets beyond Content-Length are no part of the body', () => {
    const message = readMessage(octetsOf(withLines('Content-Type: text/plain', 'Content-Length: 2') + 'hi there'))
    expect(textOf(message.body)).toBe('hi')
    expect(message.diagnostics.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['octets-after-body', 'warning'],
    ])
  })

  test('a response with an empty reason phrase', () => {
    const { startLine } = readMessage(octetsOf('SIP/2.0 180 \r\n\r\n'))
    expect(startLine).toEqual({ kind: 'response', status: 180, reason: '' })
  })
})

describe('a broken rule is named with its clause and its octet', () => {
  test.each([
    ['via-missing', without('Via')],
    ['from-missing', without('From')],
    ['to-missing', without('To')],
    ['call-id-missing', without('Call-ID')],
    ['cseq-missing', without('CSeq')],
    ['max-forwards-missing', without('Max-Forwards')],
    ['contact-missing', withLines().replaceAll('OPTIONS', 'INVITE')],
    ['header-field-twice', withLines('To: <sip:c@example.org>')],
    ['header-field-without-colon', withLines('what is this')],
    ['header-field-name-malformed', withLines('Sub ject: x')],
    ['header-field-name-malformed', withLines('Sub ject:')],
    ['header-field-name-malformed', withLines(': x')],
    ['header-field-name-malformed', withLines(':')],
    ['header-field-not-utf-8', withLines('Subject: \u0000')],
    ['line-end-without-carriage-return', withLines().replace('Max-Forwards: 70\r\n', 'Max-Forwards: 70\n')],
    ['carriage-return-alone', withLines('Subject: a\rb')],
    ['carriage-return-alone', withLines('Subject: \ra')],
    ['carriage-return-alone', withLines('Subject: a\r')],
    ['carriage-return-alone', withLines('Subject:\r\n a \r\r')],
    ['control-character', withLines('Subject: a\u0007b')],
    ['head-without-empty-line', withLines().slice(0, -2)],
    ['content-length-beyond-message', withLines('Content-Length: 9')],
    ['content-length-malformed', withLines('Content-Length: -1')],
    ['content-length-contradicted', withLines('Content-Length: 0', 'l: 1')],
    ['content-type-missing', withLines('Content-Length: 2') + 'hi'],
    ['content-type-malformed', withLines('Content-Type: text')],
    ['cseq-method-mismatch', withLines().replace('1 OPTIONS', '1 MESSAGE')],
    ['cseq-out-of-range', withLines().replace('1 OPTIONS', '2147483648 OPTIONS')],
    ['cseq-malformed', withLines().replace('CSeq: 1 OPTIONS', 'CSeq: OPTIONS')],
    ['version-not-supported', withLines().replace('SIP/2.0\r\nVia', 'SIP/3.0\r\nVia')],
    ['version-malformed', withLines().replace('SIP/2.0\r\nVia', 'SIP/two\r\nVia')],
    ['start-line-white-space', withLines().replace(' sip:b', '  sip:b')],
    ['start-line-unreadable', withLines().replace('OPTIONS sip:b@example.org SIP/2.0', 'hello')],
    ['request-uri-malformed', withLines().replace('sip:b@example.org SIP', '<sip:b@example.org> SIP')],
    ['request-uri-with-headers', withLines().replace('sip:b@example.org SIP', 'sip:b@example.org?a=b SIP')],
    ['status-out-of-range', withLines().replace('OPTIONS sip:b@example.org SIP/2.0', 'SIP/2.0 700 No')],
    ['via-malformed', withLines().replace('192.0.2.1:5060', '192.0.2.1:70000')],
    ['via-protocol-not-sip-2.0', withLines().replace('SIP/2.0/UDP', 'SIP/1.0/UDP')],
    ['via-branch-magic-cookie-alone', withLines().replace('z9hG4bK1', 'z9hG4bK')],
    ['via-branch-without-magic-cookie', withLines().replace('z9hG4bK1', '1')],
    ['via-without-branch', withLines().replace(';branch=z9hG4bK1', '')],
    ['parameter-empty', withLines().replace(';tag=1', ';;tag=1')],
    ['parameter-name-malformed', withLines().replace(';tag=1', ';tag=1;a b=1')],
    ['parameter-value-malformed', withLines().replace(';tag=1', ';tag=1;a="b" c')],
    ['name-address-malformed', withLines().replace('To: <sip:b@example.org>', 'To: "B <sip:b@example.org>')],
    ['address-uri-malformed', withLines().replace('To: <sip:b@example.org>', 'To: <b@example.org>')],
    ['address-needs-angle-brackets', withLines('Contact: sip:a@example.org?x=y')],
    ['display-name-malformed', withLines().replace('To: <', 'To: Bell, Alexander <')],
    ['from-without-tag', withLines().replace(';tag=1', '')],
    ['call-id-malformed', withLines().replace('1@example.org', '1@2@3')],
    ['max-forwards-out-of-range', withLines().replace('Max-Forwards: 70', 'Max-Forwards: 256')],
    ['expires-out-of-range', withLines('Expires: 4294967296')],
    ['retry-after-malformed', withLines('Retry-After: soon')],
    ['contact-expires-out-of-range', withLines('Contact: <sip:a@example.org>;expires=4294967296')],
    ['contact-q-out-of-range', withLines('Contact: <sip:a@example.org>;q=1.5')],
    ['contact-star-beside-others', withLines('Contact: *, <sip:a@example.org>')],
    ['date-malformed', withLines('Date: Fri, 01 Jan 2010 16:00:00 EST')],
    ['warning-malformed', withLines('Warning: 1812 overture "In Progress"')],
    ['accept-malformed', withLines('Accept: sdp')],
    ['token-list-malformed', withLines('Allow: INVITE,, BYE')],
    ['credentials-malformed', withLines('Authorization: Digest a=b, c')],
  ])('%s', (rule, text) => {
    const octets =
      rule === 'header-field-not-utf-8' ? octetsOf(text).map((octet) => (octet === 0 ? 0xff : octet)) : octetsOf(text)
    const broken = readMessage(octets).diagnostics.filter((diagnostic) => diagnostic.rule === rule)
    expect(broken.length).toBeGreaterThan(0)
    expect(broken[0]!.clause).toMatch(/^RFC \d{4} [\d.]+$/)
    expect(broken[0]!.offset).toBeLessThanOrEqual(octets.length)
  })

  test('a message that keeps them all has none', () => {
    expect(rules(withLines())).toEqual([])
  })

  test('the offset is that of the field', () => {
    const text = withLines('Expires: never')
    const [expires] = readMessage(octetsOf(text)).diagnostics
    expect(expires!.offset).toBe(text.indexOf('never'))
  })

  test('however many rules are broken, only so many are told', () => {
    const { diagnostics } = readMessage(octetsOf(withLines(...Array.from({ length: 5000 }, () => 'no colon here'))))
    expect(diagnostics.length).toBe(200)
  })

  test('what stands behind more empty values or parameters than are told is read all the same', () => {
    const many = (separator: string): string => separator.repeat(1000)
    const contacts = `<sip:a@b>${many(',')} <sip:c@d>${many(';')}q=1${many(',')}`
    const from = `<sip:a@b>${many(';')}tag=behind${many(' ;')}`
    const message = readMessage(octetsOf(withLines(`Contact: ${contacts}`, `Reply-To: ${from}`)))
    expect(headerValues(message, 'Contact')).toMatchObject([{ uri: 'sip:a@b' }, { uri: 'sip:c@d' }])
    expect(parameter(headerValue(message, 'Contact')?.parameters ?? [], 'q')).toBeUndefined()
    expect(headerValues(message, 'Contact').at(-1)?.parameters).toEqual([{ name: 'q', value: '1' }])
    expect(headerValue(message, 'Reply-To')?.parameters).toEqual([{ name: 'tag', value: 'behind' }])
  })

  test.each([
    ['control-character', '\u0000'],
    ['control-character', '\u001f'],
    ['control-character', '\u007f'],
    ['carriage-return-alone', '\r'],
    ['header-field-not-utf-8', '\u0080'],
    [undefined, '\t'],
  ])('%s is seen wherever it stands in a long value', (rule, character) => {
    for (const length of [1023, 1024, 1025, 1026, 1027, 20_000, 70_000])
      for (const at of [1, 2, 3, 4, 5, 512, length - 2]) {
        const value = `a${' !~'.repeat(length / 3 + 1).slice(0, length - 2)}z`
        const text = withLines(`X-Long: ${value.slice(0, at)}${character}${value.slice(at)}`)
        const found = readMessage(Buffer.from(text, 'latin1')).diagnostics
        expect(found.map((one) => one.rule)).toEqual(rule === undefined ? [] : [rule])
        if (rule !== undefined && rule !== 'header-field-not-utf-8')
          expect(found[0]?.offset).toBe(text.indexOf('X-Long: ') + 'X-Long: '.length + at)
      }
  })
})

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9.!%*_+`'~-]{0,12}$/)
const value = fc
  .string({ unit: 'binary', maxLength: 60 })
  .map((text) => text.replaceAll(/[\r\n\uD800-\uDFFF]/g, '').trim())
  .filter((text) => text === '' || (text > '!' && text.at(-1)! > ' '))
const draft = fc.record({
  startLine: fc.oneof(
    fc.record({
      kind: fc.constant('request' as const),
      method: token,
      requestUri: token.map((name) => `sip:${name}@h`),
    }),
    fc.record({ kind: fc.constant('response' as const), status: fc.integer({ min: 100, max: 699 }), reason: token }),
  ),
  headers: fc.array(
    fc.tuple(
      token.filter((name) => !/^(?:content-length|l)$/i.test(name)),
      value,
    ),
    { maxLength: 20 },
  ),
  body: fc.uint8Array({ maxLength: 200 }),
})

describe('for any message', () => {
  test('what is written is read back, octet for octet', () => {
    fc.assert(
      fc.property(draft, (asked) => {
        const octets = writeMessage(asked)
        const message = readMessage(octets)
        expect(message.startLine).toEqual(asked.startLine)
        expect(message.headers.map(({ name, value: came }) => [name, came])).toEqual(asked.headers)
        expect(Buffer.compare(message.body, asked.body)).toBe(0)
        const again = {
          startLine: asked.startLine,
          headers: message.headers.map((one) => [one.name, one.value] as const),
        }
        expect(Buffer.compare(writeMessage({ ...again, body: message.body }), octets)).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  test('a message cut anywhere reads as far as it goes', () => {
    const octets = octetsOf(withLines('Contact: "x y" <sip:a@b;c=d>;q=0.1', 'Allow: INVITE, BYE', 'X-Any: 1'))
    const fieldsOf = (read: Uint8Array): unknown[] =>
      readMessage(read).headers.map((field) => [field.name, field.value, field.span, field.values.length])
    const whole = fieldsOf(octets)
    for (let end = 0; end < octets.length; end += 1) {
      const cut = octets.subarray(0, end)
      const complete = fieldsOf(cut).slice(0, -1)
      expect(complete).toEqual(whole.slice(0, complete.length))
      for (const field of readMessage(cut).headers) expect(field.span.end).toBeLessThanOrEqual(end)
    }
  })

  test('octets of any kind are read without an exception, and the fields cover the head without a gap', () => {
    const sample = octetsOf(withLines('Contact: "x" <sip:a@b;c=d>;q=0.1', 'Content-Length: 4') + 'body')
    const hostile = fc.tuple(
      fc.constantFrom('OPTIONS sip:a@b SIP/2.0\r\n', 'SIP/2.0 200 OK\r\n', ''),
      fc.array(fc.oneof(fc.constantFrom('\r\n', '\n', ' ', ':', '"', '<', '>', ';', ',', 'Via:', 'To:', 'm:'), value)),
    )
    const spoilt = fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { maxLength: 8 }).map((changes) => {
      const octets = Uint8Array.from(sample)
      for (const [at, octet] of changes) octets[at] = octet
      return octets
    })
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      spoilt,
      hostile.map(([line, parts]) => octetsOf(line + parts.join(''))),
    )
    fc.assert(
      fc.property(any, (octets) => {
        const message = readMessage(octets)
        expect(message.octets).toBe(octets)
        expect(message.diagnostics.every(({ offset }) => offset >= 0 && offset <= octets.length)).toBe(true)
        for (const [index, field] of message.headers.entries()) {
          const next = message.headers[index + 1]
          if (next) expect(next.span.start).toBe(field.span.end)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('no control character is passed over', () => {
  const values: readonly (readonly [name: string, value: string])[] = [
    ['Via', 'SIP / 2.0 / UDP 192.0.2.1 : 5060 ;branch=z9hG4bK1'],
    ['Contact', '"A \\"b\\" c" <sip:a@b;x=y?h=v>;q=0.1;expires=2, Bob <sip:b@c>'],
    ['Reply-To', 'sip:a@b ;x=y'],
    ['User-Agent', 'product/1.0 (a (comment) of it) other'],
    ['Retry-After', '18000 (in \\) a meeting);duration=3600'],
    ['Authorization', 'Digest username="a", realm="b", nonce="c", uri="sip:d", response="e", nc=00000001'],
    ['Authorization', 'Bearer abc.def'],
    ['RAck', '1 2 INVITE'],
    ['Timestamp', '54.1 0.2'],
    ['Subject', 'any text'],
    ['Supported', '100rel, timer'],
    ['Accept', 'application/sdp;level=1, text/plain'],
    ['Warning', '307 example.org "a text"'],
    ['P-Access-Network-Info', '3GPP-E-UTRAN-TDD;utran-cell-id-3gpp="234151D0FCE11"'],
    ['X-Unknown', 'any text'],
  ]
  // Line feed and tab are for folds; what follows a backslash in quotes is quoted.
  test.each(values)('%s: %s', (name, sound) => {
    const lines = options.filter((line) => !line.startsWith(`${name}:`))
    for (let at = 1; at < sound.length; at += 1) {
      if (sound[at - 1] === '\\') continue
      for (const control of ['\u0000', '\u000b', '\r', '\u007f']) {
        const text = written([...lines, `${name}: ${sound.slice(0, at)}${control}${sound.slice(at)}`])
        expect(rules(text), JSON.stringify(text)).not.toEqual([])
      }
    }
  })
})
