import { expect, test } from 'vitest'
import type { Trace } from '#stack/sip'
import { readMessage } from '#wire/sip'
import type { MessageEvent } from '#verdict'
import { createMessageLog, keptStrays, summaryOf } from './message-log.ts'

const traceOf = (octets: Uint8Array): Trace => ({
  direction: 'received',
  octets,
  message: readMessage(octets),
  transport: 'udp',
  local: { address: '127.0.0.1', port: 1 },
  remote: { address: '127.0.0.1', port: 2 },
  at: 0,
  retransmission: false,
  transaction: undefined,
  tag: undefined,
})
const owner = { caseId: 'a case', phase: 'body', peer: 'primaryServer' } as const
const keptOf = ({ octets }: MessageEvent): number => Buffer.from(octets, 'base64').length

test('a flood of large messages makes no large record, and a usual message stays whole', () => {
  const told: MessageEvent[] = []
  const { log } = createMessageLog(
    () => 0,
    (event) => told.push(event),
  )
  const large = traceOf(Buffer.alloc(60_000, 'x'))
  for (let index = 0; index < 1000; index += 1) log(large, 'client', owner, 'large')
  log(traceOf(Buffer.alloc(2000, 'y')), 'client', owner, 'usual')
  expect(told).toHaveLength(1001)
  expect(told.every(({ length }, index) => length === (index < 1000 ? 60_000 : 2000))).toBe(true)
  expect(told.reduce((sum, event) => sum + keptOf(event), 0)).toBeLessThan(24 * 1024 * 1024)
  expect(told.slice(-1).map(keptOf)).toEqual([2000])
})

test('of messages of no case the first are recorded, the others have no number and are counted', () => {
  const told: MessageEvent[] = []
  const { log, strays } = createMessageLog(
    () => 0,
    (event) => told.push(event),
  )
  const trace = traceOf(Buffer.from('OPTIONS sip:a@b SIP/2.0\r\n\r\n'))
  const numbers = Array.from({ length: 2000 }, () => log(trace, 'client', undefined, 'OPTIONS'))
  expect(told).toHaveLength(keptStrays)
  expect(numbers.filter((number) => number === 0)).toHaveLength(2000 - keptStrays)
  expect(strays()).toBe(2000)
  expect(log(trace, 'client', owner, 'OPTIONS')).toBe(keptStrays + 1)
})

test('a reason phrase without end is no summary without end', () => {
  const told: MessageEvent[] = []
  const { log } = createMessageLog(
    () => 0,
    (event) => told.push(event),
  )
  const trace = traceOf(Buffer.from(`SIP/2.0 603 ${'No '.repeat(20_000)}\r\n\r\n`))
  log(trace, 'client', owner, summaryOf(trace))
  expect(told[0]?.summary).toHaveLength(300)
})
