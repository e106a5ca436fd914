import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { address, nextPort } from './elements.ts'
import { type Program, startProgram, temporaryFolder } from './program.ts'
import { answerThroughLoss, callThroughLoss } from './sipp-scenario.ts'

export interface SippOptions {
  readonly transport: 'udp' | 'tcp'
  /** Percent of messages that are lost on purpose, both ways. */
  readonly lost?: number | undefined
}

export interface Sipp {
  readonly port: number
  readonly program: Program
  /** The last line of its statistics, by column. */
  readonly statistics: () => ReadonlyMap<string, string>
}

/** Without a large buffer SIPp loses datagrams of its own; without -nostdin it waits for keys. */
const always = ['-nostdin', '-mp', '21992', '-buff_size', '4194304', '-i', address, '-trace_stat', '-fd', '1']

/** The scenario SIPp comes with, or ours that stands losses. */
const scenarioOf = (name: 'uac' | 'uas', { lost }: SippOptions): readonly string[] =>
  lost === undefined ? ['-sn', name] : ['-sf', `${name}.xml`]

function start(words: readonly string[], { transport }: SippOptions): Sipp {
  const port = nextPort()
  const folder = temporaryFolder({ 'uac.xml': callThroughLoss, 'uas.xml': answerThroughLoss })
  const program = startProgram(
    'sipp',
    [...words, ...always, '-t', transport === 'udp' ? 'u1' : 't1', '-p', String(port)],
    folder,
  )
  return {
    port,
    program,
    statistics() {
      const file = readdirSync(folder).find((name) => name.endsWith('_.csv'))
      const lines = file === undefined ? [] : readFileSync(join(folder, file), 'utf8').trim().split('\n')
      const [names, values] = [lines[0]?.split(';') ?? [], lines.at(-1)?.split(';') ?? []]
      return new Map(names.map((name, index) => [name, values[index] ?? '']))
    },
  }
}

/** Answers calls: 180, 200, waits for ACK, answers BYE. It loses nothing itself: it does not answer again what it has lost. */
export const startSippServer = (options: SippOptions): Sipp => start(scenarioOf('uas', options), options)

/** So many calls at a rate a second, each held for `hold` milliseconds; it loses messages itself. */
export const startSippClient = (
  target: { readonly port: number },
  { calls, rate, hold }: { readonly calls: number; readonly rate: number; readonly hold: number },
  options: SippOptions,
): Sipp =>
  start(
    [
      ...scenarioOf('uac', options),
      ...(options.lost === undefined ? [] : ['-lost', String(options.lost)]),
      ...[`${address}:${target.port}`, '-m', String(calls), '-r', String(rate), '-l', '1000'],
      ...['-d', String(hold), '-timeout', '60s', '-timeout_error'],
    ],
    options,
  )
