import { resolve } from 'node:path'
import { announce } from '../announcement.ts'
import { profileOf, type PlannedCase } from '../case-plan.ts'
import { controlOf } from '../control-adapter.ts'
import { flows } from '../flows.ts'
import { locateSystems, nameServiceFor, withPlaces } from '../located-systems.ts'
import { applyOverrides } from '../overrides.ts'
import { prepare } from '../prepared-systems.ts'
import { readConfiguration, UsageError } from '../read-configuration.ts'
import { recorded, type Ran } from '../recorded.ts'
import type { RunOptions } from '../run.ts'
import { select } from '../selection.ts'
import { openStallWatch } from '../stall-watch.ts'
import type { StartedSystem } from '../started-system.ts'
import { openTester, type Tester } from '../tester/tester.ts'
import { identityOf } from '../tls-identity.ts'
import { covering, onceMore, planSweep, type SweptFlow } from './crash-plan.ts'
import { openHolding } from './holding.ts'
import { playRounds, playWholes, restartAll, tellPoint, type Stage } from './play-rounds.ts'

export interface SweepOptions extends RunOptions {
  /** In every place there is, and not only where steps come for the first time. */
  readonly everywhere: boolean
}

/** Plays the selected flows once for each of their moments, loses a peer there, and judges what is left. */
export async function sweep(options: SweepOptions): Promise<Ran> {
  const loaded = await readConfiguration(options.configuration, options.from)
  const asRead = applyOverrides(loaded.configuration, options.overrides)
  const configuration = withPlaces(asRead, await locateSystems(asRead, nameServiceFor(asRead)))
  const swept = planSweep(flows, configuration).flatMap(({ whole, points }) => {
    const wanted = select(points, options.selection)
    return wanted.length === 0 ? [] : [{ whole, points: wanted }]
  })
  const chosen = options.everywhere ? swept : covering(swept)
  if (chosen.length === 0) throw new UsageError('nothing is selected: no flow, role or step fits; see `mcx list`')
  const wholes = chosen.map(({ whole }) => whole)
  const planned = [...wholes, ...chosen.flatMap(({ points }) => points)]
  identityOf(configuration, loaded.directory, new Date())
  const suts = configuration.suts.filter((sut) => planned.some((one) => one.sut === sut && !one.excluded))
  // What does not survive is played once more, for other users.
  const everybody = [...planned, ...chosen.flatMap(({ points }) => points.map(onceMore))]
  return recorded('sweep', resolve(loaded.directory, configuration.out), options, async (recording) => {
    const { started, at, record, signal } = recording
    announce(record, configuration, planned, started)
    const running: StartedSystem[] = []
    const clock = openStallWatch(() => performance.now())
    const holding = openHolding(record)
    const begin = (): Promise<void> => prepare(suts, everybody, configuration, running, options.say, true)
    let tester: Tester | undefined
    try {
      await begin()
      tester = await openTester({
        configuration,
        identity: identityOf(configuration, loaded.directory, new Date(started)),
        profile: profileOf(configuration),
        overrides: configuration.bindings.values,
        clock,
        at,
        severable: true,
        tell: holding.tell,
        note: (text, caseId = null) => holding.tell({ event: 'note', at: at(), case: caseId, text }),
      })
      const stage: Stage = {
        part: {
          ...{ configuration, tester, clock, at, tell: holding.tell },
          replay: (one) => `${options.replayPrefix} --seed ${configuration.seed} '${one.id}'`,
        },
        gone: () => running.map((sut) => sut.ended()).find((why) => why !== undefined),
        async renew() {
          await Promise.all(running.splice(0).map((sut) => sut.stop()))
          await begin()
        },
        ...holding,
        record,
        signal,
      }
      await playAll(stage, chosen)
    } finally {
      await tester?.close()
      clock.close()
      await Promise.all(running.map((sut) => sut.stop()))
    }
  })
}

async function playAll(stage: Stage, chosen: readonly SweptFlow[]): Promise<void> {
  const undisturbed = await playWholes(
    stage,
    chosen.map(({ whole }) => whole).filter(({ excluded }) => excluded === undefined),
  )
  const suts = [...new Set(chosen.map(({ whole }) => whole.sut))].filter((sut) => controlOf(sut).can('restart'))
  const noRestart = stage.signal.aborted ? undefined : await restartAll(suts)
  const wholeOf = new Map(chosen.flatMap(({ whole, points }) => points.map((point) => [point, whole.id] as const)))
  const whyNot = (point: PlannedCase): string | undefined => {
    if (point.excluded !== undefined) return point.excluded
    if (!undisturbed.has(wholeOf.get(point) ?? '')) return 'the flow does not pass without any disturbance'
    return point.crash?.disturbance === 'sut-restarts' ? noRestart : undefined
  }
  for (const point of wholeOf.keys()) {
    const why = whyNot(point)
    if (why === undefined) continue
    tellPoint(stage.record, stage.part.at(), point, { reached: false, judged: [], fell: [], why: [why] })
    if (point.excluded === undefined) stage.record({ event: 'case-excluded', case: point.id, reason: why })
  }
  const left = [...wholeOf.keys()].filter((point) => whyNot(point) === undefined)
  const wholeOfId = new Map([...wholeOf].map(([point, whole]) => [point.id, whole]))
  const unknown = { again: false, forgets: new Set<string>() }
  await playRounds(stage, left, ({ id }) => undisturbed.get(wholeOfId.get(id) ?? '') ?? unknown)
}
