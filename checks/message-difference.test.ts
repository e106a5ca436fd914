import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { exampleMessages, exampleOctets, profiles } from '#bindings'
import { messageDifference } from './message-difference.ts'

const messages = Object.values(profiles).flatMap((profile) =>
  exampleMessages(profile).map((example) => exampleOctets(example, profile)),
)
const find = (text: string): Uint8Array => {
  const found = messages.find((octets) => Buffer.from(octets).includes(text))
  if (found === undefined) throw new Error(`no example has ${text}`)
  return found
}

test('any octet that is changed is said with its field', () => {
  fc.assert(
    fc.property(fc.nat(messages.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), (which, at, by) => {
      const golden = messages[which] ?? new Uint8Array()
      const came = Uint8Array.from(golden)
      const place = at % golden.length
      came[place] = (golden[place] ?? 0) ^ by
      expect(messageDifference(golden, came).join('\n')).toMatch(/^.+: (?:expected|it stands)/)
    }),
    { numRuns: 2000 },
  )
})

test('what is the same has no difference', () => {
  for (const octets of messages) expect(messageDifference(octets, Uint8Array.from(octets))).toEqual([])
})

test.each<[string, string, string]>([
  ['Answer-Mode: Manual', 'Answer-Mode: Auto\r\nX', 'Answer-Mode: expected Manual, came Auto'],
  [
    'a=rtpmap:96 AMR',
    'a=rtpmap:97 AMR',
    'SDP a=rtpmap: expected rtpmap:96 AMR-WB/16000/1, came rtpmap:97 AMR-WB/16000/1',
  ],
  ['<session-type>private', '<session-type>chat', 'mcpttinfo/mcptt-Params/session-type: expected private, came chat'],
  [
    'type="Normal"',
    'type="Encrypted"',
    'mcpttinfo/mcptt-Params/mcptt-access-token type: expected Normal, came Encrypted',
  ],
  ['\x01\x00eS', '\x01\x00eT', 'mcdata-signalling dateTime: expected 1700000000, came 1700065536'],
  ['302 Moved', '301 Moved', 'status code: expected 302, came 301'],
  ['Max-Forwards: 70', 'Max-Forwards:  70', 'line 3: expected "Max-Forwards: 70", came "Max-Forwards:  70"'],
])('%j as %j', (from, to, line) => {
  const golden = find(from)
  const came = Buffer.from(Buffer.from(golden).toString('latin1').replace(from, to), 'latin1')
  expect(messageDifference(golden, came)[0]).toBe(line)
})
