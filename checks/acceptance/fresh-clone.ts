import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Row } from './row.ts'
import { withScratch } from './stranger.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const patience = 1_800_000

export const row: Row = {
  shows: 'a fresh clone: npm ci && npm start exits 0, npm ci && npm test exits 0 and ends with the count',
  look: (_, say) =>
    withScratch(async (directory) => {
      const clone = join(directory, 'clone')
      const faults: string[] = []
      const cloned = await shell(`git clone --quiet --no-hardlinks "${root}" "${clone}"`, directory)
      if (cloned.code !== 0) return [`git clone: ${cloned.output}`]
      const commit = await shell('git log -1 --format=%h', clone)
      for (const command of ['npm ci && npm start', 'npm ci && npm test']) {
        const { code, output, seconds } = await shell(command, clone)
        const lines = output.trimEnd().split('\n')
        say(`${commit.output.trim()}: ${command}: exit ${code} after ${seconds.toFixed(0)} s`)
        for (const line of lines.slice(-3)) say(`    ${line}`)
        if (code !== 0) faults.push(`${command} ended with ${code}: ${lines.slice(-40).join('\n')}`)
        if (command.endsWith('test') && !/^\d+ passed, 0 failed(?:, \d+ skipped)?$/.test(lines.at(-1) ?? ''))
          faults.push(`${command} ends with: ${lines.at(-1)}`)
      }
      const left = await shell('git status --porcelain', clone)
      if (left.output !== '') faults.push(`the clone is not clean afterwards: ${left.output}`)
      return faults
    }),
}

interface Shelled {
  readonly code: number | null
  readonly output: string
  readonly seconds: number
}

/** As in a shell of somebody who has Node.js and npm, and not what this process was started with. */
function shell(command: string, cwd: string): Promise<Shelled> {
  const since = performance.now()
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^MCX_|^VITEST|^NODE_|^INIT_CWD$/i.test(name)),
  )
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', command], {
      cwd,
      env: { ...env, PATH: path.join(delimiter) },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: patience,
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', reject)
    child.once('close', (code) =>
      resolve({ code, output: String(Buffer.concat(chunks)), seconds: (performance.now() - since) / 1000 }),
    )
  })
}
