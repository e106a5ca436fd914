import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const place = mkdtempSync(join(tmpdir(), 'mcx-loading-'))
afterAll(() => rmSync(place, { recursive: true }))

const subject = new URL('loading-problem.ts', import.meta.url).href

/** In a process of its own: it is how Node.js loads a file that is told, and not how vitest does. */
function problemOf(text: string, name = 'config.ts'): string {
  const path = join(place, name)
  writeFileSync(path, text)
  const script = `const { loadingProblem } = await import(${JSON.stringify(subject)})
    try { await import(${JSON.stringify(pathToFileURL(path).href)}) }
    catch (problem) { process.stdout.write(loadingProblem(problem, ${JSON.stringify(name)}, ${JSON.stringify(place)})) }`
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
}

test.each([
  [
    'export default {\n  a: [\n    { b: 1 }\n    { c: 2 }\n  ],\n}\n',
    /^config\.ts:4: Expected ',', got '\{'; mend that line$/,
  ],
  ['const a = undefined\nexport default a.b\n', /^config\.ts:2: Cannot read .*'b'.*; mend that line$/],
  [
    "import 'nobody-has-this'\n",
    /^config\.ts imports nobody-has-this, which is not installed here; npm install nobody-/,
  ],
  ["import './not-there.ts'\n", /^config\.ts imports not-there\.ts, which is not there; mend the path/],
  ['throw "no address"\n', /^config\.ts threw "no address"$/],
])('what is wrong, where, and how to mend it: %j', (text, said) => {
  expect(problemOf(text)).toMatch(said)
})

test('JSON is told how to become a module', () => {
  expect(problemOf('{ "suts": [] }', 'config.json')).toMatch(
    /^config\.json is JSON, .*; give it the ending \.ts and begin it with/,
  )
})

test('a file of another kind is told what a configuration is', () => {
  expect(problemOf('suts: []\n', 'config.yaml')).toMatch(
    /^config\.yaml is no module, and a configuration is one, as \.ts, .*; write one with `mcx init`$/,
  )
})
