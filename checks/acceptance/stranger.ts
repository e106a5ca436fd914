import { spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// The product as somebody meets it who knows nothing of its inside: a program that is started, prints and ends.

const program = fileURLToPath(new URL('../../src/cli/mcx.ts', import.meta.url))
export const ownPorts = fileURLToPath(new URL('own-ports.config.ts', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
}

export interface Surroundings {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Seconds after which it is killed: nothing here may hang. */
  readonly patience?: number
  /** In a process group of its own, as a terminal starts it. */
  readonly ownGroup?: boolean
  /** A program that starts it, with what that takes. */
  readonly by?: readonly string[]
}

export interface Started {
  readonly child: ChildProcess
  /** All it printed so far. */
  readonly printed: () => string
  readonly ended: Promise<Ended>
}

/** Starts `mcx` with these words. */
export function start(
  words: readonly string[],
  { cwd, env, patience = 300, ownGroup = false, by = [] }: Surroundings = {},
): Started {
  const since = performance.now()
  const [command = process.execPath, ...args] = [...by, process.execPath, program, ...words]
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: ownGroup,
    env: { ...process.env, NO_COLOR: '1', ...env },
    ...(cwd !== undefined && { cwd }),
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  const limit = setTimeout(() => child.kill('SIGKILL'), patience * 1000)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(limit)
      const seconds = (performance.now() - since) / 1000
      resolve({ code, signal, stdout: String(Buffer.concat(out)), stderr: String(Buffer.concat(err)), seconds })
    })
  })
  return { child, printed: () => String(Buffer.concat(out)), ended }
}

export const mcx = (words: readonly string[], surroundings?: Surroundings): Promise<Ended> =>
  start(words, surroundings).ended

/** Gives a new directory and takes it away afterwards. */
export async function withScratch<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'mcx-acceptance-'))
  try {
    return await use(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const block = 40
const [firstPort, lastPort] = [18_000, 19_999]
const given = new Set<number>()

/** First of forty ports nobody listens on, UDP and TCP: twenty for the tester, twenty for the reference. */
export async function freePorts(): Promise<number> {
  const blocks = (lastPort + 1 - firstPort) / block
  // Two of these at once begin at different places.
  const begin = process.pid % blocks
  for (let index = 0; index < blocks; index++) {
    const first = firstPort + ((begin + index) % blocks) * block
    if (given.has(first)) continue
    const free = await Promise.all(Array.from({ length: block }, (_, offset) => isFree(first + offset)))
    if (!free.every(Boolean)) continue
    given.add(first)
    return first
  }
  throw new Error(`no ${block} free ports in a row between ${firstPort} and ${lastPort}`)
}

export const isFree = async (port: number): Promise<boolean> => (await tcpFree(port)) && (await udpFree(port))

const tcpFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

const udpFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => socket.close(() => resolve(false)))
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)))
  })
