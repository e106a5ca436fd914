import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from './source-files.ts'

// The package as somebody installs it: built, packed, unpacked below a node_modules, started from there. What it depends
// on is linked and not fetched, so that nothing here needs a network.

const execute = promisify(execFile)
const place = mkdtempSync(join(tmpdir(), 'mcx-package-'))
const installed = join(place, 'node_modules', 'mcx-conformance')
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
afterAll(() => rmSync(place, { recursive: true, force: true }))

interface Manifest {
  readonly dependencies: Record<string, string>
  readonly bin: Record<string, string>
}
const manifest = (): Manifest => JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest

beforeAll(async () => {
  const built = join(place, 'built')
  await execute(process.execPath, [join(root, 'checks', 'build.ts'), built], { cwd: root })
  await execute('npm', ['pack', '--pack-destination', place], { cwd: built })
  const archive = readdirSync(place).find((file) => file.endsWith('.tgz')) ?? ''
  await execute('tar', ['-xzf', archive], { cwd: place })
  mkdirSync(dirname(installed), { recursive: true })
  await execute('mv', ['package', installed], { cwd: place })
  for (const name of [...Object.keys(manifest().dependencies), '@types/node']) {
    const link = join(place, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
  writeFileSync(join(place, 'package.json'), '{ "type": "module", "private": true }')
  writeFileSync(
    join(place, 'harness.config.ts'),
    `import { defineConfig, embeddedReference, portsFrom } from 'mcx-conformance'
export default defineConfig({
  profile: 'rel-18',
  tester: { ports: portsFrom(20061) },
  suts: embeddedReference({ firstPort: 20081 }),
})
`,
  )
}, 300_000)

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}
const mcx = async (...args: string[]): Promise<Ended> => {
  const program = join(installed, manifest().bin['mcx'] ?? '')
  try {
    const { stdout, stderr } = await execute(process.execPath, [program, ...args], { cwd: place, maxBuffer: 1 << 26 })
    return { code: 0, stdout, stderr }
  } catch (problem) {
    const { code, stdout, stderr } = problem as Ended
    return { code, stdout, stderr }
  }
}

test('only what is needed to run is in it', () => {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  expect(files).toContain('LICENSE')
  expect(files.filter((file) => /\.(test|testing|world|types)\.|^checks|^fixtures|(?<!\.d)\.ts$/.test(file))).toEqual(
    [],
  )
})

test('mcx list lists cases', async () => {
  const { code, stdout, stderr } = await mcx('list', '*@primaryServer/as-written*')
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('migration/service-authorization@primaryServer/as-written#no-gateways,udp')
})

test('mcx run plays cases against the reference that comes with it', { timeout: 240_000 }, async () => {
  const { code, stdout, stderr } = await mcx('run', '--json', '*/as-written#no-gateways*')
  expect(code, stderr).toBe(0)
  const { cases } = JSON.parse(stdout) as { readonly cases: readonly { readonly verdict: string }[] }
  expect(cases.length).toBeGreaterThanOrEqual(6)
  expect(new Set(cases.map(({ verdict }) => verdict))).toEqual(new Set(['pass']))
  expect(readdirSync(join(place, 'reports'))).toEqual(
    expect.arrayContaining(['events.ndjson', 'results.json', 'junit.xml', 'report.html']),
  )
})

test('its declarations type a configuration and a flow, and refuse wrong ones', { timeout: 240_000 }, async () => {
  writeFileSync(
    join(place, 'consumer.ts'),
    `import { defineConfig } from 'mcx-conformance'
import { flow, type Flow } from 'mcx-conformance/flow'
import { worse, type Verdict } from 'mcx-conformance/verdict'
export const define: (text: Parameters<typeof flow>[0]) => Flow = flow
export const verdict: Verdict = worse('pass', 'fail')
// @ts-expect-error: no such key
defineConfig({ sutz: [] })
// @ts-expect-error: no such verdict
worse('pass', 'perhaps')
`,
  )
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node']
  const result = await execute(process.execPath, [tsc, ...options, 'consumer.ts', 'harness.config.ts'], {
    cwd: place,
  }).catch((problem: unknown) => problem as Ended)
  expect(result.stdout).toBe('')
})
