import { nameOf } from '#derive'
import type { RunEvent } from '#verdict'
import { planCases, profileOf, type PlannedCase } from './case-plan.ts'
import { createConductor, type Conducted } from './conduct-case.ts'
import type { Configuration } from './configuration.ts'
import { controlOf } from './control-adapter.ts'
import { flows } from './flows.ts'
import { prepare, provision } from './prepared-systems.ts'
import { openStallWatch } from './stall-watch.ts'
import type { StartedSystem } from './started-system.ts'
import type { Network } from './tester/network.ts'
import { openTester, type Tester } from './tester/tester.ts'

export interface StageOptions {
  readonly configuration: Configuration
  /** Functional entities under test. */
  readonly roles: readonly string[]
  /** Those of its cases that are played. */
  isChosen?(planned: PlannedCase): boolean
  /** Whether the system under test forgets all users when asked; where not, it is provisioned with others in their place. */
  readonly forgets: boolean
  /** So many copies of a case have users of their own; of none it is not played. */
  copiesOf(planned: PlannedCase): number
  readonly network: Network
  /** Hears what happens. */
  tell(event: RunEvent): void
}

/** Where single cases are played, as often as one likes and in any order, by the process that asks for it. */
export interface Stage {
  readonly configuration: Configuration
  /** What can be played; each once. */
  readonly cases: readonly PlannedCase[]
  readonly tester: Tester
  /** A copy of a case, with users whom nobody else has, and who have done nothing since all were forgotten. */
  copyOf(planned: PlannedCase, copy: number): PlannedCase
  /** Plays a copy of a case. */
  play(planned: PlannedCase): Promise<Conducted>
  /** The same whilst its users are still in another. */
  playBeside(planned: PlannedCase): Promise<Conducted>
  /** Why the system under test no longer runs, once it does not. */
  ended(): string | undefined
  /** Whoever is played next is new. */
  reset(): Promise<void>
  /** Whether it was started here. */
  readonly restarts: boolean
  /** Ends the system under test, and starts and provisions it anew. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** A case under a name of its own: what it is played with depends on that. */
const copyOf = (planned: PlannedCase, copy: number): PlannedCase => ({ ...planned, id: `${planned.id} ${copy}` })

/** Opens the sockets of the tester, starts the systems under test and provisions them; throws one line that says what is wrong. */
export async function openStage({
  configuration,
  roles,
  isChosen = () => true,
  forgets,
  copiesOf,
  network,
  tell,
}: StageOptions): Promise<Stage> {
  const suts = configuration.suts.filter((sut) => sut.roles.some((role) => roles.includes(role)))
  const all = planCases(flows, { ...configuration, suts })
  const cases = all.filter((one) => one.excluded === undefined && copiesOf(one) > 0 && isChosen(one))
  let turn = 0
  const copyNow = (planned: PlannedCase, index: number): PlannedCase => {
    const copy = copyOf(planned, index)
    return turn === 0 ? copy : { ...copy, persons: `${copy.id}, turn ${turn}` }
  }
  const provisioned = (): readonly PlannedCase[] =>
    cases.flatMap((one) => Array.from({ length: copiesOf(one) }, (_, index) => copyNow(one, index)))
  const clock = openStallWatch(() => performance.now())
  const began = clock.now()
  const at = (): number => clock.now() - began
  const running: StartedSystem[] = []
  const start = (): Promise<void> => prepare(suts, provisioned(), configuration, running, () => undefined)
  let isClosed = false
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((one) => one.stop()))
    running.length = 0
  }
  const tester = await openTester({
    configuration,
    identity: undefined,
    profile: profileOf(configuration),
    overrides: configuration.bindings.values,
    clock,
    network,
    at,
    tell,
    note: () => undefined,
  })
  try {
    await start()
  } catch (problem) {
    await stop()
    await tester.close()
    clock.close()
    throw problem
  }
  const createOwnConductor = () =>
    createConductor({
      configuration,
      tester,
      clock,
      at,
      tell,
      replay: ({ id }) => id,
      today: new Date().toISOString().slice(0, 10),
    })
  const [conductor, beside] = [createOwnConductor(), createOwnConductor()]
  return {
    configuration,
    cases,
    tester,
    copyOf: copyNow,
    restarts: suts.every(({ control }) => control.start !== undefined),
    play: (planned) => conductor.conduct(planned),
    playBeside: (planned) => beside.conduct(planned),
    ended: () => running.map((one) => one.ended()).find((one) => one !== undefined),
    async reset() {
      const [first] = suts
      if (forgets && first !== undefined) await controlOf(first).ask('reset', {})
      if (forgets) return
      turn += 1
      await provision(suts, provisioned(), configuration)
    },
    async restart() {
      await stop()
      if (!forgets) turn += 1
      if (!isClosed) await start()
      // It may have been closed whilst it started.
      if (isClosed) await stop()
    },
    async close() {
      isClosed = true
      await tester.close()
      await stop()
      clock.close()
    },
  }
}

/** The case as its flow is written, without anything before and behind it; what is wrong is told as it is. */
export const bare = (planned: PlannedCase): PlannedCase => ({ ...planned, tags: [] })

/** Whether it is the flow as written. */
export const isAsWritten = ({ derived }: PlannedCase): boolean => nameOf(derived.variation) === 'as-written'
