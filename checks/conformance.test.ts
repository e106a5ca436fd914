import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

const out = mkdtempSync(join(tmpdir(), 'mcx-conformance-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))
let ended: { readonly code: number | null; readonly said: string }
let results: Results

beforeAll(async () => {
  const words = ['src/cli/mcx.ts', 'run', '--config', 'checks/conformance.config.ts', '--out', out]
  ended = await new Promise((resolve, reject) => {
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
  results = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as Results
}, 960_000)

describe('every case against the reference', () => {
  test('passes', () => {
    const others = results.cases.filter(({ verdict }) => verdict !== 'pass')
    expect(
      others.map(({ id, verdict, findings }) => [id, verdict, findings[0]?.requirement, findings[0]?.actual]),
    ).toEqual([])
    expect(ended.code, ended.said).toBe(0)
  })

  test('there are hundreds, in every role and over both transports', () => {
    expect(results.cases.length).toBeGreaterThanOrEqual(400)
    expect(new Set(results.cases.map(({ role }) => role))).toEqual(
      // Who only ever stands at the other end is no system under test.
      new Set(flowRoles.filter((role) => role !== 'otherParticipatingServer')),
    )
    for (const transport of ['udp', 'tcp'])
      expect(results.cases.filter(({ id }) => id.endsWith(`,${transport}`)).length).toBeGreaterThan(100)
  })

  test('each was selected once', () => {
    expect(new Set(results.cases.map(({ id }) => id)).size).toBe(results.cases.length)
  })
})
