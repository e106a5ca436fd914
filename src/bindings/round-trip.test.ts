import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readMessage } from '#wire/sip'
import {
  decodeExample,
  decodeRequest,
  exampleMessages,
  exampleOctets,
  rel18,
  type Alternative,
  type ExampleMessage,
  type IeValues,
  type Profile,
} from './index.ts'

/** Everything XML 1.0 can carry, white space and astral characters included. */
const legal = fc
  .string({ unit: 'binary', maxLength: 30 })
  // oxlint-disable-next-line no-control-regex
  .map((text) => text.replace(/[^\t\n\r\x20-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, ''))
/** Where the schema type is not xs:string, white space is collapsed: such strings have none to collapse. */
const collapsed = legal.map((text) =>
  text
    .split(/[ \t\r\n]/)
    .filter((word) => word !== '')
    .join(' '),
)
const words = ['true', 'false', '1', '0', 'success', 'fail']
const result = fc.oneof(
  fc.constant('accepted'),
  fc.constant('refused'),
  collapsed.filter((text) => text !== '' && !words.includes(text)),
)

const kinds: Readonly<Record<string, fc.Arbitrary<string>>> = {
  mcServiceId: collapsed.filter((text) => text !== ''),
  credentials: legal,
  temporaryId: collapsed.filter((text) => text !== ''),
  userProfileIndex: collapsed,
  partnerSystem: legal,
  result,
}
const record = (keys: readonly string[]): fc.Arbitrary<IeValues> =>
  fc
    .record(Object.fromEntries(keys.map((key) => [key, kinds[key] ?? legal])), { requiredKeys: [] })
    .map((some) =>
      Object.fromEntries(Object.entries(some).flatMap(([key, text]) => (text === undefined ? [] : [[key, text]]))),
    )

const values = fc.record({
  anyExtPlacement: fc.constantFrom('root', 'params'),
  resultType: fc.constantFrom('boolean', 'string'),
  clientIdentity: fc.constantFrom('preferred', 'asserted'),
  multipartBoundary: fc.constantFrom('b', 'a b', 'mcx-boundary'),
})
const profile = (changed: object): Profile => ({ ...rel18, values: { ...rel18.values, ...changed } })

const roles: readonly (readonly [Alternative, string, readonly string[]])[] = [
  [
    'publish',
    'migration service authorization request',
    ['mcServiceId', 'credentials', 'temporaryId', 'userProfileIndex'],
  ],
  [
    'register',
    'migration service authorization request',
    ['mcServiceId', 'credentials', 'temporaryId', 'userProfileIndex'],
  ],
  ['publish', 'migration request', ['mcServiceId', 'partnerSystem', 'temporaryId', 'userProfileIndex']],
  ['publish', 'migration response', ['mcServiceId', 'result', 'temporaryId']],
  ['publish', 'migration service authorization response', ['mcServiceId', 'result', 'temporaryId']],
  ['register', 'migration service authorization response', ['mcServiceId', 'result', 'temporaryId']],
]

const exampleOf = (alternative: Alternative, message: string): ExampleMessage => {
  const found = exampleMessages(rel18).find((one) => one.message === message && one.alternative === alternative)
  if (found === undefined) throw new Error(`no example of ${message}`)
  return found
}

describe.each(roles)('by %s: %s', (alternative, message, keys) => {
  const base = exampleOf(alternative, message)
  const answers = message === 'migration service authorization response'

  test('what was encoded is decoded', () => {
    fc.assert(
      fc.property(record(keys), values, record(['mcServiceId']), (ies, changed, request) => {
        const example = { ...base, ies, request }
        const used = profile(changed)
        const decoded = decodeExample(exampleOctets(example, used), example, used)
        // A response says accepted by its status alone.
        const wanted = answers && ies.result === undefined ? { ...ies, result: 'accepted' } : ies
        expect(decoded.name).toBe(message)
        expect(decoded.ies).toEqual(wanted)
      }),
      { numRuns: 150 },
    )
  })

  test('the octets of every element hold what was read from them', () => {
    const octets = exampleOctets(base, rel18)
    const text = (start: number, end: number): string => new TextDecoder().decode(octets.subarray(start, end))
    const { ies, spans } = decodeExample(octets, base, rel18)
    expect(Object.keys(spans).length).toBeGreaterThan(0)
    for (const [ie, { start, end }] of Object.entries(spans))
      expect(text(start, end)).toBe(ie === 'result' ? String(ies[ie] === 'accepted') : ies[ie])
  })

  test('any strings whatever are encoded, and read without an exception', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), fc.string({ unit: 'binary' })), (ies) => {
        const example = { ...base, ies }
        expect(decodeExample(exampleOctets(example, rel18), example, rel18).name).toBe(message)
      }),
      { numRuns: 100 },
    )
  })

  test('mutated octets are decoded without an exception, and every span lies in the message', () => {
    const octets = exampleOctets(base, rel18)
    const change = fc.record({
      at: fc.nat(octets.length),
      cut: fc.nat(40),
      paste: fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        fc
          .constantFrom('\r\n', '<', '>', '&x;', '--', '"', '<!DOCTYPE a>')
          .map((text) => new TextEncoder().encode(text)),
      ),
    })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let mutated = octets
        for (const { at, cut, paste } of changes)
          mutated = Buffer.concat([mutated.subarray(0, at), paste, mutated.subarray(at + cut)])
        const decoded = decodeExample(mutated, base, rel18)
        decodeRequest(rel18, 'mcptt', alternative, readMessage(mutated), rel18.values)
        for (const span of [...Object.values(decoded.spans), ...decoded.problems.flatMap((one) => one.span ?? [])]) {
          expect(span.start).toBeGreaterThanOrEqual(0)
          expect(span.end).toBeGreaterThanOrEqual(span.start)
          expect(span.end).toBeLessThanOrEqual(mutated.length)
        }
      }),
      { numRuns: 200 },
    )
  })
})
