import * as fc from 'fast-check'

// Messages out of the grammar of RFC 3261 25.1, for properties that hold for every message.

const word = (characters: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), minLength, maxLength })
const alphanumeric = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const token = word(`${alphanumeric}-.!%*_+\`'~`, 1, 12)
const quoted = fc
  .array(fc.oneof(word(` ${alphanumeric},;<>@()?=/`, 0, 6), fc.constantFrom('\\"', '\\\\', '\\a', 'é', '语', '\t')), {
    maxLength: 4,
  })
  .map((parts) => `"${parts.join('')}"`)
/** Linear white space, folds too. */
const space = fc.constantFrom(' ', ' ', ' ', '  ', '\t', '\r\n ', ' \r\n\t ')
const gap = fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: space })
const digits = (largest: number): fc.Arbitrary<string> => fc.integer({ min: 0, max: largest }).map(String)

const label = word('abcdefghijklmnopqrstuvwxyz0123456789', 1, 8)
const host = fc.oneof(
  fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => `${labels.join('.')}.org`),
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
)
const port = fc.option(digits(65_535), { nil: undefined }).map((number) => (number === undefined ? '' : `:${number}`))
const escaped = fc.integer({ min: 0, max: 255 }).map((octet) => `%${octet.toString(16).padStart(2, '0')}`)
const user = fc
  .array(fc.oneof(word(`${alphanumeric}-_.!~*'()&=+$,;?/`, 1, 6), escaped), { minLength: 1, maxLength: 3 })
  .map((parts) => `${parts.join('')}@`)
const pair = fc
  .tuple(word(`${alphanumeric}-_.`, 1, 6), fc.option(word(`${alphanumeric}-_.[]/:&+$`, 1, 6)))
  .map(([name, value]) => (value === null ? name : `${name}=${value}`))
const uriParameters = fc.array(pair, { maxLength: 3 }).map((pairs) => pairs.map((one) => `;${one}`).join(''))
const sipUri = fc
  .tuple(fc.constantFrom('sip:', 'sips:', 'SIP:'), fc.oneof(user, fc.constant('')), host, port)
  .map((parts) => parts.join(''))
const bracketedUri = fc.oneof(
  fc.tuple(sipUri, uriParameters).map((parts) => parts.join('')),
  digits(1e9).map((number) => `tel:+${number}`),
)

// None that a field gives a meaning to.
const parameter = fc
  .tuple(
    gap,
    gap,
    token.map((name) => `x-${name}`),
    fc.option(fc.tuple(gap, gap, fc.oneof(token, quoted, host))),
  )
  .map(
    ([before, after, name, value]) =>
      `${before};${after}${name}${value === null ? '' : `${value[0]}=${value[1]}${value[2]}`}`,
  )
const parameters = fc.array(parameter, { maxLength: 3 }).map((all) => all.join(''))
const nameAddress = fc
  .tuple(
    fc.oneof(
      fc.constant(''),
      quoted,
      token.map((name) => `${name} `),
    ),
    gap,
    bracketedUri,
  )
  .map(([name, white, uri]) => `${name}${white}<${uri}>`)
const address = fc
  .tuple(
    fc.oneof(
      nameAddress,
      sipUri.filter((uri) => !/[;?,]/.test(uri)),
    ),
    parameters,
  )
  .map((parts) => parts.join(''))
const inList = fc.tuple(nameAddress, parameters).map((parts) => parts.join(''))
const listOf = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(value, gap, gap), { minLength: 1, maxLength: 3 })
    .map((all) => all.map(([one, before, after], index) => (index === 0 ? one : `${before},${after}${one}`)).join(''))
const tagged = fc.tuple(address, token).map(([value, tag]) => `${value};tag=${tag}`)
const branch = token.map((text) => `;branch=z9hG4bK${text}`)
const via = fc
  .tuple(gap, gap, fc.constantFrom('UDP', 'TCP', 'TLS', 'SCTP', 'WS'), space, host, port, branch)
  .map(
    ([one, other, transport, white, sentBy, number, rest]) =>
      `SIP${one}/${other}2.0/${transport}${white}${sentBy}${number}${rest}`,
  )
const withParameters = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(value, parameters).map((parts) => parts.join(''))

