import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import type { RunEvent } from '#verdict'
import { announce } from './announcement.ts'
import { planCases, select, type Selection } from './case-plan.ts'
import type { Configuration } from './configuration.ts'
import { flows } from './flows.ts'
import { applyOverrides, type Overrides } from './overrides.ts'
import type { RunOrder } from './playing.ts'
import { oneLine, readConfiguration, UsageError } from './read-configuration.ts'
import { prepare } from './prepared-systems.ts'
import { openResults } from './results-directory.ts'
import { listenToRun } from './run-channel.ts'
import type { StartedSystem } from './started-system.ts'

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
  const log = openResults(directory, options.say)
  const started = Date.now()
  const began = performance.now()
  const at = (): number => performance.now() - began
  const unrecordable = new AbortController()
  const signal = AbortSignal.any([options.signal, unrecordable.signal])
  const record = (event: RunEvent): void => {
    log.append(event)
    // What is not recorded is not shown either, and nothing more is played.
    if (log.failure) unrecordable.abort()
    else options.hear(event)
  }
  const sutsInUse = configuration.suts.filter((sut) =>
    planned.some((one) => one.sut === sut && one.excluded === undefined),
  )
  announce(record, configuration, planned, started)
  const running: StartedSystem[] = []
  let completed = false
  try {
    await prepare(sutsInUse, planned, configuration, running, options.say)
    if (!signal.aborted)
      await playAll(
        { ...options, signal },
        configuration,
        { loaded: loaded.path, directory: loaded.directory, started },
        record,
      )
    for (const sut of running) {
      const why = sut.ended()
      if (why !== undefined)
        record({ event: 'note', at: at(), case: null, text: `the system under test is gone: ${why}` })
    }
    completed = !signal.aborted
  } catch (problem) {
    record({ event: 'note', at: at(), case: null, text: `the run could not go on: ${oneLine(problem)}` })
    throw problem
  } finally {
    await Promise.all(running.map((sut) => sut.stop()))
    record({
      event: 'run-finished',
      at: at(),
      time: new Date().toISOString(),
      reason: completed ? 'completed' : 'interrupted',
    })
    log.close()
  }
  return { directory, ...(log.failure && { recordFailure: log.failure.text }) }
}

/** After so many milliseconds without a word the thread that plays has come to grief. */
const silent = 5000

async function playAll(
  options: RunOptions,
  configuration: Configuration,
  where: { readonly loaded: string; readonly directory: string; readonly started: number },
  record: (event: RunEvent) => void,
): Promise<void> {
  const channel = `mcx-run-${process.pid}-${where.started}`
  const playing = { heard: performance.now(), done: false }
  const line = listenToRun(channel, (signal) => {
    playing.heard = performance.now()
    if (signal.signal === 'event') record(signal.event)
    else playing.done = true
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
  // Said again and again: the thread that plays may not listen yet.
  let insist: NodeJS.Timeout | undefined
  const stop = (): void => {
    insist ??= setInterval(line.stop, 50)
  }
  options.signal.addEventListener('abort', stop, { once: true })
  const here = fileURLToPath(new URL('.', import.meta.url))
  const failures: string[] = []
  let vitest: Awaited<ReturnType<typeof startVitest>> | undefined
  try {
    vitest = await startVitest(
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
    const [problem] = failures
    if (problem !== undefined) throw new UsageError(oneLine(problem))
    // The other thread may be far ahead of what was recorded.
    while (!playing.done && performance.now() < playing.heard + silent) await setTimeout(10)
  } finally {
    clearInterval(insist)
    options.signal.removeEventListener('abort', stop)
    await vitest?.close()
    line.close()
  }
}
