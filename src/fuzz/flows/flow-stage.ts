import { isAsWritten, type PlannedCase } from '#harness'
import type { FuzzCase } from '../case.ts'
import type { Execution } from '../execution.ts'
import { leavingOf, twice } from './begun-before.ts'
import { createDisturbance, type Disturbance } from './disturbance.ts'
import { flowCase } from './flow-case.ts'
import { createFlowCopies } from './flow-copies.ts'
import { createFlowPlay, type Played } from './flow-play.ts'
import {
  openConfiguredFlowSystem,
  openFlowSystem,
  type ConfiguredFlows,
  type FlowSystem,
  type ReferenceFlows,
} from './flow-system.ts'
import { isKept, leftQuiet } from './idle-floor.ts'
import { createPauses } from './pauses.ts'
import { createWrittenFlows, type FlowScenario } from './written-flows.ts'

/** Plays flows of the suite, with single messages changed and the course disturbed. */
export interface FlowStage {
  /** Flows as they are written; and what else is derived of them, which is played as it is. */
  readonly written: readonly FlowScenario[]
  readonly derived: readonly PlannedCase[]
  play(one: FuzzCase): Promise<Execution>
  /** Whether there are users for it who have done nothing since all were forgotten. */
  hasUsersFor(one: FuzzCase): boolean
  /** Whether the flow goes its way as it is written. */
  serves(id: string): Promise<boolean>
  ended(): string | undefined
  /** Whether it can be started anew: who stopped it cannot be found otherwise. */
  readonly restarts: boolean
  /** Forgets all users; whoever is played next is new. */
  turn(): Promise<void>
  restart(): Promise<void>
  close(): Promise<void>
}

export const isFlowCase = ({ scenario }: FuzzCase): boolean => scenario.includes('#')

/** With the reference system under test. */
export const openFlowStage = (options: ReferenceFlows): Promise<FlowStage> =>
  openOn(({ network }) => openFlowSystem(options, network))

/** With a system of a configuration under test; a `UsageError` where its flows cannot be played. */
export const openConfiguredFlowStage = (configured: ConfiguredFlows): Promise<FlowStage> =>
  openOn(({ network }) => openConfiguredFlowSystem(configured, network))

async function openOn(open: (disturbance: Disturbance) => Promise<FlowSystem>): Promise<FlowStage> {
  const disturbance = createDisturbance()
  const { stage, copiesOf, emergency } = await open(disturbance)
  const byId = new Map(stage.cases.map((one) => [one.id, one]))
  const flows = createWrittenFlows(stage.cases)
  const copies = createFlowCopies(copiesOf, stage.copyOf)
  const pauses = createPauses()
  const playFlow = createFlowPlay({ stage, emergency, disturbance, copies, flows, pauses })
  let closed = false

  async function play(one: FuzzCase): Promise<Played> {
    // Nobody waits any longer for what is asked of a stage that is closed.
    if (closed) return new Promise(() => {})
    const planned = byId.get(one.scenario)
    if (planned === undefined) throw new Error(`no flow is called ${one.scenario}`)
    return playFlow(one, planned)
  }

  async function forgetAll(): Promise<void> {
    await stage.reset()
    copies.forget()
  }

  const hasUsersFor = (one: FuzzCase): boolean => copies.areLeftFor(one, byId.get(one.scenario))

  /** By several users at the same time, where the case says so: what is wrong with one of them is wrong. */
  async function playedTogether(one: FuzzCase): Promise<Played> {
    const length = copies.takenBy(one, byId.get(one.scenario))
    const all = await Promise.all(Array.from({ length }, () => play(one)))
    const wrong = all.find(({ execution }) => execution.complaints.length > 0)
    return wrong ?? (all[0] as Played)
  }

  const repeatable = new Map<string, Promise<boolean>>()

  /** Whether the same user can do it once more behind all of it: what cannot says nothing of what was left in the middle. */
  function isRepeatable(id: string): Promise<boolean> {
    const known = repeatable.get(id) ?? play(twice(id)).then(({ execution }) => execution.complaints.length === 0)
    repeatable.set(id, known)
    return known
  }

  async function behindHalf(one: FuzzCase): Promise<Played> {
    const played = await besideQuiet(one)
    if (!leavingOf(one) || played.execution.complaints.length === 0 || (await isRepeatable(one.scenario))) return played
    return { ...played, execution: { ...played.execution, complaints: [] } }
  }

  /** What is kept where nothing is sent either is kept for reasons of its own. */
  async function besideQuiet(one: FuzzCase): Promise<Played> {
    const quiet = leftQuiet(one)
    if (quiet === undefined) return playedTogether(one)
    const [disturbed, { execution: without }] = await Promise.all([play(one), play(quiet)])
    if (!without.complaints.some(isKept)) return disturbed
    const { execution } = disturbed
    return {
      ...disturbed,
      execution: { ...execution, complaints: execution.complaints.filter((each) => !isKept(each)) },
    }
  }

  return {
    written: flows.all,
    derived: stage.cases.filter((one) => !isAsWritten(one)),
    async play(one) {
      const isAsItIs = one.edits.length + one.ops.length === 0
      const asWritten = flows.behind(one.scenario)
      if (asWritten?.steps.size === 0 && !isAsItIs) {
        const { log, users } = await play(flowCase(asWritten.id))
        flows.learn(asWritten.id, log, users)
      }
      const { execution, log, users } = await behindHalf(one)
      if (isAsItIs && flows.named(one.scenario)?.steps.size === 0) flows.learn(one.scenario, log, users)
      return execution
    },
    hasUsersFor,
    ended: stage.ended,
    restarts: stage.restarts,
    async serves(id) {
      const flow = flows.behind(id)
      if (flow === undefined) return true
      const one = flowCase(flow.id)
      for (let attempt = 0; attempt < 3; attempt += 1) {
        // A flow by users who are no longer new goes another way.
        const isNew =
          hasUsersFor(one) ||
          (await forgetAll().then(
            () => true,
            () => false,
          ))
        if (isNew && (await play(one)).execution.complaints.length === 0) return true
      }
      return false
    },
    turn: forgetAll,
    async restart() {
      await stage.restart()
      copies.forget()
    },
    async close() {
      closed = true
      pauses.close()
      await stage.close()
    },
  }
}
