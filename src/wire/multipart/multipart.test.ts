import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maximalParts, readMediaType, readMultipart, writeMultipart } from './index.ts'

const text = new TextEncoder()
const moved = (span: { start: number; end: number }) => ({ start: span.start + 7, end: span.end + 7 })

describe('writing and reading', () => {
  const part = fc.record({
    headers: fc.constant([['Content-Type', 'application/octet-stream']] as const),
    body: fc.uint8Array({ maxLength: 200 }),
  })
  // RFC 2046 5.1.1 bcharsnospace, and a space inside.
  const boundary = fc.stringMatching(/^[0-9A-Za-z'()+_,./:=?-]([0-9A-Za-z'()+_,./:=? -]{0,40}[0-9A-Za-z])?$/)

  test('what was written is read, whatever octets the parts hold', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), boundary, (parts, preferred) => {
        const { contentType, body } = writeMultipart(parts, preferred)
        const used = readMediaType(contentType)?.parameters.get('boundary') ?? ''
        const read = readMultipart(body, used)
        expect(read.diagnostics).toEqual([])
        expect(read.parts.map((one) => [...one.body])).toEqual(parts.map((one) => [...one.body]))
      }),
    )
  })

  test('a boundary that a part holds is not used', () => {
    const { contentType, body } = writeMultipart([{ headers: [], body: text.encode('a\r\n--edge--\r\nb') }], 'edge')
    expect(contentType).toBe('multipart/mixed;boundary=edge-1')
    expect(readMultipart(body, 'edge-1').parts.map((one) => new TextDecoder().decode(one.body))).toEqual([
      'a\r\n--edge--\r\nb',
    ])
  })
})

describe('hostile octets', () => {
  const alphabet = fc.constantFrom('\r', '\n', '\r\n', '--', 'b', '--b', '--b--', ':', ' ', 'x')
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(alphabet, { maxLength: 120 }).map((pieces) => text.encode(pieces.join(''))),
  )

  test('reading never throws, and every span lies within the octets, in order', () => {
    fc.assert(
      fc.property(octets, fc.constantFrom('b', '', '-', '\r', 'x'.repeat(100)), (body, boundary) => {
        let last = 0
        for (const { span, bodySpan, body: inside } of readMultipart(body, boundary).parts) {
          expect(span.start).toBeGreaterThanOrEqual(last)
          expect(bodySpan.start).toBeGreaterThanOrEqual(span.start)
          expect(bodySpan.end).toBeGreaterThanOrEqual(bodySpan.start)
          expect(bodySpan.end).toBeLessThanOrEqual(body.length)
          expect([...inside]).toEqual([...body.subarray(bodySpan.start, bodySpan.end)])
          last = span.end
        }
      }),
    )
  })

  test('the offset is added to every span', () => {
    fc.assert(
      fc.property(octets, (body) => {
        const at = (offset: number) => readMultipart(body, 'b', offset)
        expect(at(7).parts.map((one) => one.bodySpan)).toEqual(at(0).parts.map((one) => moved(one.bodySpan)))
        expect(at(7).diagnostics.map((one) => one.span)).toEqual(at(0).diagnostics.map((one) => moved(one.span)))
      }),
    )
  })

  test('many parts and many header fields are cut and said so', () => {
    const { parts, diagnostics } = readMultipart(text.encode('--b\r\n\r\nx\r\n'.repeat(5000)), 'b')
    expect(parts).toHaveLength(maximalParts)
    expect(diagnostics.map(({ rule }) => rule)).toContain('limit')
    const fields = readMultipart(text.encode(`--b\r\n${'a: b\r\n'.repeat(5000)}\r\nx\r\n--b--`), 'b')
    expect(fields.diagnostics.map(({ rule }) => rule)).toContain('limit')
  })

  test('millions of octets that nearly match cost no more than reading them', () => {
    const size = 4_000_000
    for (const piece of ['-', '\n', '\n-', '\n--b', '\n--bb', ' ', '\r']) {
      const body = text.encode(piece.repeat(size / piece.length))
      const started = performance.now()
      readMultipart(body, 'b'.repeat(60))
      expect(performance.now() - started).toBeLessThan(5000)
    }
  })
})

describe('media types', () => {
  test.each([
    ['multipart/mixed;boundary=a', 'multipart/mixed', 'a'],
    ['Multipart/Mixed ; Boundary="a;b=\\"c"', 'multipart/mixed', 'a;b="c'],
    ['multipart/mixed; x="boundary=wrong"; boundary=right', 'multipart/mixed', 'right'],
    ['multipart/mixed; boundary=first; boundary=second', 'multipart/mixed', 'first'],
    ['multipart/mixed; boundary="never closed', 'multipart/mixed', 'never closed'],
    ['multipart/mixed', 'multipart/mixed', undefined],
  ])('%s', (value, essence, boundary) => {
    expect(readMediaType(value)?.essence).toBe(essence)
    expect(readMediaType(value)?.parameters.get('boundary')).toBe(boundary)
  })

  test.each(['', 'multipart', '/mixed', 'a/b/c', 'multi part/mixed', ';boundary=a'])('%j is none', (value) => {
    expect(readMediaType(value)).toBeUndefined()
  })
})
