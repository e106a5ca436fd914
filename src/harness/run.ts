import { resolve } from 'node:path'
import { announce } from './announcement.ts'
import { planCases } from './case-plan.ts'
import { playersOf } from './players.ts'
import { select, type Selection } from './selection.ts'
import { flows } from './flows.ts'
import { locateSystems, nameServiceFor, withPlaces } from './located-systems.ts'
import { applyOverrides, type Overrides } from './overrides.ts'
import { readConfiguration, UsageError } from './read-configuration.ts'
import type { RunOrder } from './playing.ts'
import { openPlayingThread } from './playing-thread.ts'
import { prepare } from './prepared-systems.ts'
import { recorded, type Listener, type Ran } from './recorded.ts'
import { identityOf } from './tls-identity.ts'
import type { StartedSystem } from './started-system.ts'

export interface RunOptions extends Listener {
  readonly configuration: string
  /** Where relative paths start. */
  readonly from: string
  readonly overrides: Overrides
  readonly selection: Selection
  readonly replayPrefix: string
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
  const sutsInUse = configuration.suts.filter((sut) =>
    planned.some((one) => playersOf(one).includes(sut) && one.excluded === undefined),
  )
  return recorded('run', resolve(loaded.directory, configuration.out), options, async (recording) => {
    const { started, at, record, signal } = recording
    announce(record, configuration, planned, started)
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
    const running: StartedSystem[] = []
    const thread = openPlayingThread(order, configuration.concurrency, record)
    try {
      await prepare(sutsInUse, planned, configuration, running, options.say)
      await thread.play(signal)
      for (const sut of running) {
        const why = sut.ended()
        if (why !== undefined)
          record({ event: 'note', at: at(), case: null, text: `the system under test is gone: ${why}` })
      }
    } finally {
      await thread.close()
      await Promise.all(running.map((sut) => sut.stop()))
    }
  })
}
