import { startVitest } from 'vitest/node'
import type { TestCase } from 'vitest/node'
import { root } from './source-files.ts'

// `npm test [filter...]`: every test, then one line that says how many passed, failed and were skipped.

const vitest = await startVitest('test', process.argv.slice(2), { root, watch: false, run: true })
const tests: TestCase[] = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()])
const count = (state: string): number => tests.filter((test) => test.result().state === state).length
// What stands outside any test, such as an import that fails or an error nobody caught, fails too.
const broken =
  vitest.state.getTestModules().filter((module) => module.errors().length > 0).length +
  vitest.state.getUnhandledErrors().length
const [passed, failed, skipped] = [count('passed'), count('failed') + count('pending') + broken, count('skipped')]
await vitest.close()
if (passed === 0) console.error('no test ran')
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
