import { spawn, execFileSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from './source-files.ts'

// `npm run bench:sip [rounds]`: how fast SIP messages are read, beside other parsers, in one run and turn about. Each
// parser is a process of its own; processor time is measured, so that other load on the machine shows little. The npm
// packages are installed into a temporary folder; Sofia-SIP takes part where its library and a C compiler are.

const rounds = Number(process.argv[2] ?? 7)
const packages = ['sip@0.0.6', 'jssip@3.13.8']
const messages = ['invite', 'answer', 'register', 'options'] as const
/** Messages a round: about as long for every parser. */
const counts: Record<string, number> = { jssip: 150, sofia: 6000, routing: 20_000 }

interface Parser {
  readonly name: string
  readonly child: ChildProcess
  readonly ask: (line: string) => Promise<string>
}

function start(name: string, program: string, ...args: readonly string[]): Parser {
  const child = spawn(program, args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    name,
    child,
    async ask(line) {
      child.stdin.write(`${line}\n`)
      const { value } = (await lines.next()) as { value: string | undefined }
      if (value === undefined) throw new Error(`${name} stopped`)
      return value
    },
  }
}

function installed(): string {
  const folder = join(tmpdir(), 'mcx-bench-sip')
  if (!existsSync(join(folder, 'node_modules', 'jssip'))) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', ...packages], {
      cwd: folder,
      stdio: 'inherit',
    })
  }
  return folder
}

/** Sofia-SIP, compiled; `undefined` and a word why when that cannot be. */
function sofia(folder: string): Parser | undefined {
  try {
    const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'sofia-sip-ua'], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
    const program = join(folder, 'bench-sip-sofia')
    execFileSync('cc', ['-O2', '-o', program, join(root, 'checks/bench-sip-sofia.c'), ...flags.trim().split(/\s+/)])
    return start('sofia', program)
  } catch (problem) {
    console.log(`without Sofia-SIP: ${(problem as Error).message.split('\n', 1)[0]}`)
    return undefined
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const folder = installed()
const node = (name: string): Parser =>
  start(
    name,
    process.execPath,
    '--min-semi-space-size=16',
    '--max-semi-space-size=16',
    'checks/bench-sip-parser.ts',
    name,
    join(folder, 'package.json'),
  )
const parsers = [node('typed'), node('hardened'), node('read out'), node('routing'), node('sip'), node('jssip')]
const reference = sofia(folder)
if (reference !== undefined) parsers.push(reference)

const microseconds = new Map<string, number[]>()
const octets = new Map<string, number[]>()
const note = (into: Map<string, number[]>, key: string, value: number): void => {
  into.set(key, [...(into.get(key) ?? []), value])
}
// The first rounds are for the compiler alone.
for (let round = -3; round < rounds; round += 1) {
  for (const message of messages) {
    for (const { name, ask } of parsers) {
      const count = (counts[name] ?? 3000) * (round < 0 ? 2 : 1)
      const answer = await ask(`${join(root, 'fixtures/vectors/sip-speed', `${message}.dat`)} ${count}`)
      const [time = Number.NaN, heap = 0] = answer.split(' ').map(Number)
      if (round < 0) continue
      note(microseconds, `${name} ${message}`, time)
      if (name !== 'sofia' && heap > 0) note(octets, `${name} ${message}`, heap)
    }
  }
}
for (const { child } of parsers) child.stdin?.end()

const time = (parser: string, message: string): number => median(microseconds.get(`${parser} ${message}`) ?? [])
console.log(`\nmicroseconds of processor time a message, medians of ${rounds} rounds (octets of heap a message)`)
console.log(['parser'.padEnd(10), ...messages.map((message) => message.padStart(18))].join(''))
for (const { name } of parsers) {
  const cells = messages.map((message) => {
    const heap = octets.get(`${name} ${message}`)
    return `${time(name, message).toFixed(2)} ${heap ? `(${Math.round(median(heap))})` : ''}`.padStart(18)
  })
  console.log([name.padEnd(10), ...cells].join(''))
}

interface Target {
  readonly ours: string
  readonly other: string
  readonly ratio: number
}
const targets: readonly Target[] = [
  { ours: 'typed', other: 'sip', ratio: 3 },
  { ours: 'typed', other: 'jssip', ratio: 40 },
  { ours: 'typed', other: 'sofia', ratio: 1 },
  { ours: 'hardened', other: 'sip', ratio: 3 },
  { ours: 'routing', other: 'sip', ratio: 10 },
  { ours: 'read out', other: 'sip', ratio: 1 },
]
console.log('\ntimes as fast, message by message; the target holds for the INVITE')
for (const { ours, other, ratio } of targets) {
  if (!parsers.some(({ name }) => name === other)) continue
  const cells = messages.map((message) => (time(other, message) / time(ours, message)).toFixed(2).padStart(9))
  const held = time(other, 'invite') / time(ours, 'invite') >= ratio
  console.log(`${`${ours} : ${other}`.padEnd(18)}${cells.join('')}   target ${ratio}: ${held ? 'held' : 'not held'}`)
}
