import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeMessage, readMessage, rewriteMessage, spanOf } from './index.ts'
import { conformantMessage, mutated, numbersFrom } from './sip-messages.testing.ts'

const text = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')

describe('for every message of the grammar', () => {
  test('no rule is broken', () => {
    fc.assert(
      fc.property(conformantMessage, (octets) => {
        expect(judgeMessage(readMessage(octets)).rules).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  test('written unchanged it is the same octets', () => {
    fc.assert(
      fc.property(conformantMessage, (octets) => {
        const message = readMessage(octets)
        for (const field of message.headers) expect(field.values).toBeDefined()
        expect(Buffer.compare(rewriteMessage(message), octets)).toBe(0)
      }),
      { numRuns: 500 },
    )
  })

  test('an edit changes its own octets alone', () => {
    fc.assert(
      fc.property(
        conformantMessage,
        fc.constantFrom('From.tag', 'Via[0].branch', 'CSeq.method', 'Call-ID', 'To.uri'),
        (octets, part) => {
          const message = readMessage(octets)
          const span = spanOf(message, part)!
          const changed = text(rewriteMessage(message, [{ span, text: 'changed' }]))
          expect(changed).toBe(`${text(octets.subarray(0, span.start))}changed${text(octets.subarray(span.end))}`)
        },
      ),
      { numRuns: 500 },
    )
  })
})

test('spans that overlap are refused', () => {
  const message = readMessage(Buffer.from('SIP/2.0 200 OK\r\n\r\n'))
  const span = { start: 3, end: 6 }
  expect(() =>
    rewriteMessage(message, [
      { span, text: '' },
      { span: { start: 5, end: 8 }, text: '' },
    ]),
  ).toThrow(RangeError)
})

test('a mutated message is read without an exception, its parts lie within it', () => {
  fc.assert(
    fc.property(conformantMessage, fc.integer(), (octets, seed) => {
      const spoilt = mutated(octets, numbersFrom(seed))
      const message = readMessage(spoilt)
      for (const { offset } of message.diagnostics) {
        expect(offset).toBeGreaterThanOrEqual(0)
        expect(offset).toBeLessThanOrEqual(spoilt.length)
      }
      for (const field of message.headers) void field.values
      expect(Buffer.compare(rewriteMessage(message), spoilt)).toBe(0)
    }),
    { numRuns: 2000 },
  )
})
