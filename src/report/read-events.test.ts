import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunEvent } from '#verdict'
import { exampleRun } from './example-run.ts'
import { readEvents, type LineProblem } from './read-events.ts'

let path: string
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'mcx-read-')), 'events.ndjson')
})
afterEach(() => rmSync(join(path, '..'), { recursive: true }))

async function read(text: string, limit?: number): Promise<{ events: RunEvent[]; problems: LineProblem[] }> {
  writeFileSync(path, text)
  const problems: LineProblem[] = []
  const events = await Array.fromAsync(readEvents(path, (problem) => problems.push(problem), limit))
  return { events, problems }
}

const note = (text: string): string => JSON.stringify({ event: 'note', at: 1, case: null, text })

test('reads back what was written', async () => {
  const events = [...exampleRun({ cases: 20, hostile: '<b>\u0000\ud800' })]
  const back = await read(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  expect(back.problems).toEqual([])
  expect(back.events).toEqual(events)
})

test('a torn last line is reported, a whole last line without end counts', async () => {
  const torn = await read(`${note('a')}\n${note('b').slice(0, 20)}`)
  expect(torn.events).toHaveLength(1)
  expect(torn.problems).toEqual([{ line: 2, kind: 'torn', text: 'the record ends within this line' }])
  const whole = await read(`${note('a')}\n${note('b')}`)
  expect(whole.events).toHaveLength(2)
  expect(whole.problems).toEqual([])
})

test('lines that are no events are counted with their number and passed over', async () => {
  const { events, problems } = await read(
    [
      note('a'),
      'not json',
      '[]',
      '{"event":"finding","at":1,"case":"x"}',
      '{"event":"future"}',
      '\u0000\u0001',
      '',
      note('b'),
      '',
    ].join('\n'),
  )
  expect(events.map((event) => event.event === 'note' && event.text)).toEqual(['a', 'b'])
  expect(problems.map(({ line, kind }) => [line, kind])).toEqual([2, 3, 4, 5, 6].map((line) => [line, 'garbage']))
  expect(problems[2]?.text).toContain('finding')
})

test('a line above the limit is passed over, the next one counts', async () => {
  const { events, problems } = await read(`${note('a')}\n${note('x'.repeat(3_000_000))}\n${note('b')}\n`, 100_000)
  expect(events).toHaveLength(2)
  expect(problems).toEqual([{ line: 2, kind: 'long', text: 'longer than 100000 octets' }])
})

test('100 MB are read without being held', { timeout: 60_000 }, async () => {
  const line = Buffer.from(`${note('x'.repeat(100_000))}\n`)
  const descriptor = openSync(path, 'w')
  for (let count = 0; count < 1000; count += 1) writeSync(descriptor, line)
  closeSync(descriptor)
  let count = 0
  let most = 0
  for await (const event of readEvents(path)) {
    if (event.event === 'note') count += 1
    if (count % 50 === 0) {
      const { arrayBuffers, heapUsed } = process.memoryUsage()
      most = Math.max(most, arrayBuffers + heapUsed)
    }
  }
  expect(count).toBe(1000)
  expect(most).toBeLessThan(400 * 1024 * 1024)
})
