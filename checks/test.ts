import { startVitest } from 'vitest/node'
import type { TestCase } from 'vitest/node'
import { root } from './source-files.ts'

// `npm test [filter...]`: every test, then one line that says how many passed, failed and were skipped.

const vitest = await startVitest('test', process.argv.slice(2), { root, watch: false, run: true })
const modules = vitest.state.getTestModules()
const tests: TestCase[] = modules.flatMap((module) => [...module.children.allTests()])
const count = (state: string): number => tests.filter((test) => test.result().state === state).length
// What stands outside any test fails too: an import, what is done before a group of tests, an error nobody caught.
const groups = modules.flatMap((module) => [module, ...module.children.allSuites()])
const broken = groups.filter((group) => group.errors().length > 0).length + vitest.state.getUnhandledErrors().length
const [passed, failed, skipped] = [count('passed'), count('failed') + count('pending') + broken, count('skipped')]
for (const test of tests.filter((one) => one.diagnostic()?.flaky))
  console.log(
    [
      `passed at its second attempt only: ${test.fullName}`,
      ...(test.result().errors ?? []).map(({ message }) => message),
    ].join('\n  '),
  )
await vitest.close()
if (passed === 0) console.error('no test ran')
// The count is the last line, after everything that was said about failures.
for (const stream of [process.stderr, process.stdout])
  await new Promise<void>((resolve) => stream.write('', () => resolve()))
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
