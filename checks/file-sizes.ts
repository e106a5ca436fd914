import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, sourceFiles } from './source-files.ts'

// A file is one noun of the standard. At 250 lines it is asked whether it is still one; above 400 it is two.

const question = 250
const error = 400

/** Tables of data, which are as long as what they list, and why each is one. */
const tables: Readonly<Record<string, string>> = {
  'checks/configuration-document-text.ts': 'what each key of the configuration means',
  'src/report/results.schema.json': 'a JSON schema: one line a key',
  'src/report/report-html/report.css': 'a style sheet: one line a declaration',
}

const lengths = sourceFiles(['.ts', '.js', '.css', '.xsd', '.json'])
  .filter((file) => file !== 'package-lock.json' && !file.startsWith('fixtures/'))
  .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length }))
const tooLong = lengths.filter(({ file, lines }) => lines > error && !(file in tables))
const asked = lengths.filter(({ file, lines }) => lines >= question && lines <= error && !(file in tables))
const gone = Object.keys(tables).filter((file) => !lengths.some((one) => one.file === file && one.lines > error))

for (const { file, lines } of tooLong)
  console.error(`${file}: ${lines} lines; ${error} is the most, unless it is a table named in checks/file-sizes.ts`)
for (const file of gone)
  console.error(`${file}: is listed as a long table in checks/file-sizes.ts and is none; unlist it`)
for (const { file, lines } of asked) console.log(`question: ${file} has ${lines} lines; is it still one noun?`)
const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b)
console.log(`${lengths.length} files, median ${sorted[Math.floor(sorted.length / 2)]} lines`)
process.exitCode = tooLong.length + gone.length > 0 ? 1 : 0
