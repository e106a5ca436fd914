import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { flowRoles } from '../src/harness/index.ts'
import { root } from './source-files.ts'

// The whole suite against the reference MC systems over real sockets: two things written apart from the same standard,
// of which neither knows the other, agree on every case.

interface Results {
  readonly cases: readonly {
    readonly id: string
    readonly role: string
    readonly verdict: string
    readonly findings: readonly { readonly requirement: string; readonly actual: string }[]
  }[]
}

interface Played {
  readonly results: Results
  readonly code: number | null
  readonly said: string
  /** What was recorded of a case. */
  recorded(id: string): string | undefined
}

const outs: string[] = []
afterAll(() => outs.forEach((out) => rmSync(out, { recursive: true, force: true })))

let playing: Promise<Played> | undefined
const played = (): Promise<Played> => (playing ??= play())

async function play(): Promise<Played> {
  const out = mkdtempSync(join(tmpdir(), 'mcx-conformance-'))
  outs.push(out)
  const words = ['src/cli/mcx.ts', 'run', '--config', 'checks/conformance.config.ts', '--out', out]
  const ended = await new Promise<Pick<Played, 'code' | 'said'>>((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], timeout: 900_000 })
    let said = ''
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-4000)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, said }))
  })
  const results = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as Results
  const texts = (): string[] =>
    readdirSync(join(out, 'cases')).map((name) => readFileSync(join(out, 'cases', name), 'utf8'))
  return { ...ended, results, recorded: (id) => texts().find((text) => text.startsWith(`${id}\n`)) }
}

describe('every case against the reference', () => {
  test('passes', { timeout: 960_000 }, async () => {
    const { results, code, said, recorded } = await played()
    const others = results.cases.filter(({ verdict }) => verdict !== 'pass')
    // Another attempt, where there is one, plays again.
    if (others.length > 0 || code !== 0) playing = undefined
    const wrong = others.map(({ id, verdict, findings }) => [
      id,
      verdict,
      findings[0]?.requirement,
      findings[0]?.actual,
    ])
    const shown = others.slice(0, 3).map(({ id }) => recorded(id))
    expect(wrong, [...wrong.map((one) => one.join(': ')), ...shown].join('\n')).toEqual([])
    expect(code, said).toBe(0)
  })

  test('there are hundreds, in every role and over both transports', { timeout: 960_000 }, async () => {
    const { results } = await played()
    expect(results.cases.length).toBeGreaterThanOrEqual(400)
    expect(new Set(results.cases.map(({ role }) => role))).toEqual(
      // Who only ever stands at the other end is no system under test.
      new Set(flowRoles.filter((role) => role !== 'otherParticipatingServer')),
    )
    for (const transport of ['udp', 'tcp'])
      expect(results.cases.filter(({ id }) => id.endsWith(`,${transport}`)).length).toBeGreaterThan(100)
  })

  test('each was selected once', { timeout: 960_000 }, async () => {
    const { results } = await played()
    expect(new Set(results.cases.map(({ id }) => id)).size).toBe(results.cases.length)
  })
})
