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
import { header, readMessage } from '#wire/sip'
import { assemble } from '../assemble.ts'
import { baselineOf } from '../baseline.ts'
import type { FuzzCase } from '../case.ts'
import type { Execution } from '../player.ts'
import { placesOf } from '../places.ts'
import type { FuzzUser } from '../world.ts'
import { acknowledgementOf, writeAnswer } from '../responses.ts'
import { dialogsIn } from './dialogs.ts'
import { asideKey, createDisturbance, ending, type Passage, type Playing, type Role } from './disturbance.ts'
import { legalityAt, numberBefore, wayOf, type Baseline } from './flow-expectation.ts'
import { listenedTo } from './abandoned.ts'
import { judgeFlow, unanswered } from './flow-judge.ts'
import { kindOf, type FlowSetting } from './flow-operator.ts'
import { flowOperatorNamed, longOperators, longTurn, parameterOf } from './flow-operators.ts'
import { isRequestOutside } from './refused-operators.ts'
import { isIdle, isKept, leftQuiet } from './idle-floor.ts'

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
  /** Whether there are users for it who have done nothing since all were forgotten. */
  hasUsersFor(one: FuzzCase): boolean
  /** Whether the flow goes its way as it is written. */
  serves(id: string): Promise<boolean>
  ended(): string | undefined
  /** Forgets all users; whoever is played next is new. */
  turn(): Promise<void>
  restart(): Promise<void>
  close(): Promise<void>
}

export interface FlowStageOptions {
  readonly roles: readonly string[]
  readonly defects: readonly string[]
}

/** The operation that has several users play the same at the same time. */
export const together = 'at the same time'

interface Played {
  readonly execution: Execution
  readonly log: Playing['log']
  readonly users: Pick<Baseline, 'user' | 'other'>
}

/** So many executions of a flow have users of their own until all are forgotten. What is derived is played as it is, and again when something is wrong. */
const copiesFor =
  (roles: readonly string[]) =>
  (planned: PlannedCase): number => {
    if (planned.service !== 'mcptt') return 0
    if (!isAsWritten(planned)) return 5
    return roles.length > 2 ? 20 : 48
  }

/** Of these, the last ones are for those that take long, each of which has its own, and one for what is left quiet beside them. */
const keptOf = (planned: PlannedCase): number => (isAsWritten(planned) ? longOperators + 1 : 2)

export const isFlowCase = ({ scenario }: FuzzCase): boolean => scenario.includes('#')

