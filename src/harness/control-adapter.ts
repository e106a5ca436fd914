import { spawn, type ChildProcess } from 'node:child_process'
import { request } from 'undici'
import type { SutConfiguration } from './configuration.ts'
import { oneLine } from './read-configuration.ts'

/** The side door to a system under test: what the protocol under test cannot do. Documented in docs/control-adapter.md. */
export interface ControlAdapter {
  /** Returns the answer, or why there is none. */
  ask(operation: Operation, body: object): Promise<Reply>
  can(operation: Operation): boolean
}
type Operation = 'provision' | 'reset' | 'stimulate' | 'query'
type Reply = { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly why: string }

const patience = 5000

export function controlOf({ control, name }: SutConfiguration): ControlAdapter {
  const commandFor = (operation: Operation): readonly string[] | undefined => control[operation]
  return {
    can: (operation) => commandFor(operation) !== undefined || control.http !== undefined,
    async ask(operation, body) {
      const command = commandFor(operation)
      if (command) return byCommand(command, body)
      if (control.http !== undefined) return byHttp(new URL(`/${operation}`, control.http), body)
      return { ok: false, why: `${name} has no control adapter for ${operation}` }
    },
  }
}

async function byHttp(url: URL, body: object): Promise<Reply> {
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      headersTimeout: patience,
      bodyTimeout: patience,
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300)
      return { ok: false, why: `${url.href} answered ${answer.statusCode}: ${text.slice(0, 300)}` }
    return { ok: true, body: text === '' ? {} : (JSON.parse(text) as unknown) }
  } catch (problem) {
    return { ok: false, why: `${url.href}: ${oneLine(problem)}` }
  }
}

/** The program reads one JSON document and writes one; exit code 127 says that it does not do this. */
function byCommand(command: readonly string[], body: object): Promise<Reply> {
  const [program = '', ...args] = command
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], timeout: patience })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output = (output + chunk).slice(0, 1_000_000)))
    child.once('error', (problem) => resolve({ ok: false, why: `${program}: ${problem.message}` }))
    child.once('close', (code) => {
      if (code === 127) return resolve({ ok: false, why: `${program} says it cannot do this (exit code 127)` })
      if (code !== 0) return resolve({ ok: false, why: `${program} ended with ${code ?? 'a signal'}` })
      try {
        return resolve({ ok: true, body: output.trim() === '' ? {} : (JSON.parse(output) as unknown) })
      } catch {
        return resolve({ ok: false, why: `${program} wrote something that is no JSON: ${output.slice(0, 80)}` })
      }
    })
    child.stdin.on('error', () => {})
    child.stdin.end(JSON.stringify(body))
  })
}

/** A system under test that we started. */
export interface StartedSut {
  stop(): Promise<void>
  /** Why it is no longer running, once it is not. */
  readonly ended: () => string | undefined
}

/** Starts the program and waits until it answers or the time is over; throws one line saying what went wrong. */
export async function startSut(sut: SutConfiguration, say: (line: string) => void): Promise<StartedSut | undefined> {
  const { start, stop, http, readyWithin } = sut.control
  if (!start) return undefined
  const [program = '', ...args] = start
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let gone: string | undefined
  let last = ''
  const listen = (chunk: Buffer): void => {
    last = chunk.toString('utf8').trim().split('\n').at(-1) ?? last
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  child.once('error', (problem) => (gone = problem.message))
  child.once('exit', (code, signal) => (gone = `it ended with ${code ?? signal}${last === '' ? '' : `: ${last}`}`))
  const until = performance.now() + readyWithin
  const ready = async (): Promise<boolean> => http === undefined || healthy(http)
  while (!(await ready())) {
    if (gone !== undefined) throw new Error(`${sut.name} did not start (${start.join(' ')}): ${gone}`)
    if (performance.now() > until) {
      await end(child)
      throw new Error(
        `${sut.name} did not answer at ${http}/health within ${readyWithin} ms; raise suts[].control.readyWithin or see why it is slow`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return {
    ended: () => gone,
    async stop() {
      if (stop) {
        const reply = await byCommand(stop, {})
        if (!reply.ok) say(`${sut.name}: ${reply.why}`)
      }
      await end(child)
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
    const insist = setTimeout(() => child.kill('SIGKILL'), 2000)
    child.once('exit', () => {
      clearTimeout(insist)
      resolve()
    })
    child.kill('SIGTERM')
  })
}
