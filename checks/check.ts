import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import pc from 'picocolors'
import { root } from './source-files.ts'

// `npm run check`: everything that can be said about the repository without running the product. Each check is a
// command of its own that can be run alone; what it prints is shown when it fails, and when it is a question.

interface Check {
  readonly name: string
  readonly command: readonly [program: string, ...args: string[]]
}

const script = (file: string): Check['command'] => [process.execPath, `checks/${file}`]
const tool = (program: string, ...args: string[]): Check['command'] => [join('node_modules', '.bin', program), ...args]

/** Slow ones first, so that they do not stand alone at the end. */
const checks: readonly Check[] = [
  {
    name: 'format',
    command: tool('prettier', '--check', '--cache', '--cache-strategy', 'content', '--log-level', 'warn', '.'),
  },
  { name: 'lint', command: tool('oxlint', '--type-aware', '--deny-warnings') },
  { name: 'types', command: tool('tsc') },
  { name: 'documents', command: script('documents.ts') },
  { name: 'unused code', command: tool('knip', '--treat-config-hints-as-errors') },
  { name: 'layers', command: script('layers.ts') },
  { name: 'layers document', command: script('layers-document.ts') },
  { name: 'golden files', command: script('golden.ts') },
  { name: 'capture explanations', command: script('capture-explanations.ts') },
  { name: 'binding vectors', command: script('binding-vectors.ts') },
  { name: 'bindings document', command: script('bindings-document.ts') },
  { name: 'configuration document', command: script('configuration-document.ts') },
  { name: 'dependencies document', command: script('dependencies-document.ts') },
  { name: 'file sizes', command: script('file-sizes.ts') },
  { name: 'lock file', command: script('lock-file.ts') },
  { name: 'repository text', command: script('repository-text.ts') },
]

interface Outcome {
  readonly good: boolean
  readonly output: string
  readonly seconds: number
}

const run = ({ command: [program, ...args] }: Check): Promise<Outcome> =>
  new Promise((resolve) => {
    const since = performance.now()
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    const end = (good: boolean, more = ''): void =>
      resolve({ good, output: Buffer.concat(chunks).toString() + more, seconds: (performance.now() - since) / 1000 })
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', (problem) => end(false, problem.message))
    child.once('close', (code) => end(code === 0))
  })

const shown = (command: Check['command']): string =>
  command.map((word) => (word === process.execPath ? 'node' : word.replace(/^node_modules\/\.bin\//, 'npx '))).join(' ')

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !checks.some((check) => check.name === name))
if (unknown.length > 0) {
  console.error(`no check is called ${unknown.join(', ')}; checks: ${checks.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
const queue = checks.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
const total = queue.length
let failed = 0

async function work(): Promise<void> {
  for (let check = queue.shift(); check; check = queue.shift()) {
    const { good, output, seconds } = await run(check)
    const time = pc.dim(`${seconds.toFixed(1)} s`)
    console.log(`${good ? pc.green('ok    ') : pc.red('FAILED')}  ${check.name.padEnd(22)} ${time}`)
    for (const line of output.split('\n')) if (line.startsWith('question: ')) console.log(`        ${line}`)
    if (good) continue
    failed += 1
    console.log(`${output.trimEnd().replaceAll(/^/gm, '        ')}\n        again: ${shown(check.command)}`)
  }
}

await Promise.all(Array.from({ length: Math.max(2, Math.min(4, availableParallelism())) }, work))
console.log(failed === 0 ? `\n${total} checks hold` : `\n${failed} of ${total} checks failed`)
process.exitCode = failed === 0 ? 0 : 1
