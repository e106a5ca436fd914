import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { explanationJson, explanationOf, readConversation } from '#conversation'
import { readCapture } from '#wire/capture'
import { lineDifference } from './line-difference.ts'
import { root } from './source-files.ts'

// What `mcx explain` says of the captures of real systems stands in files, so that a protocol engineer sees in the
// diff what a change does.

const updateCommand = 'node checks/capture-explanations.ts --update'
const captures = join(root, 'fixtures', 'vectors', 'captures')
const golden = join(root, 'fixtures', 'golden', 'captures')
const widths = [80, 140]

function explanationsOf(file: string): readonly (readonly [path: string, text: string])[] {
  const conversation = readConversation(readCapture(readFileSync(join(captures, file))))
  const folder = join(golden, basename(file, '.pcapng'))
  const texts = widths.map((width) => {
    const lines = [...explanationOf(conversation, { width })]
    return [join(folder, `${width}-columns.txt`), `${lines.join('\n')}\n`] as const
  })
  return [...texts, [join(folder, 'explanation.json'), `${JSON.stringify(explanationJson(conversation), null, 2)}\n`]]
}

const files = readdirSync(captures).filter((file) => file.endsWith('.pcapng'))
const wanted = files.flatMap(explanationsOf)

function update(): number {
  for (const [path, text] of wanted) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  console.log(`${wanted.length} explanations of ${files.length} capture${files.length === 1 ? '' : 's'} written`)
  return 0
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function check(): number {
  const problems = wanted.flatMap(([path, text]) => {
    const difference = lineDifference(textOf(path), text)
    return difference.length > 0 ? [`${path.slice(root.length + 1)}:`, ...difference.map((line) => `  ${line}`)] : []
  })
  if (problems.length === 0) {
    console.log(`${wanted.length} explanations of captures hold`)
    return 0
  }
  console.error(problems.join('\n'))
  console.error(`\nLook at every difference; if it is meant: ${updateCommand}`)
  return 1
}

process.exitCode = process.argv.includes('--update') ? update() : check()
