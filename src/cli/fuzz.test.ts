import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, onTestFinished, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'mcx-fuzz-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly printed: string
}

const fuzz = (...words: readonly string[]): Promise<Ended> => ended(launched(words))

/** Its results go to a directory of that name. */
const launched = (words: readonly string[], out = 'results'): ChildProcessWithoutNullStreams =>
  started(['fuzz', ...words, '--out', join(folder, out)])

function started(words: readonly string[]): ChildProcessWithoutNullStreams {
  const program = fileURLToPath(new URL('mcx.ts', import.meta.url))
  return spawn(process.execPath, [program, ...words], { env: { ...process.env, NO_COLOR: '1' } })
}

const ended = (child: ChildProcessWithoutNullStreams): Promise<Ended> =>
  new Promise((resolve) => {
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += String(chunk)))
    child.once('close', (code) => resolve({ code, printed }))
  })

/** A file with the configuration of that system. */
function configuration(sut: { readonly name: string; readonly [key: string]: unknown }): string {
  const path = join(folder, `${sut.name}.config.mjs`)
  const usual = { roles: ['primaryServer'], system: 'a.example', identity: 'sip:x@a.example' }
  writeFileSync(path, `export default ${JSON.stringify({ suts: [{ ...usual, ...sut }] })}`)
  return path
}

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

test('a campaign that is interrupted has nothing that passed', { timeout: 120_000 }, async () => {
  const child = launched(['--no-self-test', '--budget', '10m'], 'interrupted')
  const resultsIn = (name: string): string => readFileSync(join(folder, 'interrupted', name), 'utf8')
  const over = ended(child)
  await expect.poll(() => resultsIn('events.ndjson'), { timeout: 60_000 }).toContain('"event":"execution"')
  child.kill('SIGINT')
  const { code, printed } = await over
  expect(printed).toContain('\nno finding until it was interrupted\n')
  expect(resultsIn('report.html')).toMatch(/No finding in [\d\s]+ executions, until it was interrupted/)
  expect(resultsIn('junit.xml')).toContain('message="not tested: the campaign went on until it was interrupted"')
  expect(resultsIn('junit.xml')).not.toContain('what was executed')
  expect(code).toBe(3)
})

test('a system beyond this machine is refused before anything is sent', { timeout: 60_000 }, async () => {
  const config = configuration({ name: 'far', address: '192.0.2.20', port: 5060 })
  const { code, printed } = await fuzz('--config', config)
  expect(printed).toBe(
    "mcx: far: 192.0.2.20 is not on this machine; where it may be fuzzed, say so: fuzz: { consent: { '192.0.2.20': 'I may fuzz this system' } }\n",
  )
  expect(code).toBe(2)
})

