import { spawn } from 'node:child_process'
import { request } from 'undici'
import type { SutConfiguration } from './configuration.ts'
import { oneLine } from './read-configuration.ts'

/** The side door to a system under test: what the protocol under test cannot do. Documented in docs/control-adapter.md. */
export interface ControlAdapter {
  /** Returns the answer, or why there is none. */
  ask(operation: Operation, body: object): Promise<Reply>
  can(operation: Operation): boolean
}
type Operation = 'provision' | 'reset' | 'restart' | 'stimulate' | 'query' | 'establish'
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
      return { ok: false, why: `${url.href} answered ${answer.statusCode}: ${faultIn(text)}` }
    const read = readJson(text)
    return (
      read ?? { ok: false, why: `${url.href} answered something that is no JSON: ${JSON.stringify(text.slice(0, 80))}` }
    )
  } catch (problem) {
    return {
      ok: false,
      why: `${url.href}: ${unreached[(problem as NodeJS.ErrnoException).code ?? ''] ?? oneLine(problem)}`,
    }
  }
}

/** What an answer gives as the reason, as one line. */
function faultIn(text: string): string {
  const read = readJson(text)
  const { error } = (read?.body ?? {}) as { readonly error?: unknown }
  return oneLine(typeof error === 'string' ? error : text)
}

const readJson = (text: string): { readonly ok: true; readonly body: unknown } | undefined => {
  try {
    return { ok: true, body: text.trim() === '' ? {} : (JSON.parse(text) as unknown) }
  } catch {
    return undefined
  }
}

const noAnswer = `no answer within ${patience} ms`
const unreached: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there (connection refused); start it or mend suts[].control.http',
  UND_ERR_HEADERS_TIMEOUT: noAnswer,
  UND_ERR_BODY_TIMEOUT: noAnswer,
}

/** The program reads one JSON document and writes one; exit code 127 says that it does not do this. */
export function byCommand(command: readonly string[], body: object): Promise<Reply> {
  const [program = '', ...args] = command
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], timeout: patience })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output = (output + chunk).slice(0, 1_000_000)))
    child.once('error', (problem: NodeJS.ErrnoException) =>
      resolve({ ok: false, why: problem.code === 'ENOENT' ? `there is no program ${program}` : problem.message }),
    )
    child.once('close', (code) => {
      if (code === 127) return resolve({ ok: false, why: `${program} says it cannot do this (exit code 127)` })
      if (code === null) return resolve({ ok: false, why: `${program} did not end within ${patience} ms` })
      if (code !== 0) return resolve({ ok: false, why: `${program} ended with exit code ${code}` })
      const unreadable = `${program} wrote something that is no JSON: ${JSON.stringify(output.slice(0, 80))}`
      return resolve(readJson(output) ?? { ok: false, why: unreadable })
    })
    child.stdin.on('error', () => {})
    child.stdin.end(JSON.stringify(body))
  })
}
