import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDataMessage, writeDataPayload, writeSdsSignalling, type SdsSignalling } from './index.ts'

const uuid = fc.uuid()
const octets = fc.uint8Array({ maxLength: 40 })
const plain = (bytes: Uint8Array): number[] => [...bytes]

const signalling = fc
  .record(
    {
      kind: fc.constant('sds-signalling' as const),
      dateTime: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
      conversationId: uuid,
      messageId: uuid,
      inReplyTo: uuid,
      applicationId: fc.integer({ min: 0, max: 255 }),
      disposition: fc.constantFrom('delivery' as const, 'read' as const, 'delivery and read' as const),
      others: fc.uniqueArray(fc.record({ id: fc.constantFrom(0x7d, 0x7e, 0x51, 0x53), value: octets }), {
        selector: ({ id }) => id,
      }),
    },
    { requiredKeys: ['kind', 'dateTime', 'conversationId', 'messageId', 'others'] },
  )
  .map((message) => message as SdsSignalling)

test('signalling that was written is read', () => {
  fc.assert(
    fc.property(signalling, (message) => {
      const { message: read, diagnostics } = readDataMessage(writeSdsSignalling(message), 'sds-signalling')
      expect(diagnostics).toEqual([])
      expect(read?.kind === 'sds-signalling' ? comparable(read) : read).toEqual(comparable(message))
    }),
  )
})

const comparable = (message: SdsSignalling) => ({
  ...message,
  others: message.others.map(({ id, value }) => [id, plain(value)]),
})

test('payloads that were written are read', () => {
  const payload = fc.record({ contentType: fc.integer({ min: 0, max: 255 }), data: octets })
  fc.assert(
    fc.property(fc.array(payload, { maxLength: 8 }), (payloads) => {
      const { message, diagnostics } = readDataMessage(
        writeDataPayload({ kind: 'data-payload', payloads }),
        'data-payload',
      )
      expect(diagnostics).toEqual([])
      expect(
        message?.kind === 'data-payload'
          ? message.payloads.map(({ contentType, data }) => [contentType, plain(data)])
          : undefined,
      ).toEqual(payloads.map(({ contentType, data }) => [contentType, plain(data)]))
    }),
  )
})

test('any octets are read without an exception, and every offset lies in them', () => {
  const first = fc.constantFrom(0x01, 0x03, 0x41, 0xc3)
  fc.assert(
    fc.property(first, fc.uint8Array({ maxLength: 120 }), (type, rest) => {
      const bytes = Uint8Array.from([type, ...rest])
      for (const kind of ['sds-signalling', 'data-payload'] as const)
        for (const { offset } of readDataMessage(bytes, kind, 7).diagnostics) {
          expect(offset).toBeGreaterThanOrEqual(7)
          expect(offset).toBeLessThanOrEqual(7 + bytes.length)
        }
    }),
    { numRuns: 2000 },
  )
})

test('what does not fit is refused by the writer', () => {
  const message: SdsSignalling = {
    kind: 'sds-signalling',
    dateTime: 0,
    conversationId: 'no uuid',
    messageId: '00000000-0000-4000-8000-000000000000',
    others: [],
  }
  expect(() => writeSdsSignalling(message)).toThrow('no UUID: no uuid')
})