const others: readonly (readonly [name: string, value: fc.Arbitrary<string>])[] = [
  ['Contact', listOf(inList)],
  ['m', listOf(inList)],
  ['Route', listOf(inList)],
  ['Record-Route', listOf(inList)],
  ['P-Asserted-Identity', listOf(inList)],
  ['Supported', listOf(token)],
  ['k', listOf(token)],
  ['Allow', listOf(token)],
  ['Accept', listOf(withParameters(fc.tuple(token, token).map((parts) => parts.join('/'))))],
  ['Accept-Contact', listOf(withParameters(fc.constant('*')))],
  ['Reason', listOf(withParameters(fc.constantFrom('SIP', 'Q.850')))],
  ['Security-Client', listOf(withParameters(token.map((name) => `ipsec-${name}`)))],
  ['P-Access-Network-Info', listOf(withParameters(token))],
  ['Warning', listOf(fc.tuple(fc.integer({ min: 300, max: 399 }), host, quoted).map((parts) => parts.join(' ')))],
  ['Authorization', fc.tuple(quoted, quoted).map(([one, two]) => `Digest username=${one}, response=${two}`)],
]
const single: readonly (readonly [name: string, value: fc.Arbitrary<string>])[] = [
  ['Expires', digits(2 ** 31)],
  ['Event', fc.tuple(token, token).map(([name, id]) => `${name};id=${id}`)],
  ['Session-Expires', digits(9000).map((seconds) => `${seconds};refresher=uas`)],
  ['Replaces', fc.tuple(token, token, token).map(([id, to, from]) => `${id};to-tag=${to};from-tag=${from}`)],
  ['User-Agent', fc.tuple(token, token).map((parts) => parts.join('/'))],
  ['Subject', fc.tuple(token, space, token).map((parts) => parts.join(''))],
  ['Answer-Mode', fc.constantFrom('Auto', 'Manual;require')],
  ['Date', fc.constant('Sat, 13 Nov 2010 23:29:00 GMT')],
]

const letters = (name: string): fc.Arbitrary<string> =>
  fc.constantFrom(name, name, name.toUpperCase(), name.toLowerCase())
const line = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(letters(name), fc.constantFrom('', '', ' ', '\t'), gap, value, gap)
    .map(
      ([written, before, after, text, end]) =>
        `${written}${before}:${after}${text}${end.startsWith('\r') ? '' : end}\r\n`,
    )
const anyOf = (fields: typeof others): fc.Arbitrary<string> =>
  fc.oneof(...fields.map(([name, value]) => line(name, value)))
const unknown = fc
  .tuple(token, word(` ${alphanumeric};,<>"=@`, 0, 20))
  .map(([name, value]) => `X-${name}: ${value.trim()}\r\n`)

/** A message that keeps every rule, with white space, folds and letters wherever the grammar has them. */
export const conformantMessage: fc.Arbitrary<Uint8Array> = fc
  .record({
    method: token,
    status: fc.option(fc.integer({ min: 100, max: 699 })),
    uri: sipUri,
    cseq: digits(2 ** 31 - 1),
    via: line('Via', listOf(via)),
    from: line('From', tagged),
    to: line('To', address),
    callId: line(
      'Call-ID',
      fc.tuple(token, host).map((parts) => parts.join('@')),
    ),
    singles: fc.subarray([...single]).chain((chosen) => fc.tuple(...chosen.map(([name, value]) => line(name, value)))),
    many: fc.array(fc.oneof(anyOf(others), unknown), { maxLength: 8 }),
    order: fc.integer(),
    body: fc.uint8Array({ maxLength: 120 }),
  })
  .map((asked) => {
    const start =
      asked.status === null ? `${asked.method} ${asked.uri} SIP/2.0` : `SIP/2.0 ${asked.status} Whatever it is`
    const fields = [asked.via, asked.from, asked.to, asked.callId, `CSeq: ${asked.cseq} ${asked.method}\r\n`]
    fields.push('Max-Forwards: 70\r\n', 'Contact: <sip:a@example.org>\r\n', ...asked.singles, ...asked.many)
    fields.push('Content-Type: application/octet-stream\r\n', `Content-Length: ${asked.body.length}\r\n`)
    // Rotated, so that no place is fixed.
    const first = Math.abs(asked.order) % fields.length
    const head = [...fields.slice(first), ...fields.slice(0, first)].join('')
    return Buffer.concat([Buffer.from(`${start}\r\n${head}\r\n`, 'utf8'), asked.body])
  })

/** A source of numbers from 0 to 2**32 - 1 out of a seed (xorshift32), cheap enough for ten million messages. */
export function numbersFrom(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

const spoilers = [
  '\r\n',
  '\n',
  '\r',
  ' ',
  '\t',
  ':',
  ';',
  ',',
  '"',
  '\\',
  '<',
  '>',
  '=',
  '@',
  '[',
  ']',
  '%',
  '/',
  '*',
  '(',
  ')',
  '\u0000',
  '\u00ff',
  '-1',
  '99999999999999999999',
].map((text) => Buffer.from(text, 'latin1'))

/** The octets with one to four places spoilt: octets changed, cut out, doubled, put in. */
export function mutated(octets: Uint8Array, next: () => number): Uint8Array {
  let result = Buffer.from(octets)
  for (let left = 1 + (next() % 4); left > 0 && result.length > 0; left -= 1) {
    const at = next() % result.length
    switch (next() % 6) {
      case 0:
        result[at] = next() & 255
        break
      case 1:
        result = Buffer.concat([result.subarray(0, at), result.subarray(at + 1 + (next() % 16))])
        break
      case 2:
        result = result.subarray(0, at)
        break
      case 3: {
        const end = at + (next() % 64)
        result = Buffer.concat([result.subarray(0, end), result.subarray(at)])
        break
      }
      case 4:
        result[at] = (result[at] ?? 0) ^ (1 << (next() % 8))
        break
      default:
        result = Buffer.concat([
          result.subarray(0, at),
          spoilers[next() % spoilers.length] ?? Buffer.alloc(0),
          result.subarray(at),
        ])
    }
  }
  return result
}
