import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hasProgram } from '../interoperability/program.ts'
import type { Row } from './row.ts'
import { software } from './software/index.ts'
import { freePorts, start, type Ended } from './stranger.ts'

type Name = keyof typeof software
const names = Object.keys(software) as Name[]
const isName = (word: string): word is Name => word in software

const configuration = fileURLToPath(new URL('real-software.config.ts', import.meta.url))
const folder = 'reports/real-software'
/** Seconds for what is found, and until a program has ended, behind the time of the campaign. */
const behind = 900
/** So often each finding is played again, on a program started afresh. */
const times = 3

/** One line of `findings.ndjson`, as far as it is looked at here. */
interface Told {
  readonly what: string
  readonly clause: string
  readonly case: unknown
  readonly directory?: string
}

/** `npm run acceptance -- real-software [program...] [30m] [seed=1]`: software of others, side by side; docs/field-notes.md says what came of it. */
export const row: Row = {
  shows: `mcx fuzz against ${names.join(', ')}: campaigns end by themselves, findings are played again`,
  async look(args, say) {
    const chosen = args.filter(isName)
    const budget = args.find((word) => /^\d+[smh]$/.test(word)) ?? '30m'
    const seed = args.find((word) => word.startsWith('seed='))?.slice(5) ?? '1'
    const faults = (chosen.length > 0 ? chosen : names).map((name) => campaign(name, budget, seed, say))
    return (await Promise.all(faults)).flat()
  },
}

async function campaign(
  name: Name,
  budget: string,
  seed: string,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const { command, scenarios, setUp } = software[name]
  if (!hasProgram(command)) return [`${name}: there is no ${command} here; Debian has it`]
  const port = await freePorts()
  const out = resolve(folder, name)
  const set = join(out, 'set-up')
  rmSync(out, { recursive: true, force: true })
  mkdirSync(set, { recursive: true })
  for (const [file, text] of Object.entries(setUp(port + 20).files)) writeFileSync(join(set, file), text)
  const env = { MCX_SOFTWARE: name, MCX_FOLDER: set, MCX_PORT: String(port) }
  const mcx = (words: readonly string[], patience: number): Promise<Ended> =>
    start([...words, '--config', configuration], { env, patience }).ended

  const results = join(out, 'results')
  const words = ['fuzz', scenarios, '--budget', budget, '--seed', seed, '--no-self-test', '--out', results]
  const { code, signal, stdout, stderr, seconds } = await mcx(words, secondsOf(budget) * 2 + behind)
  writeFileSync(join(out, 'printed.txt'), stdout + stderr)
  const sums = /^\d+ executions in .*$/m.exec(stdout)?.[0] ?? 'nothing said of executions'
  say(`${name}: exit code ${code ?? signal} after ${seconds.toFixed(0)} s; ${sums}`)
  if (code !== 0 && code !== 1) return [`${name}: ended with ${code ?? signal}: ${stderr.trim().split('\n').at(-1)}`]

  const told = readFileSync(join(results, 'findings.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Told)
  let again = 0
  for (const [index, one] of told.entries()) {
    const { what, clause, directory } = one
    const path = directory === undefined ? join(out, `case-${index + 1}.json`) : join(results, directory)
    if (directory === undefined) writeFileSync(path, JSON.stringify({ case: one.case, complaint: one }))
    const replayed = await mcx(['replay', path, '--repeat', String(times)], behind)
    const shown =
      /^(still fails|different failure|fixed|error): .*$/m.exec(replayed.stdout)?.[0] ?? replayed.stderr.trim()
    if (shown.startsWith(`still fails: ${times} of`)) again++
    say(`${name}: ${replayed.stdout.split('\n')[0]}: ${what} (${clause}); ${shown}; ${path}`)
  }
  say(
    `${name}: ${told.length} findings, ${again} shown again ${times} of ${times} times; ${join(results, 'report.html')}`,
  )
  return []
}

const secondsOf = (budget: string): number =>
  Number.parseInt(budget, 10) * { s: 1, m: 60, h: 3600 }[budget.at(-1) as 's' | 'm' | 'h']
