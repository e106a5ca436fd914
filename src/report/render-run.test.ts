import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openEventLog } from './event-log.ts'
import { exampleRun } from './example-run.ts'
import { renderRun } from './render-run.ts'
import { safeName } from './written-file.ts'

let directory: string
const events = [...exampleRun({ cases: 24, hostile: '../../<x>' })]
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mcx-render-'))
  const log = openEventLog(directory)
  for (const event of events) log.append(event)
  log.close()
})
afterEach(() => rmSync(directory, { recursive: true }))

const everything = (): Map<string, string> =>
  new Map(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name), 'latin1')]),
  )

test('makes every report, and the same ones again', async () => {
  const run = await renderRun(directory)
  expect(run.totals.cases).toBe(24)
  const first = everything()
  for (const name of ['results.json', 'junit.xml', 'report.html', 'capture.pcapng', 'allure-results', 'cases'])
    expect(existsSync(join(directory, name)), name).toBe(true)
  expect([...first.keys()].filter((name) => name.endsWith('.unfinished'))).toEqual([])
  await renderRun(directory)
  expect(everything()).toEqual(first)
})

test('the file of a case has the octets as they were, and lies in its folder', async () => {
  await renderRun(directory, ['messages'])
  const files = readdirSync(join(directory, 'cases'))
  expect(files).toHaveLength(24)
  const all = files.map((name) => readFileSync(join(directory, 'cases', name)))
  for (const event of events)
    if (event.event === 'message' && event.case !== null)
      expect(all.some((text) => text.includes(Buffer.from(event.octets, 'base64')))).toBe(true)
})

test('what an earlier rendering left in a folder is taken out', async () => {
  mkdirSync(join(directory, 'cases'))
  writeFileSync(join(directory, 'cases', 'former.txt'), '')
  await renderRun(directory, ['messages'])
  expect(readdirSync(join(directory, 'cases'))).toHaveLength(24)
})

test('makes only what was asked for', async () => {
  await renderRun(directory, ['junit'])
  expect(readdirSync(directory).sort()).toEqual(['events.ndjson', 'junit.xml'])
})

test('a full disk is one clear error, and the former report stays', async () => {
  await renderRun(directory, ['results'])
  const before = readFileSync(join(directory, 'results.json'), 'utf8')
  symlinkSync('/dev/full', join(directory, 'results.json.unfinished'))
  await expect(renderRun(directory, ['results'])).rejects.toThrow(
    /cannot write .*results\.json: no space left on the device/,
  )
  expect(readFileSync(join(directory, 'results.json'), 'utf8')).toBe(before)
  expect(readdirSync(directory).sort()).toEqual(['events.ndjson', 'results.json'])
})

test('a place that cannot be written is one clear error', async () => {
  mkdirSync(join(directory, 'junit.xml'))
  await expect(renderRun(directory, ['junit'])).rejects.toThrow(/cannot write .*junit\.xml/)
})

test('no record is an error that names the file', async () => {
  await expect(renderRun(join(directory, 'nowhere'))).rejects.toThrow('events.ndjson')
})

test('names of cases make names of files that are safe and never the same', () => {
  expect(safeName('plain-name~x@y')).toBe('plain-name~x@y')
  const names = ['a/b', 'a-b', '../a-b', 'a\u0000b', '.', '..', '', 'x'.repeat(500), 'é'].map(safeName)
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_@~+][A-Za-z0-9._@~+-]{0,140}$/)
})
