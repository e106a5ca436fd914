import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Address } from '#transport'
import {
  challenging,
  mostUsers,
  provisioningFor,
  type EntityRole,
  type Place,
  type Places,
  type TestedRole,
} from './world.ts'

/** A system under test that can be started afresh. */
export interface Target {
  /** Where each role is reached, and its identity; what it does not play is absent. */
  readonly places: Readonly<Partial<Record<TestedRole, Place>>>
  /** Whether OPTIONS alone shows that it lives. */
  readonly isProbed: boolean
  /** Whether it can be started anew: who stopped it cannot be found otherwise. */
  readonly restarts: boolean
  /** Of the program that was started on this machine, where one was. */
  process?(): number | undefined
  /** Why it no longer runs, once it does not. */
  ended(): string | undefined
  /** Forgets all users, where it can. */
  reset(): Promise<void>
  /** Ends it and starts it anew, with all that it was told. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Where no single message is played, nothing is there for them. */
export const noTarget = (restarts: boolean): Target => ({
  places: {},
  isProbed: false,
  restarts,
  ended: () => undefined,
  reset: () => Promise.resolve(),
  restart: () => Promise.resolve(),
  stop: () => Promise.resolve(),
})

export interface ReferenceOptions {
  readonly defects: readonly string[]
  /** What the fuzzer plays around it. */
  readonly own: Places
}

/** The reference system shows defects on demand. */
export interface ReferenceTarget extends Target {
  /** From now on these and no others. */
  show(defects: readonly string[]): Promise<void>
}

/** The embedded reference system, in a process of its own. */
export async function startReferenceTarget({ defects, own }: ReferenceOptions): Promise<ReferenceTarget> {
  const program = fileURLToPath(new URL('../cli/mcx.ts', import.meta.url))
  const source = import.meta.url.endsWith('.ts')
  let running: Running | undefined
  let places: Target['places'] = {}

  async function start(): Promise<void> {
    running = await startProcess([
      source ? program : program.replace(/\.ts$/, '.js'),
      'reference',
      '--while-input-open',
      '--quiet',
      '--control',
      '127.0.0.1:0',
      ...defects.flatMap((defect) => ['--defect', defect]),
    ])
    places = await provision(running.control, own)
  }

  await start()
  return {
    get places() {
      return places
    },
    isProbed: false,
    restarts: true,
    process: () => running?.process,
    ended: () => running?.ended(),
    async reset() {
      if (running !== undefined) await ask(running.control, 'reset', {})
    },
    async show(names) {
      if (running !== undefined) await ask(running.control, 'defects', { names })
    },
    async restart() {
      // Whoever hangs hears of no other end, and takes the time of all others.
      await running?.stop(0)
      await start()
    },
    stop: async () => running?.stop(),
  }
}

interface Running {
  readonly control: string
  readonly process: number | undefined
  ended(): string | undefined
  /** So many milliseconds it may take to end by itself. */
  stop(patience?: number): Promise<void>
}

async function startProcess(args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const said: string[] = []
  let outcome: string | undefined
  child.stdin.on('error', () => undefined)
  child.stderr.on('data', (chunk: Buffer) => {
    said.push(chunk.toString('utf8'))
    if (said.length > 40) said.shift()
  })
  child.once('exit', (code, signal) => (outcome = `it ended with ${code === null ? signal : `exit code ${code}`}`))
  const control = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      const [, url] = /control interface: (\S+)\n/.exec(text) ?? []
      if (url !== undefined) resolve(url)
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`the reference did not start: ${said.join('').trim().slice(-300)}`)))
  })
  const onExit = (): void => void child.kill('SIGKILL')
  process.once('exit', onExit)
  return {
    control,
    process: child.pid,
    ended: () => (outcome === undefined ? undefined : `${outcome}${lastSaid(said)}`),
    async stop(patience = 1000) {
      process.off('exit', onExit)
      await end(child, patience)
    },
  }
}

/** The line that names an exception, where there is one. */
function lastSaid(said: readonly string[]): string {
  const lines = said.join('').split('\n')
  const line = lines.findLast((one) => /Error\b/.test(one)) ?? lines.findLast((one) => one.trim() !== '')
  // Who was at the other end differs each time.
  return line === undefined
    ? ''
    : `: ${line
        .trim()
        .replace(/\bport \d+/g, 'port')
        .slice(0, 200)}`
}

async function end(child: ChildProcess, patience: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise<void>((resolve) => {
    const insist = setTimeout(() => child.kill('SIGKILL'), patience)
    child.once('exit', () => {
      clearTimeout(insist)
      resolve()
    })
    child.kill('SIGTERM')
  })
}

async function ask(control: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${control}/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(`the reference refuses ${path}: ${JSON.stringify(answer).slice(0, 300)}`)
  return answer
}

async function provision(control: string, own: Places): Promise<Target['places']> {
  const document = provisioningFor(own, mostUsers)
  const { functions } = (await ask(control, 'provision', document)) as {
    readonly functions: readonly { readonly name: string; readonly role: EntityRole; readonly local: Address }[]
  }
  const places: Partial<Record<TestedRole, Place>> = {}
  for (const { name, role, local } of functions) {
    const identity = document.functions.find((one) => one.name === name)?.identity ?? ''
    places[name === challenging ? 'challengingServer' : role] = { ...local, identity }
    places.element ??= { ...local, identity }
  }
  return places
}
