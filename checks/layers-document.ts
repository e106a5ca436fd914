import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { layers, type Layer } from './layer-table.ts'
import { lineDifference } from './line-difference.ts'

// The table of layers in ARCHITECTURE.md is the one that is checked.

const file = new URL('../ARCHITECTURE.md', import.meta.url)
const updateCommand = 'node checks/layers-document.ts --update'
const [begin, end] = ['<!-- The table of checks/layer-table.ts -->', '<!-- End of the table -->']

const names = (list: readonly string[], none: string): string =>
  list.length === 0 ? none : list.map((name) => (name === '*' ? 'all' : `\`${name}\``)).join(', ')

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** What product files may import; tests may import more. */
function rowOf({ folder, layers: values, types = [], folders = [], node, packages }: Layer): string {
  const others = [
    ...values.map((name) => (name === '#*' ? 'all' : `\`${name}\``)),
    ...types.map((name) => `types of \`${name}\``),
    ...folders.map((name) => `\`${name}/\``),
  ]
  return row([
    folder === '.' ? 'configurations in the root' : `\`${folder}\``,
    others.length === 0 ? 'nothing' : others.join(', '),
    names(node, ''),
    names(packages, ''),
  ])
}

const table = [
  row(['Folder', 'May import', 'Modules of Node.js', 'Packages']),
  row(['---', '---', '---', '---']),
  ...layers.map(rowOf),
].join('\n')

const old = readFileSync(file, 'utf8')
const [before, rest] = old.split(begin)
const after = rest?.split(end)[1]
if (before === undefined || after === undefined) {
  console.error(`ARCHITECTURE.md has no place for the table: "${begin}" and "${end}"`)
  process.exit(1)
}
const path = fileURLToPath(file)
const now = await format(`${before}${begin}\n\n${table}\n\n${end}${after}`, {
  ...(await resolveConfig(path)),
  filepath: path,
})
if (process.argv.includes('--update')) {
  writeFileSync(file, now)
  console.log('ARCHITECTURE.md has the table of layers')
} else if (old === now) console.log('ARCHITECTURE.md has the table that is checked')
else {
  console.error(`ARCHITECTURE.md differs from checks/layer-table.ts:\n${lineDifference(old, now).join('\n')}`)
  console.error(`\nIf it is meant: ${updateCommand}`)
  process.exitCode = 1
}
