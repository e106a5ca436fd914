import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import { openEventLog, type EventLog } from '#report'
import type { RunEvent } from '#verdict'
import { announce } from './announcement.ts'
import { planCases, select, type Selection } from './case-plan.ts'
import type { Configuration } from './configuration.ts'
import type { StartedSut } from './control-adapter.ts'
import { flows } from './flows.ts'
import { applyOverrides, type Overrides } from './overrides.ts'
import type { RunOrder } from './playing.ts'
import { oneLine, readConfiguration, UsageError } from './read-configuration.ts'
import { prepare } from './prepared-systems.ts'
import { listenToRun } from './run-channel.ts'

export interface RunOptions {
  readonly configuration: string
  /** Where relative paths start. */
  readonly from: string
  readonly overrides: Overrides
  readonly selection: Selection
  /** Hears every event after it was recorded. */
  hear(event: RunEvent): void
  say(line: string): void
  /** Ends the run early when it is aborted; what was recorded stays. */
  readonly signal: AbortSignal
  readonly replayPrefix: string
}

export interface Ran {
  readonly directory: string
  /** Why the record is incomplete, if it is. */
  readonly recordFailure?: string
}

/** Plays the selected cases against the configured systems under test and records everything that happens. */
export async function run(options: RunOptions): Promise<Ran> {
  const loaded = await readConfiguration(options.configuration, options.from)
  const configuration = applyOverrides(loaded.configuration, options.overrides)
  const planned = select(planCases(flows, configuration), options.selection)
  if (planned.length === 0)
    throw new UsageError('nothing is selected: no case id, role, clause or tag fits; see `mcx list`')
  const directory = resolve(loaded.directory, configuration.out)
  makeDirectory(directory)
  const log = openLog(directory, options.say)
  const started = Date.now()
  const began = performance.now()
  const at = (): number => performance.now() - began
  const record = (event: RunEvent): void => {
    log.append(event)
    options.hear(event)
  }
  const sutsInUse = configuration.suts.filter((sut) =>
    planned.some((one) => one.sut === sut && one.excluded === undefined),
  )
  announce(record, configuration, planned, started)
  const running: StartedSut[] = []
  try {
    await prepare(sutsInUse, planned, configuration, running, options.say)
    if (!options.signal.aborted)
      await playAll(options, configuration, { loaded: loaded.path, directory: loaded.directory, started }, record)
    for (const sut of running) {
      const why = sut.ended()
      if (why !== undefined)
        record({ event: 'note', at: at(), case: null, text: `the system under test is gone: ${why}` })
    }
  } finally {
    await Promise.all(running.map((sut) => sut.stop()))
    record({
      event: 'run-finished',
      at: at(),
      time: new Date().toISOString(),
      reason: options.signal.aborted ? 'interrupted' : 'completed',
    })
    log.close()
  }
  return { directory, ...(log.failure && { recordFailure: log.failure.text }) }
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true })
  } catch (problem) {
    throw new UsageError(`out: ${directory} cannot be made (${oneLine(problem)}); choose another with --out`)
  }
}

function openLog(directory: string, say: (line: string) => void): EventLog {
  try {
    return openEventLog(directory, (failure) => say(failure.text))
  } catch (problem) {
    throw new UsageError(`out: ${directory} cannot be written (${oneLine(problem)}); choose another with --out`)
  }
}

async function playAll(
  options: RunOptions,
  configuration: Configuration,
  where: { readonly loaded: string; readonly directory: string; readonly started: number },
  record: (event: RunEvent) => void,
): Promise<void> {
  const channel = `mcx-run-${process.pid}-${where.started}`
  const done = Promise.withResolvers<void>()
  const line = listenToRun(channel, (signal) => {
    if (signal.signal === 'event') record(signal.event)
    else done.resolve()
  })
  const order: RunOrder = {
    channel,
    configuration: where.loaded,
    directory: where.directory,
    overrides: options.overrides,
    selection: options.selection,
    started: where.started,
    today: new Date(where.started).toISOString().slice(0, 10),
    replayPrefix: options.replayPrefix,
  }
  const here = fileURLToPath(new URL('.', import.meta.url))
  const failures: string[] = []
  const vitest = await startVitest(
    'test',
    [],
    {
      root: here,
      // Not the declarations that stand beside it in the package.
      include: [import.meta.url.endsWith('.ts') ? 'conformance.run.ts' : 'conformance.run.js'],
      config: false,
      // Nothing is written beside the sources, which may stand where nobody may write.
      cache: false,
      watch: false,
      pool: 'threads',
      isolate: false,
      fileParallelism: false,
      maxConcurrency: configuration.concurrency,
      provide: { run: order },
      reporters: [
        {
          onTestModuleEnd(module) {
            failures.push(...module.errors().map((error) => error.message))
          },
        },
      ],
      passWithNoTests: true,
      server: { deps: { external: [/./] } },
    },
    { logLevel: 'silent' },
  )
  try {
    const abort = (): void => void vitest.cancelCurrentRun('keyboard-input')
    options.signal.addEventListener('abort', abort, { once: true })
    const [problem] = failures
    if (problem !== undefined) throw new UsageError(oneLine(problem))
    await Promise.race([done.promise, setTimeout(2000)])
  } finally {
    await vitest.close()
    line.close()
  }
}
