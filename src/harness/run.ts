import { resolve } from 'node:path'
import type { RunEvent } from '#verdict'
import { announce } from './announcement.ts'
import { planCases } from './case-plan.ts'
import { playersOf } from './players.ts'
import { select, type Selection } from './selection.ts'
import { flows } from './flows.ts'
import { locateSystems, nameServiceFor, withPlaces } from './located-systems.ts'
import { applyOverrides, type Overrides } from './overrides.ts'
import { oneLine, readConfiguration, UsageError } from './read-configuration.ts'
import type { RunOrder } from './playing.ts'
import { openPlayingThread } from './playing-thread.ts'
import { prepare } from './prepared-systems.ts'
import { openResults } from './results-directory.ts'
import { identityOf } from './tls-identity.ts'
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
  const asRead = applyOverrides(loaded.configuration, options.overrides)
  const places = await locateSystems(asRead, nameServiceFor(asRead))
  const configuration = withPlaces(asRead, places)
  const planned = select(planCases(flows, configuration), options.selection)
  if (planned.length === 0)
    throw new UsageError('nothing is selected: no case id, role, clause or tag fits; see `mcx list`')
  // Before anything is started: what is wrong with it is a mistake of the configuration.
  identityOf(configuration, loaded.directory, new Date())
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
    planned.some((one) => playersOf(one).includes(sut) && one.excluded === undefined),
  )
  announce(record, configuration, planned, started)
  const running: StartedSystem[] = []
  const order: RunOrder = {
    channel: `mcx-run-${process.pid}-${started}`,
    configuration: loaded.path,
    directory: loaded.directory,
    overrides: options.overrides,
    selection: options.selection,
    places,
    started,
    today: new Date(started).toISOString().slice(0, 10),
    replayPrefix: options.replayPrefix,
  }
  const thread = openPlayingThread(order, configuration.concurrency, record)
  let completed = false
  try {
    await prepare(sutsInUse, planned, configuration, running, options.say)
    await thread.play(signal)
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
    await thread.close()
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