/** One that answers whatever it is asked with 200 and as it was asked, so that To never has a tag (RFC 3261 8.2.6.2). */
async function parrot(): Promise<AddressInfo> {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  socket.on('message', (octets, { port, address }) => {
    const said = octets.toString('latin1').replace(/^\S+ \S+ SIP\/2.0/, 'SIP/2.0 200 OK')
    socket.send(Buffer.from(said, 'latin1'), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket.address()
}

test(
  'of a system that nothing here can start it is not said that it was started afresh',
  { timeout: 120_000 },
  async () => {
    const { address, port } = await parrot()
    const config = configuration({ name: 'parrot', address, port })
    const { code, printed } = await fuzz('--config', config, '--no-self-test', '--budget', '10s')
    expect(printed).toContain('To of the answer has no tag')
    expect(printed).toContain('shown 3 of 3 times on the same system: nothing here can start it afresh')
    expect(printed).not.toContain('on a system started afresh')
    expect(code).toBe(1)
  },
)

test('of a system that is not there nothing is said but that', { timeout: 120_000 }, async () => {
  const config = configuration({ name: 'silent', address: '127.0.0.1', port: 5997 })
  const { code, printed } = await ended(launched(['--config', config, '--no-self-test', '--budget', '10s'], 'silent'))
  expect(printed).toContain(
    '\nnot tested: no valid request is answered, nor is anything else heard of 127.0.0.1 port 5997; start it there\nreport: ',
  )
  expect(printed).not.toContain('finding')
  expect(readdirSync(join(folder, 'silent'))).not.toContain('findings')
  expect(code).toBe(3)
})

test('a system that is not there has passed no flow', { timeout: 120_000 }, async () => {
  const nobody = { name: 'nobody', address: '127.0.0.1', port: 5997, control: { provision: ['true'] } }
  const words = ['--flows', '--config', configuration(nobody), '--no-self-test']
  const brief = await fuzz(...words, '--budget', '3s')
  expect(brief.printed).toContain('not tested: the time was over before any flow had come to its end\n')
  const { code, printed } = await fuzz(...words, '--budget', '25s')
  expect(printed).toMatch(/^not (judged: migration\/service-authorization@primaryServer\/as-written#|tested: )/m)
  expect([brief.code, code]).toEqual([3, 3])
})

test('a system that does not start ends it at once', { timeout: 120_000 }, async () => {
  const start = [process.execPath, '-e', "console.error('licence expired'); process.exit(4)"]
  const config = configuration({
    name: 'ours',
    address: '127.0.0.1',
    port: 5999,
    control: { start, http: 'http://127.0.0.1:5998' },
  })
  const { code, printed } = await fuzz('--config', config, '--no-self-test', '--budget', '5m')
  expect(printed).toBe('mcx: ours did not start: it ended with exit code 4 and said: licence expired\n')
  expect(code).toBe(2)
})

/** The reference system, as somebody else's would be: started and provisioned by its control interface. */
function referenceAsOthers(defect: string): string {
  const program = fileURLToPath(new URL('mcx.ts', import.meta.url))
  const control = `127.0.0.1:${5900 + defect.length}`
  const start = [process.execPath, program, 'reference', '--while-input-open', '--quiet', '--control', control]
  return configuration({
    name: `with-${defect}`,
    address: '127.0.0.1',
    port: 5960 + defect.length,
    control: { start: [...start, ...(defect === 'nothing' ? [] : ['--defect', defect])], http: `http://${control}` },
  })
}

test(
  'whole flows of a system of a configuration: what is found plays again, and is fixed where it is',
  { timeout: 180_000 },
  async () => {
    const config = referenceAsOthers('newer-migration-not-recorded')
    const words = ['migration/consecutive-migration*', '--flows', '--no-self-test', '--budget', '20s']
    const { code, printed } = await ended(launched([...words, '--config', config], 'flows'))
    expect(printed).toContain('step 1.7: the primary MC service server holds that the MC service user is marked as')
    expect(printed).toMatch(/of them 0 \(0\/s\) single messages and [1-9]/)
    expect(code).toBe(1)
    const findings = join(folder, 'flows', 'findings')
    const [finding = ''] = readdirSync(findings)
    const replayed = async (of: string): Promise<Ended> =>
      ended(started(['replay', join(findings, finding), '--config', of]))
    expect(await replayed(config)).toMatchObject({ code: 1 })
    expect(await replayed(referenceAsOthers('nothing'))).toMatchObject({ code: 0 })
  },
)

test.each([
  [
    { name: 'far', address: '192.0.2.20', port: 5060, control: { http: 'http://127.0.0.1:5998' } },
    'mcx: far: whole flows are fuzzed on this machine alone, and 192.0.2.20 is another\n',
  ],
  [
    { name: 'mute', address: '127.0.0.1', port: 5996 },
    'mcx: mute: whole flows are fuzzed by many users, each new; give suts[].control http or provision, so that it knows them\n',
  ],
])('whole flows cannot be played against $name', { timeout: 60_000 }, async (sut, said) => {
  const config = configuration(sut)
  const consent = readFileSync(config, 'utf8').replace(
    '{',
    "{fuzz: { consent: { '192.0.2.20': 'I may fuzz this system' } },",
  )
  writeFileSync(config, consent)
  const { code, printed } = await fuzz('--flows', '--no-self-test', '--config', config)
  expect(printed).toBe(said)
  expect(code).toBe(2)
})

test('who is meant has to be said', { timeout: 60_000 }, async () => {
  expect(await fuzz('element/*')).toMatchObject({ code: 2 })
  expect((await fuzz('--config', 'nowhere.ts')).printed).toContain('there is no nowhere.ts')
})
