import { afterEach, expect, test, vi } from 'vitest'
import { header, readMessage } from './index.ts'

afterEach(() => void vi.restoreAllMocks())

/** Octets that are decoded one piece at a time while such a message is judged. */
function decoded(field: string): number {
  const head = `OPTIONS sip:b@example.com SIP/2.0\r\nSubject: \u00e4\r\n${field}${','.repeat(50_000)}\u00e4\r\n\r\n`
  const octets = Buffer.from(head)
  let sum = 0
  const from = Buffer.from.bind(Buffer) as (...all: readonly unknown[]) => Buffer
  vi.spyOn(Buffer, 'from').mockImplementation(((...all: readonly unknown[]) => {
    sum += String(all[0]).length
    return from(...all)
  }) as typeof Buffer.from)
  expect(readMessage(octets).diagnostics.length).toBeGreaterThan(100)
  return sum
}

test.each(['Via: SIP/2.0/UDP h;branch=z9hG4bK1', 'Contact: <sip:a@h>', 'Route: <sip:h;lr>', 'Accept: a/b'])(
  'of many values that are none, each is quoted, and not all that follows: %s',
  (field) => {
    expect(decoded(field)).toBeLessThan(500_000)
  },
)

test('a fold behind much other white space is read in one pass', () => {
  const message = readMessage(
    Buffer.from(`OPTIONS sip:a@b SIP/2.0\r\nSubject: one${'\t'.repeat(400_000)}two\r\n three\r\n\r\n`),
  )
  expect(header(message, 'Subject')).toBe(`one${'\t'.repeat(400_000)}two three`)
})