export async function openFlowStage({ roles, defects }: FlowStageOptions): Promise<FlowStage> {
  const disturbance = createDisturbance()
  const stage = await opened(roles, defects, disturbance.network)
  const played = new Map<string, number>()
  const byId = new Map(stage.cases.map((one) => [one.id, one]))
  const known = new Map<string, FlowScenario>()
  let serial = 0
  // Users who are forgotten come again; what they say has other names then.
  let turns = 0
  let closed = false

  const nextCopy = (planned: PlannedCase, one: FuzzCase): PlannedCase => {
    const turn = played.get(planned.id) ?? 0
    played.set(planned.id, turn + 1)
    const last = copiesFor(roles)(planned) - keptOf(planned)
    const long = Math.max(...one.ops.map(longTurn))
    const isLeftQuiet = isIdle(one) && leftQuiet(one) === undefined
    return {
      ...bare(copyOf(planned, isLeftQuiet ? last + longOperators : long >= 0 ? last + long : turn % last)),
      attempt: [turns] as const,
      ...(planned.media && { media: 'declined' as const }),
    }
  }

  const copiesOf = ({ scenario }: FuzzCase): number => {
    const planned = byId.get(scenario)
    return planned === undefined ? 0 : copiesFor(roles)(planned) - keptOf(planned)
  }

  /** How many users a case takes at once, each of them another. */
  const usersOf = (one: FuzzCase): number =>
    Math.max(1, Math.min(Number(one.ops.find(({ op }) => op === together)?.p ?? 1), copiesOf(one)))

  async function play(one: FuzzCase): Promise<Played> {
    // Nobody waits any longer for what is asked of a stage that is closed.
    if (closed) return new Promise(() => {})
    const planned = byId.get(one.scenario)
    if (planned === undefined) throw new Error(`no flow is called ${one.scenario}`)
    const copy = nextCopy(planned, one)
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
      satisfy(request, role) {
        const octets = writeAnswer(request, { status: 200, reason: 'OK', headers: [] }, 'beside')
        disturbance.beside(octets)
        stage.tester.stack(role).sendOctets(octets, wayTo(copy.sut, 'udp'))
      },
      acknowledge(request, response, role) {
        const octets = acknowledgementOf(request, response)
        if (octets === undefined) return
        disturbance.beside(octets)
        stage.tester.stack(role).sendOctets(octets, wayTo(copy.sut, 'udp'))
      },
      disturbed: one.ops[0]?.at ?? one.edits[0]?.at,
      ending: false,
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
          asWritten: rekeyed(asWrittenOf(one.scenario)?.steps.get(departing.step), user),
          later: (after, run) => void setTimeout(run, after),
          via: (role = departing.role) => via(stage, role, `${canary(name)}-${(turn += 1)}`),
          inject(called, sent, role = departing.role) {
            const message = readMessage(sent)
            if (message.startLine.kind === 'request')
              own.asides.set(asideKey(message), {
                name: called,
                octets: sent,
                callId: header(message, 'Call-ID') ?? '',
              })
            own.log.push({
              direction: 'sent',
              role,
              octets: sent,
              message,
              at: performance.now(),
              remote: departing.peer.remote,
            })
            disturbance.beside(sent, own)
            stage.tester.stack(role).sendOctets(sent, wayTo(own.planned.sut, 'udp'))
          },
        }
        const operations = one.ops.filter(({ at }) => at === departing.step)
        let kept = false
        for (const each of operations)
          kept = flowOperatorNamed(each.op)?.act(setting, parameterOf(each)) === true || kept
        if (!kept) departing.pass(octets)
        return true
      },
    }
    disturbance.begin(playing, [keyOf(user), keyOf(other)])
    const began = performance.now()
    const conducted = await stage.play(playing.planned)
    await pause(playing.disturbed === ending ? 400 : one.ops.length > 0 ? 60 : 5)
    for (let waited = 0; waited < longestAnswer && isOwed(one, playing); waited += 30) await pause(30)
    if (playing.until !== undefined) await pause(playing.until + 500 - performance.now())
    await untilHeard(playing)
    disturbance.end(playing)
    const milliseconds = performance.now() - began
    const execution = judgeFlow({ one, planned: copy, way, playing, conducted, edited, milliseconds })
    const passages = playing.log.map(({ role, ...passage }) => ({
      ...passage,
      role,
      local: stage.tester.stack(role).local,
    }))
    return { execution: { ...execution, passages }, log: playing.log, users: { user, other } }
  }

  function asWrittenOf(id: string): FlowScenario | undefined {
    return known.get(id) ?? known.get(id.replace(/\/[^/#]*#/, '/as-written#'))
  }

  const written: FlowScenario[] = []
  for (const planned of stage.cases.filter(isAsWritten)) {
    const steps = new Map<string, Baseline>()
    const scenario: FlowScenario = { id: planned.id, planned, steps }
    known.set(planned.id, scenario)
    written.push(scenario)
  }

  const hasUsersFor = (one: FuzzCase): boolean => (played.get(one.scenario) ?? 0) + usersOf(one) <= copiesOf(one)

  async function forgetAll(): Promise<void> {
    await stage.reset()
    turns += 1
    played.clear()
  }

  /** By several users at the same time, where the case says so: what is wrong with one of them is wrong. */
  async function playedTogether(one: FuzzCase): Promise<Played> {
    const all = await Promise.all(Array.from({ length: usersOf(one) }, () => play(one)))
    const wrong = all.find(({ execution }) => execution.complaints.length > 0)
    return wrong ?? (all[0] as Played)
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
    written,
    derived: stage.cases.filter((one) => !isAsWritten(one)),
    async play(one) {
      const asWritten = asWrittenOf(one.scenario)
      if (asWritten?.steps.size === 0 && one.edits.length + one.ops.length > 0) {
        const { log, users } = await play(bareCase(asWritten.id))
        learn(asWritten, log, users)
      }
      const { execution, log, users } = await besideQuiet(one)
      const scenario = known.get(one.scenario)
      if (scenario !== undefined && one.edits.length + one.ops.length === 0 && scenario.steps.size === 0)
        learn(scenario, log, users)
      return execution
    },
    hasUsersFor,
    ended: stage.ended,
    async serves(id) {
      const flow = asWrittenOf(id)
      if (flow === undefined) return true
      const one = bareCase(flow.id)
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
      turns += 1
    },
    async close() {
      closed = true
      await stage.close()
    },
  }

  /** What a flow is like when nothing is changed. */
  function learn(scenario: FlowScenario, log: readonly Passage[], users: Pick<Baseline, 'user' | 'other'>): void {
    const steps = messageSteps(scenario.planned.derived.course.flow)
    for (const [index, { direction, step, octets, role, message }] of log.entries()) {
      if (direction !== 'sent' || step === undefined || scenario.steps.has(step)) continue
      const place = steps.findIndex((one) => one.step === step)
      const next = steps[place + 1]
      const heard = place === -1 || next === undefined || seatOf(next.act, scenario.planned.derived.sut) === 'sut-sends'
      const before = log.slice(0, index)
      const inside = dialogsIn(before).length > 0
      const behindRequest = before.some(
        (one) => one.direction === 'sent' && one.step !== undefined && isRequestOutside(one.message),
      )
      const again = before.some((one) => one.direction === 'sent' && kindOf(one.message) === kindOf(message))
      ;(scenario.steps as Map<string, Baseline>).set(step, {
        role,
        octets,
        shape: { step, message, heard, inside, again, behindRequest },
        read: legalityAt(octets, scenario.planned),
        numberBefore: numberBefore(octets, before),
        ...users,
      })
    }
  }
}

/** How long an abandoned flow is listened to shows in what is sent again meanwhile. */
async function untilHeard(playing: Playing): Promise<void> {
  for (;;) {
    const left = (playing.deafSince ?? -Infinity) + listenedTo(playing) - performance.now()
    if (left <= 0) return
    await pause(Math.min(left, 1000), true)
  }
}

/** Milliseconds that an answer beside the flow may take, once the flow is over. */
const longestAnswer = 1500

const isOwed = ({ ops }: FuzzCase, playing: Playing): boolean =>
  ops.some(({ op }) => flowOperatorNamed(op)?.answered !== undefined) && unanswered(playing).length > 0

const bareCase = (scenario: string): FuzzCase => ({ v: 1, scenario, baseline: 'plain', edits: [], ops: [] })

/** The body of a message of another execution, as it is for this user. */
function rekeyed(baseline: Baseline | undefined, user: FuzzUser): Uint8Array | undefined {
  if (baseline === undefined) return undefined
  const text = Buffer.from(baseline.shape.message.body).toString('latin1')
  return Buffer.from(text.replaceAll(keyOf(baseline.user), keyOf(user)), 'latin1')
}

const canary = (name: number): string => `fz${name.toString(32).padStart(10, '0')}`

/** A campaign that is over waits for nobody. */
const pause = (milliseconds: number, isLong = milliseconds > 10_000): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    if (isLong) timer.unref()
  })

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
  roles: readonly string[],
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
      return await openStage({ configuration, roles, copiesOf: copiesFor(roles), network, tell: () => undefined })
    } catch (error) {
      problem = error
    }
  }
  throw problem
}
