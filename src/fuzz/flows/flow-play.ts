import { wayTo, worldUserOf, type PlannedCase, type Stage } from '#harness'
import { header, readMessage } from '#wire/sip'
import { assemble } from '../assemble.ts'
import { baselineOf } from '../baseline.ts'
import type { FuzzCase } from '../case.ts'
import { placesOf } from '../places.ts'
import { withoutEmergency } from '../emergency.ts'
import type { Execution } from '../execution.ts'
import { acknowledgementOf, writeAnswer } from '../responses.ts'
import type { FuzzUser } from '../world.ts'
import { listenedTo } from './abandoned.ts'
import { unanswered, unheard } from './aside-answers.ts'
import { leavingOf, waitsOf, type Leaving } from './begun-before.ts'
import { cancelCall } from './cancelled-call.ts'
import { methodOf } from './dialogs.ts'
import { asideKey, ending, type Departing, type Disturbance, type Playing, type Role } from './disturbance.ts'
import type { FlowCopies } from './flow-copies.ts'
import { wayOf, type Baseline } from './flow-expectation.ts'
import { isUnanswered, judgeFlow } from './flow-judge.ts'
import { parameterOf, type FlowSetting } from './flow-operator.ts'
import { flowOperatorNamed } from './flow-operators.ts'
import type { Pauses } from './pauses.ts'
import type { FlowUsers, WrittenFlows } from './written-flows.ts'

/** What came of a flow that was played once. */
export interface Played {
  readonly execution: Execution
  readonly log: Playing['log']
  readonly users: FlowUsers
}

interface FlowPlayOptions {
  readonly stage: Stage
  /** Whether emergency indications may leave. */
  readonly emergency: boolean
  readonly disturbance: Disturbance
  readonly copies: FlowCopies
  readonly flows: WrittenFlows
  readonly pauses: Pauses
}

