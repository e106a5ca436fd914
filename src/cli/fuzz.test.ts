import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'mcx-fuzz-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly printed: string
}

const fuzz = (...words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const program = fileURLToPath(new URL('mcx.ts', import.meta.url))
    const child = spawn(process.execPath, [program, 'fuzz', ...words, '--out', join(folder, 'results')], {
      env: { ...process.env, NO_COLOR: '1' },
    })
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += String(chunk)))
    child.once('close', (code) => resolve({ code, printed }))
  })

test(
  'a short campaign looks at itself first, ends in its time and says that nothing is wrong',
  { timeout: 180_000 },
  async () => {
    const { code, printed } = await fuzz('--budget', '10s')
    expect(printed).toMatch(/^self-test: what is known to be wrong is found\n/)
    expect(printed).toMatch(/\n\d+ executions in /)
    expect(printed).toContain('\nno finding\n')
    expect(code).toBe(0)
  },
)

test('a system beyond this machine is refused before anything is sent', { timeout: 60_000 }, async () => {
  const config = join(folder, 'beyond.config.mjs')
  const sut = {
    name: 'far',
    roles: ['primaryServer'],
    system: 'a.example',
    identity: 'sip:x@a.example',
    address: '192.0.2.20',
    port: 5060,
  }
  writeFileSync(config, `export default ${JSON.stringify({ suts: [sut] })}`)
  const { code, printed } = await fuzz('--config', config)
  expect(printed).toBe(
    "mcx: far: 192.0.2.20 is not on this machine; where it may be fuzzed, say so: fuzz: { consent: { '192.0.2.20': 'I may fuzz this system' } }\n",
  )
  expect(code).toBe(2)
})

test(
  'of a system that nothing here can start it is not said that it was started afresh',
  { timeout: 120_000 },
  async () => {
    const config = join(folder, 'silent.config.mjs')
    const sut = {
      name: 'silent',
      roles: ['primaryServer'],
      system: 'a.example',
      identity: 'sip:x@a.example',
      address: '127.0.0.1',
      port: 5997,
    }
    writeFileSync(config, `export default ${JSON.stringify({ suts: [sut] })}`)
    const { code, printed } = await fuzz('--config', config, '--budget', '10s')
    expect(printed).toContain('shown 3 of 3 times on the same system: nothing here can start it afresh')
    expect(printed).not.toContain('on a system started afresh')
    expect(code).toBe(3)
  },
)

test('a system that does not start ends it at once', { timeout: 120_000 }, async () => {
  const config = join(folder, 'broken.config.mjs')
  const start = [process.execPath, '-e', "console.error('licence expired'); process.exit(4)"]
  const sut = {
    name: 'ours',
    roles: ['primaryServer'],
    system: 'a.example',
    identity: 'sip:x@a.example',
    address: '127.0.0.1',
    port: 5999,
    control: { start, http: 'http://127.0.0.1:5998' },
  }
  writeFileSync(config, `export default ${JSON.stringify({ suts: [sut] })}`)
  const { code, printed } = await fuzz('--config', config, '--no-self-test', '--budget', '5m')
  expect(printed).toBe('mcx: ours did not start: it ended with exit code 4 and said: licence expired\n')
  expect(code).toBe(2)
})

test('who is meant has to be said', { timeout: 60_000 }, async () => {
  expect(await fuzz('element/*')).toMatchObject({ code: 2 })
  expect((await fuzz('--config', 'nowhere.ts')).printed).toContain('there is no nowhere.ts')
})
