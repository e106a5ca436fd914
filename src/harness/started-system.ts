import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { request } from 'undici'
import type { SutConfiguration } from './configuration.ts'
import { byCommand } from './control-adapter.ts'

/** A system under test that we started. */
export interface StartedSystem {
  readonly process: number | undefined
  stop(): Promise<void>
  /** Why it is no longer running, once it is not. */
  readonly ended: () => string | undefined
}

/** A program without a control interface cannot be asked whether it is ready: if it fails at once, it is within these milliseconds. */
const grace = 250

/**
 * Starts the program and waits until it answers or the time is over; throws one line saying what went wrong. The program
 * has a process group of its own, so that Ctrl-C ends the run and not what is being tested; its standard input stays
 * open as long as the run lives, however that ends.
 */
export async function startSystem(
  sut: SutConfiguration,
  say: (line: string) => void,
): Promise<StartedSystem | undefined> {
  const { start, stop, http, readyWithin } = sut.control
  if (!start) return undefined
  if (http !== undefined && (await healthy(http)))
    throw new Error(
      `${sut.name}: something answers at ${http} before suts[].control.start was run; end it or take start away`,
    )
  const [program = '', ...args] = start
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: process.platform !== 'win32' })
  let outcome: string | undefined
  let failed = false
  let last = ''
  const listen = (chunk: Buffer): void => {
    last = chunk.toString('utf8').trim().split('\n').at(-1) ?? last
  }
  child.stdin.on('error', () => {})
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  child.once('error', (problem: NodeJS.ErrnoException) => {
    failed = true
    outcome = problem.code === 'ENOENT' ? `there is no program ${program}` : problem.message
  })
  child.once('exit', (code, signal) => {
    failed ||= code !== 0
    outcome ??= `it ended with ${code === null ? signal : `exit code ${code}`}`
  })
  const gone = (): string | undefined => (outcome && last !== '' ? `${outcome} and said: ${last}` : outcome)
  const onExit = (): void => kill(child, 'SIGKILL')
  process.once('exit', onExit)
  const since = performance.now()
  const ready = async (): Promise<boolean> =>
    http === undefined ? performance.now() > since + grace : !failed && (await healthy(http))
  while (!(await ready())) {
    await setTimeout(25)
    if (failed) {
      process.off('exit', onExit)
      const repair = last === '' ? `; mend suts[].control.start (${start.join(' ').slice(0, 200)})` : ''
      throw new Error(`${sut.name} did not start: ${gone()}${repair}`)
    }
    if (performance.now() > since + readyWithin) {
      process.off('exit', onExit)
      await end(child)
      throw new Error(
        `${sut.name} did not answer at ${http}/health within ${readyWithin} ms; raise suts[].control.readyWithin or see why it is slow`,
      )
    }
  }
  return {
    process: child.pid,
    ended: gone,
    async stop() {
      if (stop) {
        const reply = await byCommand(stop, {})
        if (!reply.ok) say(`${sut.name}: ${reply.why}`)
      }
      await end(child)
      process.off('exit', onExit)
    },
  }
}

async function healthy(http: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(new URL('/health', http), { headersTimeout: 500, bodyTimeout: 500 })
    await body.dump()
    return statusCode === 200
  } catch {
    return false
  }
}

/** Asks the process we started to end, and insists after two seconds. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  await new Promise<void>((resolve) => {
    const insist = setInterval(() => kill(child, 'SIGKILL'), 2000)
    child.once('exit', () => {
      clearInterval(insist)
      resolve()
    })
    kill(child, 'SIGTERM')
  })
}

/** With whatever it started in its turn. */
function kill({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // It ended meanwhile.
  }
}
