import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readCapture } from '#wire/capture'
import { answered, asked, explained, invite, mcpttFields, rules, sip, told, type Said } from './example-call.testing.ts'
import { explanationJson, explanationOf, readConversation, summaryOf } from './index.ts'

describe('hostile conversations', () => {
  test('text that would act upon a terminal is shown as escapes', () => {
    const text = told([
      asked(invite()),
      answered(sip({ start: 'SIP/2.0 500 \u001b[2J\u202eevil', cseq: '1 INVITE', toTag: 'b' })),
    ])
    expect(text).toContain('\\u{1b}[2J\\u{202e}evil')
    // oxlint-disable-next-line no-control-regex -- these are the characters meant
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  })

  test('multiparts and elements inside each other without end', () => {
    const nested = (depth: number): string =>
      depth === 0
        ? 'x'
        : `--b${depth}\r\nContent-Type: multipart/mixed;boundary=b${depth - 1}\r\n\r\n${nested(depth - 1)}\r\n--b${depth}--\r\n`
    const parts = asked(
      invite({ fields: [...mcpttFields, 'Content-Type: multipart/mixed;boundary=b200'], body: nested(200) }),
      'tcp',
    )
    expect(rules([parts])).toContain('multipart-depth RFC 2046 5.1')
    const elements = invite({
      fields: [...mcpttFields, 'Content-Type: application/vnd.3gpp.mcptt-info+xml'],
      body: '<a>'.repeat(10_000),
    })
    expect(rules([asked(elements, 'tcp')])).toContain('xml-depth RFC 7303 10')
  })

  test('whatever octets change, all is told within its columns', () => {
    const real = readFileSync(
      new URL('../../fixtures/vectors/captures/mcptt-private-call-with-floor.pcapng', import.meta.url),
    )
    /** A time of eleven columns, beside a name that fills the line. */
    const longTime: [[number, number][], number][] = [[[16517, 453].map((at, index) => [at, 16 * index]), 60]]
    const change = fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(change, fc.constantFrom(60, 80, 140), (changes, width) => {
        const file = Buffer.from(real)
        for (const [at, octet] of changes) file[at] = octet
        const conversation = readConversation(readCapture(file))
        for (const line of explanationOf(conversation, { width })) expect(line.length).toBeLessThanOrEqual(width)
        expect(() => JSON.stringify(explanationJson(conversation))).not.toThrow()
      }),
      { numRuns: 150, examples: longTime },
    )
  })

  test('twenty thousand messages are told in bounded time', { timeout: 60_000 }, () => {
    const said = Array.from({ length: 10_000 }, (_, index): readonly Said[] => {
      const text = sip({
        start: 'OPTIONS sip:pf@mc.example SIP/2.0',
        cseq: `${index + 1} OPTIONS`,
        callId: `call-${index % 7}`,
      })
      const done = sip({
        start: 'SIP/2.0 200 OK',
        cseq: `${index + 1} OPTIONS`,
        callId: `call-${index % 7}`,
        toTag: 'b',
      })
      return [asked(text), answered(done)]
    }).flat()
    const started = performance.now()
    const conversation = explained(said)
    let lines = 0
    for (const line of explanationOf(conversation, { width: 100 })) lines += line.length > 0 ? 1 : 0
    expect(lines).toBeGreaterThan(20_000)
    expect(summaryOf(conversation)).toMatchObject({ sipMessages: 20_000, transactions: 10_000 })
    expect(performance.now() - started).toBeLessThan(30_000)
  })

  test('header fields beyond counting: what is left is said', { timeout: 60_000 }, () => {
    const fields = Array.from({ length: 9000 }, () => 'X: y')
    const said = Array.from({ length: 150 }, (_, index) =>
      asked(sip({ start: 'OPTIONS sip:pf@mc.example SIP/2.0', cseq: `${index + 1} OPTIONS`, fields })),
    )
    const conversation = explained(said)
    expect(conversation.faults).toMatchObject([{ rule: 'limit' }])
    expect(conversation.entries.length + conversation.unexplained).toBe(150)
  })
})
