import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './source-files.ts'

// docs/dependencies.md has a row for each package that package.json names, with the licence the package itself states.

interface Manifest {
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const page = 'docs/dependencies.md'
const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest
const allowed = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0']

/** The cells of the rows below a heading, by the name in the first. */
function rowsBelow(heading: string): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(join(root, page), 'utf8')
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? ''
  const rows = section.split('\n').flatMap((line) => {
    const name = /^\| `([^`]+)`/.exec(line)?.[1]
    return name === undefined ? [] : [[name, line.split('|').map((cell) => cell.trim())] as const]
  })
  return new Map(rows)
}

function wrongBelow(heading: string, wanted: Readonly<Record<string, string>> = {}): readonly string[] {
  const rows = rowsBelow(heading)
  const without = Object.keys(wanted).filter((name) => !rows.has(name))
  const gone = [...rows.keys()].filter((name) => !(name in wanted))
  return [
    ...without.map((name) => `${name} has no row below "${heading}": say what for, and why not our own`),
    ...gone.map((name) => `${name} has a row below "${heading}" and is not there in package.json`),
    ...[...rows]
      .filter(([name]) => name in wanted)
      .flatMap(([name, cells]) => {
        const licence = manifestIn(join('node_modules', name)).license ?? 'none'
        if (!allowed.includes(licence)) return [`${name} is under ${licence}; allowed: ${allowed.join(', ')}`]
        return cells.includes(licence) ? [] : [`${name} is under ${licence}; its row says something else`]
      }),
  ]
}

const { dependencies, devDependencies } = manifestIn('.')
const problems = [...wrongBelow('At run time', dependencies), ...wrongBelow('For development', devDependencies)]
for (const problem of problems) console.error(`${page}: ${problem}`)
if (problems.length === 0) console.log(`${page} has every dependency`)
process.exitCode = problems.length > 0 ? 1 : 0
