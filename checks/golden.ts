import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writtenOut } from '#derive'
import { flows } from '../src/harness/flows.ts'
import { goldenFilesOf } from './golden-files.ts'
import { lineDifference } from './line-difference.ts'
import { root } from './source-files.ts'

// What is derived from the flows stands in files, so that a standards engineer sees in the diff what a change does.

const updateCommand = 'node checks/golden.ts --update'
const folder = join(root, 'fixtures', 'golden')
const library = Object.fromEntries(flows.map((flow) => [flow.id, flow]))
const wanted = new Map(flows.flatMap((flow) => [...goldenFilesOf(flow, writtenOut(flow, library))]))
// Other golden files have folders of their own, which no theme is named after.
const themes = [...new Set(flows.map(({ id }) => id.split('/')[0] ?? id))]
const found = themes.flatMap((theme) => filesBelow(theme))

function filesBelow(theme: string): readonly string[] {
  try {
    return readdirSync(join(folder, theme), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  } catch {
    return []
  }
}

function update(): number {
  for (const file of found) if (!wanted.has(file)) rmSync(join(folder, file))
  for (const [file, text] of wanted) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  console.log(`${wanted.size} golden files of ${flows.length} flow${flows.length === 1 ? '' : 's'} written`)
  return 0
}

function check(): number {
  const problems = [
    ...found.filter((file) => !wanted.has(file)).map((file) => `${file}: nothing derives this file any more`),
    ...[...wanted].flatMap(([file, text]) => {
      if (!found.includes(file)) return [`${file}: missing`]
      const difference = lineDifference(readFileSync(join(folder, file), 'utf8'), text)
      return difference.length > 0 ? [`${file}:`, ...difference.map((line) => `  ${line}`)] : []
    }),
  ]
  if (problems.length === 0) {
    console.log(`${wanted.size} golden files hold`)
    return 0
  }
  console.error(problems.join('\n'))
  console.error(`\nLook at every difference; if it is meant: ${updateCommand}`)
  return 1
}

process.exitCode = process.argv.includes('--update') ? update() : check()
