import { expect, test } from 'vitest'
import { importsOf } from './imports-of.ts'

test('every way of importing is seen, with its line', () => {
  const text = [
    "import { a } from '#flow'",
    "import type { B } from '#verdict'",
    'import {',
    '  c,',
    '  type D,',
    "} from '../other/d.ts'",
    "import 'side-effect'",
    "import e, * as f from 'node:fs'",
    "export { g } from './g.ts'",
    "export * from './h.ts'",
    "export type { I } from './i.ts'",
    "const late = await import('vitest')",
    "import data from './data.json' with { type: 'json' }",
  ].join('\n')
  expect(importsOf(text).map(({ specifier, line, typesOnly }) => [specifier, line, typesOnly])).toEqual([
    ['#flow', 1, false],
    ['#verdict', 2, true],
    ['../other/d.ts', 3, false],
    ['side-effect', 7, false],
    ['node:fs', 8, false],
    ['./g.ts', 9, false],
    ['./h.ts', 10, false],
    ['./i.ts', 11, true],
    ['./data.json', 13, false],
    ['vitest', 12, false],
  ])
})

test('what only looks like an import is none', () => {
  const text = [
    "// import { a } from '#a'",
    " * import { b } from '#b'",
    "const template = `import { c } from '#c'`",
    "export const from = 'here'",
    "export function f(x = 'from') { return x }",
    "export const table = { from: '#d' }",
  ].join('\n')
  expect(importsOf(text)).toEqual([])
})
