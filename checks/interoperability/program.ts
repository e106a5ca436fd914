import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether a program of the peers is on this machine. */
export const hasProgram = (name: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0

/** A program of others that runs beside us: ended with the processes it began, its output kept in part, its folder removed. */
export interface Program {
  readonly folder: string
  /** The last 64 KiB of what it wrote. */
  readonly output: () => string
  /** Waits for its end; fails after that many milliseconds. Gives the exit code, -1 for a signal. */
  ended(within: number): Promise<number>
  /** Waits until its output holds that; fails after that many milliseconds or when the program has ended. */
  says(pattern: RegExp, within: number): Promise<void>
  stop(): Promise<void>
}

const keptOutput = 65_536

/** A temporary folder with those files. */
export function temporaryFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'interoperability-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 })
  return folder
}

/** Process groups that are not to outlive us. */
const groups = new Set<number>()
process.once('exit', () => {
  for (const group of groups) killGroup(group)
})
function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}

export function startProgram(name: string, words: readonly string[], folder: string): Program {
  let output = ''
  let code: number | undefined
  const child: ChildProcess = spawn(name, words, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TERM: 'xterm', HOME: folder },
    // A group of its own: a server with several processes may wait for itself when it is asked to end, and its first process alone is no help.
    detached: true,
  })
  const group = child.pid
  if (group !== undefined) groups.add(group)
  const keep = (octets: Buffer): void => {
    output = (output + octets.toString('latin1')).slice(-keptOutput)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  child.on('error', (error) => (output += error.message))
  const end = new Promise<number>((resolve) => {
    child.on('close', (given) => resolve((code = given ?? -1)))
    child.on('error', () => resolve((code = -1)))
  })
  const within = async <T>(work: Promise<T>, ms: number, what: string): Promise<T> => {
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(new Error(`${name} ${what} within ${ms} ms; it said: ${output.slice(-2000)}`)),
      ms,
    )
    try {
      return await Promise.race([work, promise])
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    folder,
    output: () => output,
    ended: (ms) => within(end, ms, 'did not end'),
    says(pattern, ms) {
      const look = async (): Promise<void> => {
        while (!pattern.test(output)) {
          if (code !== undefined) throw new Error(`${name} ended with ${code}; it said: ${output.slice(-2000)}`)
          await new Promise((resolve) => setTimeout(resolve, 10))
        }
      }
      let given = false
      const looked = look().catch((error: unknown) => {
        if (!given) throw error
      })
      return within(looked, ms, `did not say ${pattern}`).finally(() => (given = true))
    },
    async stop() {
      if (code === undefined) {
        child.kill('SIGTERM')
        const killer = setTimeout(() => group !== undefined && killGroup(group), 3000)
        await end
        clearTimeout(killer)
      }
      if (group !== undefined) {
        killGroup(group)
        groups.delete(group)
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const removeFolders = (folders: readonly string[]): void => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
