import {
  bare,
  copyOf,
  embeddedReference,
  isAsWritten,
  openStage,
  portsFrom,
  wayTo,
  worldUserOf,
  type PlannedCase,
  type Stage,
} from '#harness'
import { seatOf, messageSteps } from '#derive'
import { readMessage } from '#wire/sip'
import { assemble } from '../assemble.ts'
import { baselineOf } from '../baseline.ts'
import type { FuzzCase } from '../case.ts'
import type { Execution } from '../player.ts'
import { placesOf } from '../places.ts'
import type { EntityRole, FuzzUser } from '../world.ts'
import { dialogsIn } from './dialogs.ts'
import { createDisturbance, transactionOf, type Passage, type Playing, type Role } from './disturbance.ts'
import { judgeFlow, legalityAt, wayOf, type Baseline } from './flow-judge.ts'
import { flowOperatorNamed, type FlowSetting } from './flow-operators.ts'

/** A flow that can be disturbed. */
export interface FlowScenario {
  readonly id: string
  readonly planned: PlannedCase
  /** Messages of ours, as they left when nothing was changed. */
  readonly steps: ReadonlyMap<string, Baseline>
}

/** Plays flows of the suite, with single messages changed and the course disturbed. */
export interface FlowStage {
  /** Flows as they are written; and what else is derived of them, which is played as it is. */
  readonly written: readonly FlowScenario[]
  readonly derived: readonly PlannedCase[]
  play(one: FuzzCase): Promise<Execution>
  ended(): string | undefined
  reset(): Promise<void>
  restart(): Promise<void>
  close(): Promise<void>
}

export interface FlowStageOptions {
  readonly roles: readonly EntityRole[]
  readonly defects: readonly string[]
}

interface Played {
  readonly execution: Execution
  readonly users: Pick<Baseline, 'user' | 'other'>
}

/** So many executions of a flow have users of their own until all are forgotten. What is derived is played as it is, and again when something is wrong. */
const copiesOf = (planned: PlannedCase): number =>
  planned.service !== 'mcptt' ? 0 : isAsWritten(planned) ? 48 : 4

export const isFlowCase = ({ scenario }: FuzzCase): boolean => scenario.includes('#')

