import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openResults } from './results-directory.ts'

let place = ''
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'mcx-results-'))
})
afterEach(() => rmSync(place, { recursive: true }))

const open = (directory: string): void => openResults(directory, () => {}).close()

describe('the directory of results', () => {
  test('is made with what is above it', () => {
    open(join(place, 'a', 'b'))
    expect(existsSync(join(place, 'a', 'b', 'events.ndjson'))).toBe(true)
  })

  test('keeps the record before, and nothing that was rendered of it', () => {
    writeFileSync(join(place, 'events.ndjson'), 'before')
    for (const name of ['results.json', 'junit.xml', 'report.html', 'mine.txt']) writeFileSync(join(place, name), '')
    mkdirSync(join(place, 'cases'))
    open(place)
    expect(readFileSync(join(place, 'events.previous.ndjson'), 'utf8')).toBe('before')
    expect(
      ['results.json', 'junit.xml', 'report.html', 'cases'].filter((name) => existsSync(join(place, name))),
    ).toEqual([])
    expect(existsSync(join(place, 'mine.txt'))).toBe(true)
  })

  test('is none of ours when it has a folder we would empty and no record', () => {
    mkdirSync(join(place, 'cases'))
    writeFileSync(join(place, 'cases', 'mine.txt'), '')
    expect(() => open(place)).toThrow(/has a folder cases that no run made; choose another with --out/)
    expect(existsSync(join(place, 'cases', 'mine.txt'))).toBe(true)
  })

  test.each(['taken', 'taken/below'])('cannot be where a file is: %s', (name) => {
    writeFileSync(join(place, 'taken'), '')
    expect(() => open(join(place, name))).toThrow(/cannot be made \(a file has that name\); choose another with --out/)
  })

  test.skipIf(process.platform !== 'linux')('a parent that takes nothing is said, not tried for ever', () => {
    expect(() => open('/proc/results')).toThrow(/cannot be made/)
  })
})
