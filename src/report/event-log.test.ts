import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunEvent } from '#verdict'
import { openEventLog, type LogFailure } from './event-log.ts'
import { readEvents, type LineProblem } from './read-events.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mcx-log-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const note = (text: string): RunEvent => ({ event: 'note', at: 1, case: null, text })

async function recorded(problems: LineProblem[] = []): Promise<RunEvent[]> {
  return Array.fromAsync(readEvents(join(directory, 'events.ndjson'), (problem) => problems.push(problem)))
}

test('each event is one line, there at once', () => {
  const log = openEventLog(directory)
  log.append(note('one\ntwo'))
  expect(readFileSync(log.path, 'utf8')).toBe('{"event":"note","at":1,"case":null,"text":"one\\ntwo"}\n')
  log.append(note('three'))
  expect(readFileSync(log.path, 'utf8').split('\n')).toHaveLength(3)
  log.close()
})

test('a record that is there already is kept beside', async () => {
  for (const text of ['first', 'second', 'third']) {
    const log = openEventLog(directory)
    log.append(note(text))
    log.close()
  }
  expect(readdirSync(directory).sort()).toEqual(['events.ndjson', 'events.previous.ndjson'])
  expect(await recorded()).toEqual([note('third')])
})

test('a full disk is one error, and what was recorded stays whole', async () => {
  let room = 200
  const failures: LogFailure[] = []
  const log = openEventLog(
    directory,
    (failure) => failures.push(failure),
    (descriptor, octets) => {
      if (room === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      const part = octets.subarray(0, room)
      room -= part.length
      return writeSync(descriptor, part)
    },
  )
  for (let count = 0; count < 20; count += 1) log.append(note(`number ${count}`))
  log.close()
  expect(failures).toHaveLength(1)
  expect(failures[0]).toMatchObject({ code: 'ENOSPC', text: expect.stringContaining('no space left') as string })
  const problems: LineProblem[] = []
  const events = await recorded(problems)
  expect(events).toEqual([note('number 0'), note('number 1'), note('number 2')])
  expect(problems).toEqual([])
})

test('killed at any moment, all that was announced is in the record', { timeout: 60_000 }, async () => {
  const program = `
    import { openEventLog } from ${JSON.stringify(new URL('event-log.ts', import.meta.url).href)}
    const log = openEventLog(process.argv[1])
    for (let count = 0; ; count += 1) {
      log.append({ event: 'note', at: count, case: null, text: 'x'.repeat(count % 5000) })
      process.stdout.write(count + '\\n')
      if (count % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }`
  for (const wait of [1, 7, 23]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let announced = ''
    child.stdout.on('data', (part: Buffer) => (announced += part.toString()))
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, wait))
    child.kill('SIGKILL')
    await once(child, 'close')
    const last = Number(announced.slice(0, announced.lastIndexOf('\n')).split('\n').at(-1))
    const events = await recorded()
    expect(last).toBeGreaterThanOrEqual(0)
    expect(events.length).toBeGreaterThan(last)
    expect(events.map((event) => 'at' in event && event.at)).toEqual(events.map((_, index) => index))
  }
})