export async function openFlowStage({ roles, defects }: FlowStageOptions): Promise<FlowStage> {
  const disturbance = createDisturbance()
  const stage = await opened(roles, defects, disturbance.network)
  const played = new Map<string, number>()
  const byId = new Map(stage.cases.map((one) => [one.id, one]))
  const known = new Map<string, FlowScenario>()
  let serial = 0

  const nextCopy = (planned: PlannedCase): PlannedCase => {
    const turn = played.get(planned.id) ?? 0
    played.set(planned.id, turn + 1)
    return { ...bare(copyOf(planned, turn % copiesOf(planned))), ...(planned.media && { media: 'declined' as const }) }
  }

  async function play(one: FuzzCase): Promise<Played> {
    const planned = byId.get(one.scenario)
    if (planned === undefined) throw new Error(`no flow is called ${one.scenario}`)
    const copy = nextCopy(planned)
    const scenario = known.get(one.scenario)
    const way = wayOf(one, copy, scenario)
    const [user, other] = [userOf(copy, 'body', stage), userOf(copy, 'second', stage)]
    const edited: { octets?: Uint8Array; original?: Uint8Array; without: readonly number[] } = { without: [] }
    const name = (serial += 1)
    let turn = 0
    const playing: Playing = {
      planned: { ...copy, derived: way.derived },
      log: [],
      asideAnswers: [],
      asides: new Map(),
      deaf: false,
      ahead: new Map(),
      meddle(departing, own) {
        const edits = one.edits.filter(({ at }) => at === departing.step)
        let { octets } = departing
        if (edits.length > 0) {
          const places = new Map(placesOf(octets).map((place) => [place.path, place]))
          const baseline = baselineOf(Buffer.from(octets))
          const made = assemble(baseline, (path) => places.get(path), edits, { user, other, canary: canary(name) })
          Object.assign(edited, { octets: made.octets, original: octets, without: made.without })
          octets = made.octets
        }
        const setting: FlowSetting = {
          ...departing,
          octets,
          message: readMessage(octets),
          playing: own,
          later: (after, run) => void setTimeout(run, after),
          via: () => via(stage, departing.role, `${canary(name)}-${(turn += 1)}`),
          inject(called, sent) {
            const message = readMessage(sent)
            if (message.startLine.kind === 'request') own.asides.set(transactionOf(message), called)
            own.log.push({ direction: 'sent', role: departing.role, octets: sent, message })
            stage.tester.stack(departing.role).sendOctets(sent, wayTo(own.planned.sut, 'udp'))
          },
        }
        const operations = one.ops.filter(({ at }) => at === departing.step)
        let kept = false
        for (const { op, p } of operations) kept = flowOperatorNamed(op)?.act(setting, String(p)) === true || kept
        if (!kept) departing.pass(octets)
        return true
      },
    }
    disturbance.begin(playing, [keyOf(user), keyOf(other)])
    const began = performance.now()
    const conducted = await stage.play(playing.planned)
    await pause(one.ops.length > 0 ? 60 : 5)
    disturbance.end(playing)
    const milliseconds = performance.now() - began
    const execution = judgeFlow({ one, planned: copy, way, playing, conducted, edited, milliseconds })
    return { execution, users: { user, other } }
  }

  const written: FlowScenario[] = []
  for (const planned of stage.cases.filter(isAsWritten)) {
    const steps = new Map<string, Baseline>()
    const scenario: FlowScenario = { id: planned.id, planned, steps }
    known.set(planned.id, scenario)
    written.push(scenario)
  }

  return {
    written,
    derived: stage.cases.filter((one) => !isAsWritten(one)),
    async play(one) {
      const { execution, users } = await play(one)
      const scenario = known.get(one.scenario)
      if (scenario !== undefined && one.edits.length + one.ops.length === 0 && scenario.steps.size === 0)
        learn(scenario, execution.passages ?? [], users)
      return execution
    },
    ended: stage.ended,
    reset: stage.reset,
    restart: stage.restart,
    close: stage.close,
  }

  /** What a flow is like when nothing is changed. */
  function learn(scenario: FlowScenario, log: readonly Passage[], users: Pick<Baseline, 'user' | 'other'>): void {
    const steps = messageSteps(scenario.planned.derived.course.flow)
    for (const [index, { direction, step, octets, role, message }] of log.entries()) {
      if (direction !== 'sent' || step === undefined || scenario.steps.has(step)) continue
      const place = steps.findIndex((one) => one.step === step)
      const next = steps[place + 1]
      const heard = next === undefined || seatOf(next.act, scenario.planned.derived.sut) === 'sut-sends'
      const inside = dialogsIn(log.slice(0, index)).some((dialog) => dialog.role === role)
      ;(scenario.steps as Map<string, Baseline>).set(step, {
        role,
        octets,
        shape: { step, message, heard, inside },
        read: legalityAt(octets, scenario.planned),
        ...users,
      })
    }
  }
}

const canary = (name: number): string => `fz${name.toString(32).padStart(10, '0')}`

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

function via({ tester }: Stage, role: Role, name: string): { readonly sentBy: string; readonly branch: string } {
  const { address, port } = tester.stack(role).local
  return { sentBy: `${address}:${port}`, branch: `z9hG4bKbeside-${name}` }
}

const keyOf = ({ mcServiceId }: FuzzUser): string => /-([0-9a-f]{12})@/.exec(mcServiceId)?.[1] ?? ''

function userOf(planned: PlannedCase, slot: 'body' | 'second', { configuration }: Stage): FuzzUser {
  const { mcServiceId, temporaryId, groupId } = worldUserOf(planned, slot, configuration.seed)
  return { index: 0, mcServiceId, temporaryId, groupId, clientId: 'urn:uuid:0', token: `token of ${mcServiceId}` }
}

/** First ports that are tried; each time a block of its own. */
const attempts = 12

async function opened(
  roles: readonly EntityRole[],
  defects: readonly string[],
  network: Parameters<typeof openStage>[0]['network'],
): Promise<Stage> {
  let problem: unknown
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const first = 18_000 + ((process.pid * 48 + attempt * 1104) % 13_000)
    const configuration = {
      profile: 'rel-18' as const,
      tester: { ports: portsFrom(first) },
      timing: { answer: 1500, silence: 300, quiet: 40 },
      concurrency: 64,
      suts: embeddedReference({ firstPort: first + 20, defects }).map((sut) => ({
        ...sut,
        timers: { migrationResponse: 700 },
        ...(sut.transports?.includes('tcp') !== true && { transports: ['udp' as const] }),
      })),
    }
    try {
      return await openStage({ configuration, roles, copiesOf, network, tell: () => undefined })
    } catch (error) {
      problem = error
    }
  }
  throw problem
}
