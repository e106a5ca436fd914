import { describe, expect, test } from 'vitest'
import { readMessage, type SipMessage } from '#wire/sip'
import { systemClock } from './clock.ts'
import { createTransactionIndex, fingerprint, hashOfText, type Indexed } from './transaction-index.ts'
import { createTransactionMemory } from './transaction-memory.ts'

const sentBy = '127.0.0.1:5060'
const transaction = (branch: string, method = 'OPTIONS'): Indexed => ({
  branch,
  sentBy,
  method,
  hash: hashOfText(branch),
  chained: undefined,
})

const response = (via: string, method = 'OPTIONS'): SipMessage =>
  readMessage(Buffer.from(`SIP/2.0 200 OK\r\n${via}\r\nCSeq: 1 ${method}\r\n\r\n`))

describe('the index of transactions (RFC 3261 17.1.3)', () => {
  test('finds each of thousands, and none that has left', () => {
    const index = createTransactionIndex(createTransactionMemory(systemClock))
    const all = Array.from({ length: 5000 }, (_, at) => transaction(`z9hG4bK${at}`))
    for (const one of all) index.add(one)
    const [gone, left] = [all.filter((_, at) => at % 3 === 0), all.filter((_, at) => at % 3 !== 0)]
    for (const one of gone) index.remove(one)
    index.remove(gone[0]!)
    const found = (one: Indexed) =>
      index.find(response(`Via: SIP/2.0/UDP ${sentBy};rport=5060;branch=${one.branch};received=127.0.0.1`))
    expect(left.every((one) => found(one) === one)).toBe(true)
    expect(gone.map(found).filter((one) => one !== undefined)).toEqual([])
    expect(index.size).toBe(left.length)
    expect(new Set(index.all())).toEqual(new Set(left))
  })

  test.each([
    ['as most write it', `Via: SIP/2.0/UDP ${sentBy};branch=z9hG4bKa`],
    ['compact', `v: SIP/2.0/UDP ${sentBy};branch=z9hG4bKa`],
    ['folded', `Via: SIP/2.0/UDP ${sentBy}\r\n ;branch=z9hG4bKa`],
    ['with spaces', `Via: SIP / 2.0 / UDP ${sentBy} ; branch = z9hG4bKa`],
    ['over others', `Via: SIP/2.0/UDP ${sentBy};branch=z9hG4bKa, SIP/2.0/UDP b.example;branch=z9hG4bKb`],
    ['without the default port', 'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKa'],
  ])('finds it by a Via %s', (_, via) => {
    const index = createTransactionIndex(createTransactionMemory(systemClock))
    const one = transaction('z9hG4bKa')
    index.add(one)
    expect(index.find(response(via))).toBe(one)
    expect(index.find(response(via, 'INVITE'))).toBeUndefined()
  })

  test('tells a CANCEL from the INVITE of its branch; an ACK belongs to the INVITE', () => {
    const index = createTransactionIndex(createTransactionMemory(systemClock))
    const [invite, cancel] = [transaction('z9hG4bKa', 'INVITE'), transaction('z9hG4bKa', 'CANCEL')]
    index.add(invite)
    index.add(cancel)
    const via = `Via: SIP/2.0/UDP ${sentBy};branch=z9hG4bKa`
    expect(index.find(response(via, 'INVITE'))).toBe(invite)
    expect(index.find(response(via, 'CANCEL'))).toBe(cancel)
    const ack = readMessage(Buffer.from(`ACK sip:a@example.org SIP/2.0\r\n${via}\r\nCSeq: 1 ACK\r\n\r\n`))
    expect(index.find(ack)).toBe(invite)
    expect(index.get('z9hG4bKa', sentBy, 'CANCEL')).toBe(cancel)
  })
})

test('fingerprints tell texts apart, and where one ends and the next begins', () => {
  const texts = [['ab', 'c'], ['a', 'bc'], ['abc'], ['', 'abc'], ['ab', 'c', '']]
  expect(new Set(texts.map(fingerprint)).size).toBe(texts.length)
  expect(fingerprint(['ab', 'c'])).toBe(fingerprint(['ab', 'c']))
})
