import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Row } from './row.ts'
import { freePorts, mcx, ownPorts, withScratch, type Ended } from './stranger.ts'
import type { Misuse, Place } from './misuse.ts'
import { wrongCommandLines } from './wrong-command-lines.ts'
import { wrongConfigurations } from './wrong-configurations.ts'
import { wrongSurroundings } from './wrong-surroundings.ts'

/** Seconds; a machine at work is slow to start anything. */
const quick = 30

/** A mistake in a configuration is a command line with that file. */
const trials: readonly Misuse[] = [
  ...wrongConfigurations.map(({ what, text, says }): Misuse => ({
    what: `configuration: ${what}`,
    words: ['run'],
    says,
    ...(text !== undefined && { files: { 'harness.config.ts': text } }),
  })),
  ...wrongCommandLines,
  ...wrongSurroundings,
]

export const row: Row = {
  shows: 'a wrong configuration or command line: one clear line a fault, exit 2, no stack trace',
  async look([only], say) {
    const wanted = trials.filter(({ what }) => only === undefined || what.includes(only))
    const port = await freePorts()
    const faults: string[] = []
    for (const trial of wanted) {
      const ended = await withScratch((directory) => tryOut(trial, { directory, port, good: 'good.config.ts' }))
      const wrong = wrongWith(trial, ended)
      say(
        `${wrong.length === 0 ? 'ok  ' : 'BAD '} ${ended.code ?? ended.signal}  ${ended.seconds.toFixed(1)} s  ${trial.what}`,
      )
      for (const line of linesOf(ended)) say(`        ${line}`)
      faults.push(...wrong.map((one) => `${trial.what}: ${one}`))
    }
    say(`${wanted.length} ways to use it wrongly`)
    return faults
  },
}

async function tryOut(trial: Misuse, place: Place): Promise<Ended> {
  const { directory, port } = place
  writeFileSync(
    join(directory, place.good),
    `process.env.MCX_PORT = '${port}'\nexport default (await import(${JSON.stringify(pathToFileURL(ownPorts).href)})).default\n`,
  )
  const files = typeof trial.files === 'function' ? trial.files(place) : (trial.files ?? {})
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  if (trial.disk !== undefined) mkdirSync(join(directory, 'disk'))
  const over = await trial.meanwhile?.(place)
  try {
    const words = typeof trial.words === 'function' ? trial.words(place) : trial.words
    return await mcx(words, {
      cwd: directory,
      patience: 60,
      ...(trial.disk !== undefined && { by: withDisk(join(directory, 'disk'), trial.disk) }),
    })
  } finally {
    over?.()
  }
}

/** A file system of that many octets, seen by that process alone and gone with it. */
const withDisk = (at: string, octets: number): readonly string[] => [
  'unshare',
  '--mount',
  '--map-root-user',
  'sh',
  '-c',
  'mount -t tmpfs -o size="$1" none "$2" && shift 2 && exec "$@"',
  'sh',
  String(octets),
  at,
]

/** `doctor` tells all it finds; what is wrong stands in the lines that say so. */
const linesOf = ({ stderr, stdout, code }: Ended): readonly string[] =>
  [...stderr.split('\n'), ...stdout.split('\n').filter((line) => code === 0 || line.startsWith('bad'))].filter(
    (line) => line.trim() !== '',
  )

function wrongWith({ says, exit = 2 }: Misuse, ended: Ended): readonly string[] {
  const lines = linesOf(ended)
  const wrong: string[] = []
  if (ended.code !== exit) wrong.push(`ended with ${ended.code ?? ended.signal} and not ${exit}`)
  if (ended.seconds > quick) wrong.push(`took ${ended.seconds.toFixed(1)} s`)
  if (/^\s+at .*[:(]\d+|node:internal|\bError: .*\n\s+at /m.test(ended.stderr + ended.stdout))
    wrong.push('a stack trace')
  if (lines.length !== says.length) wrong.push(`${lines.length} lines and not ${says.length}`)
  for (const [index, line] of says.entries())
    if (!line.test(lines[index] ?? '')) wrong.push(`line ${index + 1} does not say ${line.source}`)
  return wrong
}
