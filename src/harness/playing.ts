import type { RunEvent } from '#verdict'
import { createConductor, type Conducted } from './conduct-case.ts'
import { planCases, profileOf, type PlannedCase } from './case-plan.ts'
import { select, type Selection } from './selection.ts'
import { flows } from './flows.ts'
import { type Places, withPlaces } from './located-systems.ts'
import { applyOverrides, type Overrides } from './overrides.ts'
import { readConfiguration } from './read-configuration.ts'
import { speakOfRun } from './run-channel.ts'
import { openStallWatch } from './stall-watch.ts'
import { identityOf } from './tls-identity.ts'
import { openTester } from './tester/tester.ts'

/** What the playing thread must be told: everything else follows from the configuration. */
export interface RunOrder {
  readonly channel: string
  readonly configuration: string
  readonly directory: string
  readonly overrides: Overrides
  readonly selection: Selection
  /** Where the systems under test are that are known by name. */
  readonly places: Places
  /** Wall time in milliseconds at which the run started. */
  readonly started: number
  readonly today: string
  /** `mcx run`, with what selects the same configuration. */
  readonly replayPrefix: string
}

declare module 'vitest' {
  interface ProvidedContext {
    run: RunOrder
  }
}

export interface Playing {
  readonly cases: readonly PlannedCase[]
  /** Throws when the case is not as it should be, so that vitest shows it. */
  play(planned: PlannedCase): Promise<void>
  close(): Promise<void>
}

/** Opens the tester's sockets and waits until the selected cases are to be played. */
export async function playingFor(order: RunOrder): Promise<Playing> {
  const loaded = await readConfiguration(order.configuration, order.directory)
  const configuration = withPlaces(applyOverrides(loaded.configuration, order.overrides), order.places)
  const interruption = interruptible()
  const commanded = Promise.withResolvers<void>()
  const line = speakOfRun(order.channel, (what) => {
    if (what === 'stop') interruption.begin()
    commanded.resolve()
  })
  const tell = (event: RunEvent): void => {
    if (!interruption.over()) line.tell(event)
  }
  const at = (): number => performance.timeOrigin + performance.now() - order.started
  const cases = select(planCases(flows, configuration), order.selection).filter((one) => one.excluded === undefined)
  const clock = openStallWatch(() => performance.now())
  const tester = await openTester({
    configuration,
    identity: identityOf(configuration, loaded.directory, new Date(order.started)),
    profile: profileOf(configuration),
    overrides: configuration.bindings.values,
    clock,
    at,
    tell,
    note: (text, caseId = null) => tell({ event: 'note', at: at(), case: caseId, text }),
  })
  const conductor = createConductor({
    configuration,
    tester,
    clock,
    at,
    tell,
    replay: (planned) => `${order.replayPrefix} --seed ${configuration.seed} '${planned.id}'`,
    today: order.today,
  })
  line.say('ready')
  await commanded.promise
  return {
    cases,
    async play(planned) {
      if (interruption.begun()) return
      await Promise.race([conductor.conduct(planned).then((came) => refuse(planned, came)), interruption.end])
    },
    async close() {
      await tester.close()
      clock.close()
      line.say('done')
      line.close()
    },
  }
}

/** How long cases in flight may go on when the run is interrupted, milliseconds. */
const lastChance = 5000

/** Once it begins no case starts; those in flight are judged if they end in time, and nothing is heard of them if not. */
function interruptible() {
  const end = Promise.withResolvers<void>()
  let [begun, over] = [false, false]
  return {
    begin(): void {
      if (begun) return
      begun = true
      setTimeout(() => {
        over = true
        end.resolve()
      }, lastChance).unref()
    },
    begun: () => begun,
    over: () => over,
    end: end.promise,
  }
}

function refuse(planned: PlannedCase, { verdict, findings, expectedFailure }: Conducted): void {
  if (expectedFailure ? expectedFailure.state === 'met' : verdict === 'pass') return
  const first = findings[0]
  throw new Error(
    `${planned.id}: ${verdict}${first ? `: step ${first.step}: ${first.requirement}; ${first.actual}` : ''}`,
  )
}