/** Plays a flow as the harness does, by users of its own, and does to it what the case says. */
export function createFlowPlay({ stage, emergency, disturbance, copies, flows, pauses: { pause } }: FlowPlayOptions) {
  let serial = 0

  /** Sends octets that are none of the flow. */
  function sendBeside(octets: Uint8Array, role: Role, { sut }: PlannedCase, playing?: Playing): void {
    disturbance.beside(octets, playing)
    stage.tester.stack(role).sendOctets(octets, wayTo(sut, 'udp'))
  }

  function via(role: Role, name: string): { readonly sentBy: string; readonly branch: string } {
    const { address, port } = stage.tester.stack(role).local
    return { sentBy: `${address}:${port}`, branch: `z9hG4bKbeside-${name}` }
  }

  function injected(departing: Departing, playing: Playing): FlowSetting['inject'] {
    const { asides, log, planned } = playing
    return (called, octets, role = departing.role) => {
      const message = readMessage(octets)
      if (message.startLine.kind === 'request')
        asides.set(asideKey(message), { name: called, role, octets, callId: header(message, 'Call-ID') ?? '' })
      log.push({ direction: 'sent', role, octets, message, at: performance.now(), remote: departing.peer.remote })
      sendBeside(octets, role, planned, playing)
    }
  }

  /** Requests beside the flow are sent again as others are: one of a few datagrams may be lost (RFC 3261 17.1). */
  async function untilAnswered(playing: Playing): Promise<void> {
    let next = 0
    for (let waited = 0; waited < longestAnswer && unanswered(playing).length > 0; waited += 30) {
      await pause(30)
      if (waited < (sentAgain[next] ?? Number.POSITIVE_INFINITY)) continue
      next += 1
      for (const { role, octets } of unheard(playing)) sendBeside(octets, role, playing.planned, playing)
    }
  }

  /** How long an abandoned flow is listened to shows in what is sent again meanwhile. */
  async function untilHeard(playing: Playing): Promise<void> {
    for (;;) {
      const left = (playing.deafSince ?? -Infinity) + listenedTo(playing) - performance.now()
      if (left <= 0) return
      await pause(Math.min(left, 1000))
    }
  }

  function playingOf(planned: PlannedCase, derived: PlannedCase['derived']): Omit<Playing, 'disturbed' | 'meddle'> {
    return {
      planned: { ...planned, derived },
      log: [],
      asideAnswers: [],
      asides: new Map(),
      satisfy: (request, role) =>
        sendBeside(writeAnswer(request, { status: 200, reason: 'OK', headers: [] }, 'beside'), role, planned),
      acknowledge(request, response, role) {
        const octets = acknowledgementOf(request, response)
        if (octets !== undefined) sendBeside(octets, role, planned)
      },
      ending: false,
      deaf: false,
      ahead: new Map(),
    }
  }

  /** The flow as it is written, up to the message given, which does not leave; returns when that is so, and nobody has said anything more since. */
  async function leaveInTheMiddle(copy: PlannedCase, { at, cancels }: Leaving, users: FlowUsers): Promise<Before> {
    const left = Promise.withResolvers<void>()
    const playing: Playing = {
      ...playingOf(copy, copy.derived),
      disturbed: at,
      meddle({ step }, own) {
        if (step !== at) return false
        own.deaf = true
        own.deafSince = performance.now()
        left.resolve()
        return true
      },
    }
    disturbance.begin(playing, keysOf(users))
    const over = stage.play(playing.planned).then(() => left.resolve())
    await left.promise
    const send = (octets: Uint8Array, role: Role): void => sendBeside(octets, role, copy, playing)
    if (cancels) playing.cancelled = await cancelCall(playing, { send, pause })
    return { playing, over }
  }

  return async function play(one: FuzzCase, planned: PlannedCase): Promise<Played> {
    const copy = copies.next(planned, one)
    const way = wayOf(one, copy, flows.named(one.scenario))
    const users = { user: userOf(copy, 'body', stage), other: userOf(copy, 'second', stage) }
    const edited: { octets?: Uint8Array; original?: Uint8Array; without: readonly number[] } = { without: [] }
    const name = canary((serial += 1))
    let turn = 0

    function changed(step: string, octets: Uint8Array): Uint8Array {
      const edits = one.edits.filter(({ at }) => at === step)
      if (edits.length === 0) return octets
      const places = new Map(placesOf(octets).map((place) => [place.path, place]))
      const baseline = baselineOf(Buffer.from(octets))
      const made = assemble(baseline, (path) => places.get(path), edits, { ...users, canary: name })
      const leaving = emergency ? made.octets : withoutEmergency(Buffer.from(made.octets))
      Object.assign(edited, { octets: leaving, original: octets, without: made.without })
      return leaving
    }

    const leaving = leavingOf(one)
    const before = leaving && (await leaveInTheMiddle(copy, leaving, users))
    const waits = leaving && waitsOf(leaving, before?.playing ?? { planned: copy })
    if (waits) await pause(waits.first())
    const playing: Playing = {
      ...playingOf(before ? onceMore(copy) : copy, way.derived),
      before: before?.playing,
      disturbed: one.ops[0]?.at ?? one.edits[0]?.at,
      meddle(departing, own) {
        const { step, role: sender } = departing
        const octets = changed(step, departing.octets)
        const setting: FlowSetting = {
          ...departing,
          octets,
          message: readMessage(octets),
          playing: own,
          asWritten: rekeyed(flows.behind(one.scenario)?.steps.get(step), users.user),
          later: (after, run) => void setTimeout(run, after),
          via: (role = sender) => via(role, `${name}-${(turn += 1)}`),
          inject: injected(departing, own),
        }
        const operations = one.ops.filter(({ at }) => at === step)
        let kept = false
        for (const each of operations)
          kept = flowOperatorNamed(each.op)?.act(setting, parameterOf(each)) === true || kept
        const standing = methodOf(setting.message) === 'BYE' ? (own.standsUntil ?? 0) - performance.now() : 0
        const wait = Math.max(waits?.at(step) ?? 0, standing)
        if (!kept && wait > 0) setTimeout(() => departing.pass(octets), wait)
        else if (!kept) departing.pass(octets)
        return true
      },
    }
    disturbance.begin(playing, keysOf(users))
    const began = performance.now()
    const conducted = await (before ? stage.playBeside(playing.planned) : stage.play(playing.planned))
    await pause(playing.disturbed === ending ? 400 : one.ops.length > 0 ? 60 : 5)
    if (one.ops.some(({ op }) => flowOperatorNamed(op)?.answered !== undefined)) await untilAnswered(playing)
    if (playing.until !== undefined) await pause(Math.max(0, playing.until + 500 - performance.now()))
    await untilHeard(playing)
    await before?.over
    const judged = (): Execution =>
      judgeFlow({ one, planned: copy, way, playing, conducted, edited, milliseconds: performance.now() - began })
    let execution = judged()
    // The course may be over before the answer is there, the more so on a machine with much to do.
    for (let waited = 0; waited < longestAnswer && isUnanswered(execution); waited += 30) {
      await pause(30)
      execution = judged()
    }
    disturbance.end(playing)
    if (before) disturbance.end(before.playing)
    const passages = playing.log.map(({ role, ...passage }) => ({
      ...passage,
      role,
      local: stage.tester.stack(role).local,
    }))
    return { execution: { ...execution, passages }, log: playing.log, users }
  }
}

/** What the users did before, and when nothing of it is played any more. */
interface Before {
  readonly playing: Playing
  readonly over: Promise<void>
}

/** For the same users. */
const onceMore = (copy: PlannedCase): PlannedCase => ({
  ...copy,
  id: `${copy.id} once more`,
  persons: copy.persons ?? copy.id,
})

/** Milliseconds that an answer may take, once the flow is over. */
const longestAnswer = 1500

/** Milliseconds after the flow at which what is not answered is sent once more: T1, and twice that. */
const sentAgain = [500, 1000]

/** The body of a message of another execution, as it is for this user. */
function rekeyed(baseline: Baseline | undefined, user: FuzzUser): Uint8Array | undefined {
  if (baseline === undefined) return undefined
  const text = Buffer.from(baseline.shape.message.body).toString('latin1')
  return Buffer.from(text.replaceAll(keyOf(baseline.user), keyOf(user)), 'latin1')
}

const canary = (name: number): string => `fz${name.toString(32).padStart(10, '0')}`

const keysOf = ({ user, other }: FlowUsers): readonly string[] => [keyOf(user), keyOf(other)]

const keyOf = ({ mcServiceId }: FuzzUser): string => /-([0-9a-f]{12})@/.exec(mcServiceId)?.[1] ?? ''

function userOf(planned: PlannedCase, slot: 'body' | 'second', { configuration }: Stage): FuzzUser {
  const { mcServiceId, temporaryId, groupId } = worldUserOf(planned, slot, configuration.seed)
  return { index: 0, mcServiceId, temporaryId, groupId, clientId: 'urn:uuid:0', token: `token of ${mcServiceId}` }
}
