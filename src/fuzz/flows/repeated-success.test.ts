import { expect, test } from 'vitest'
import type { Passage, Playing } from './disturbance.ts'
import { passage } from './passage.testing.ts'
import { retaggedSuccess } from './repeated-success.ts'

const success = (tag: string, contact = 'one', direction: Passage['direction'] = 'received'): Passage =>
  passage(direction, '200 INVITE', {
    headers: [
      'From: <sip:a@example.com>;tag=a',
      `To: <sip:b@example.com>;tag=${tag}`,
      `Contact: <sip:${contact}@127.0.0.1>`,
    ],
  })

const saidOf = (...log: readonly Passage[]): readonly string[] =>
  retaggedSuccess({ log } as Partial<Playing> as Playing).map(({ what }) => what)

test('a 2xx that is sent again has the tag that it had', () => {
  expect(saidOf(success('b'), success('c'))).toEqual(['a 2xx to an INVITE is sent again with another tag'])
  expect(saidOf(success('b'), success('b'))).toEqual([])
})

test('another branch of a fork has another tag, and is reached elsewhere', () => {
  expect(saidOf(success('b'), success('c', 'other'))).toEqual([])
  expect(saidOf(success('b'), success('c', 'one', 'sent'))).toEqual([])
})
