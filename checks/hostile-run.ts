import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { hostileSystems } from '../fixtures/hostile-systems/hostile-systems.ts'
import { flowRoles } from '../src/harness/index.ts'
import { readRun, type RunRecord } from '../src/report/index.ts'
import { freePorts } from '../src/transport/free-ports.testing.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const program = path('../src/cli/mcx.ts')
const configuration = path('hostile.config.ts')
const peer = path('../fixtures/hostile-systems/play-hostile.ts')

/** What a run against a hostile system came to, and what it cost. */
export interface HostileRun {
  readonly name: string
  readonly record: RunRecord
  readonly exitCode: number | null
  /** Wall time of `mcx run` with its reports. */
  readonly seconds: number
  /** Peak of its resident memory; 0 where the operating system does not tell. */
  readonly mebibytes: number
  /** Octets of events.ndjson and report.html. */
  readonly recorded: number
  readonly output: string
}

/** Longer than any run may take; then it is ended, and its record shows that. */
const patience = 240_000

/** Starts a hostile system, runs `mcx run` against it into a directory, and ends the system again. */
export async function runAgainst(name: string, out: string, ids: readonly string[] = []): Promise<HostileRun> {
  const system = hostileSystems[name]
  if (!system)
    throw new RangeError(`no hostile system is called ${name}; there are: ${Object.keys(hostileSystems).join(', ')}`)
  const ports = await freePorts(flowRoles.length + system.roles.length)
  const peers = system.live ? await Promise.all(ports.slice(flowRoles.length).map((port) => startPeer(name, port))) : []
  try {
    const ran = await mcxRun(['run', '--config', configuration, '--out', out, ...ids], {
      ...process.env,
      MCX_PORTS: ports.join(','),
      MCX_ROLES: system.roles.join(','),
    })
    const record = await readRun(out)
    const recorded = readFileSync(`${out}/events.ndjson`).length
    return { name, record, recorded, ...ran }
  } finally {
    for (const one of peers) one.kill('SIGKILL')
  }
}

function startPeer(name: string, port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [peer, name, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the hostile system ${name} ended with ${code} before it listened`)))
    child.stdout.once('data', () => resolve(child))
  })
}

type Measured = Pick<HostileRun, 'exitCode' | 'seconds' | 'mebibytes' | 'output'>

function mcxRun(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Measured> {
  const began = performance.now()
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let mebibytes = 0
  const listen = (chunk: string): void => void (output = (output + chunk).slice(-1_000_000))
  child.stdout.setEncoding('utf8').on('data', listen)
  child.stderr.setEncoding('utf8').on('data', listen)
  const watch = setInterval(() => (mebibytes = Math.max(mebibytes, peakOf(child.pid))), 50)
  const end = setTimeout(() => child.kill('SIGKILL'), patience)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => {
      clearInterval(watch)
      clearTimeout(end)
      resolve({ exitCode, seconds: (performance.now() - began) / 1000, mebibytes, output })
    })
  })
}

/** The most memory a process ever had resident, MiB (proc(5), VmHWM). */
function peakOf(pid: number | undefined): number {
  try {
    return Math.round(Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)
  } catch {
    return 0
  }
}
