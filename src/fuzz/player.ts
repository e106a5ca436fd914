import { rel18 } from '#bindings'
import { type SipMessage, statusOf } from '#wire/sip'
import { assemble } from './assemble.ts'
import { createBaselines } from './baselines.ts'
import { anyCorrelation } from './correlation.ts'
import { challengeIn, exampleChallenge, withCredentials, withoutCredentials } from './credentials.ts'
import type { FuzzCase } from './case.ts'
import type { Engine } from './engine.ts'
import { withoutEmergency } from './emergency.ts'
import { expectationOf, type Expectation } from './expectation.ts'
import { validCase } from './grid.ts'
import { dialogOf, writeInside, type Dialog } from './inside.ts'
import { optionsFence, type Fence } from './fence.ts'
import { judge } from './judge.ts'
import { judgeLegality, type Legality } from './legality.ts'
import { holds } from './lure.ts'
import type { LegMessage, Observation, Passage } from './observation.ts'
import type { Envelope } from './options.ts'
import { answersDue, interferenceOf, isAnsweredAgain, outcomeOf } from './operators/index.ts'
import { type Complaint, type Played } from './oracle.ts'
import type { Place } from './place.ts'
import { readRequest } from './read-request.ts'
import { reactionsOf, unaskedReaction } from './reactions.ts'
import type { ReadLeg, Scenario } from './scenario.ts'
import { scenarioNamed } from './scenarios/index.ts'
import type { Target } from './target.ts'
import {
  mostUsers,
  userOf,
  type EntityRole,
  type TestedRole,
  type FuzzUser,
  type Place as Spot,
  type Places,
} from './world.ts'

/** One execution of a case, over. */
export interface Execution {
  readonly one: FuzzCase
  readonly octets: Uint8Array
  readonly correlation: string
  readonly user: number
  /** Edits that changed nothing. */
  readonly without: readonly number[]
  readonly read: Legality
  readonly expectation: Expectation
  readonly observation: Observation
  readonly complaints: readonly Complaint[]
  /** Of a flow: all that passed. */
  readonly passages?: readonly Passage[]
}

/** Plays single cases against a target: octets out, answers judged. */
export interface Player {
  readonly places: (scenario: Scenario) => readonly Place[]
  /** Octets as they would leave for that user. */
  assemble(
    one: FuzzCase,
    user: number,
    correlation: string,
  ): { readonly octets: Uint8Array; readonly without: readonly number[] }
  /** What would be due of the octets of a case without operations, were it played. */
  due(one: FuzzCase): Expectation
  play(
    one: FuzzCase,
    user: number,
    done: (execution: Execution) => void,
    late?: (what: LegMessage | SipMessage) => void,
    /** Calls that when the message of the case itself has left: what must come before it may take its time. */
    left?: () => void,
  ): void
  /** The same execution, more having left on other legs after it was over, or for nobody. */
  withLate(execution: Execution, legs: readonly LegMessage[]): Execution
  /** The same execution, judged once more. */
  judged(execution: Execution): Execution
  /** A case played, waited for. */
  played(one: FuzzCase, user: number): Promise<Execution>
}

export function createPlayer(engine: Engine, target: () => Target, emergency = true): Player {
  const allowed = (octets: Buffer): Buffer => (emergency ? octets : withoutEmergency(octets))
  const own = ownPlaces(engine)
  const spotFor = (role: TestedRole): Spot => spotOf(target(), role)
  const baselines = createBaselines(own, spotFor)
  const fences = new Map<Scenario, Fence>()

  function fenceFor(scenario: Scenario, { identity }: Spot): Fence {
    const fence = fences.get(scenario) ?? optionsFence(engine.places[scenario.from], identity)
    fences.set(scenario, fence)
    return fence
  }

  function octetsOf(one: FuzzCase, index: number, correlation: string) {
    const scenario = scenarioFor(one)
    const { user, baseline, placeAt } = baselines.of(scenario, index)
    const around = { user, other: otherThan(index, scenario), canary: correlation, lure: engine.lure }
    const { octets, without } = assemble(baseline, placeAt, one.edits, around)
    return { octets: allowed(octets), without, envelope: baseline.envelope }
  }

  function judged(execution: Execution): Execution {
    const { one, read, expectation, observation } = execution
    const scenario = scenarioFor(one)
    const legs = observation.legs.map((leg) => readLeg(leg, scenario))
    const played: Played = { one, scenario, read, expectation, observation, legs }
    return { ...execution, complaints: judge(played) }
  }

  interface Launch {
    readonly one: FuzzCase
    readonly scenario: Scenario
    readonly index: number
    readonly correlation: string
    readonly octets: Uint8Array
    readonly without: readonly number[]
    readonly envelope: Envelope
    readonly dialog?: Dialog
    readonly done: (execution: Execution) => void
    readonly late: ((what: LegMessage | SipMessage) => void) | undefined
    readonly left: (() => void) | undefined
  }

  function launch(launched: Launch): void {
    const { one, scenario, index, correlation, octets, without, envelope, dialog, done, late, left } = launched
    const user = userOf(index, scenario.systems)
    const read = judgeLegality(octets, rel18, scenario.service, scenario.message === undefined)
    const { port } = engine.places[scenario.from]
    const due = expectationOf(read, scenario, user, { port, correlation, envelope, dialog })
    const outcome = one.ops.length === 0 ? undefined : outcomeOf(scenario, one)
    const expectation: Expectation =
      outcome === undefined || outcome.kind === 'same' || due.class === 'refuse'
        ? due
        : { ...due, class: 'any', silenceAllowed: due.silenceAllowed || outcome.kind === 'not granted' }
    const isFenced = expectation.class !== 'accept' || expectation.silenceAllowed
    const spot = spotOf(target(), scenario.role)
    const cancels = one.ops.some(({ op }) => op === 'cancel')
    const unasked = () => unaskedReaction(scenario, user, correlation, engine, own, spot.identity)
    engine.fly(
      {
        octets,
        correlation,
        from: scenario.from,
        target: spot,
        user: index,
        legs: expectation.class === 'accept' ? scenario.legs.length : 0,
        ...reactionsOf(scenario, user, correlation, engine, own, spot.identity),
        ringing: cancels ? 8 * ringing : ringing,
        ...(dialog && { inside: dialog.sequence }),
        // Whoever fetches what a message names need not do that before it answers.
        ...(holds(octets, engine.lure.url) && { lingers: true }),
        ...(one.ops.length > 0 && {
          lingers: true,
          awaited: answersDue(scenario, one) + (isAnsweredAgain(scenario, one) ? 1 : 0),
          ...interferenceOf(one, { scenario, octets, unasked }),
        }),
        ...(isFenced && { fence: fenceFor(scenario, spot), hopeless: due.hopeless === true }),
      },
      (observation) =>
        done(
          judged({ one, octets, correlation, user: index, without, read, expectation, observation, complaints: [] }),
        ),
      expectation.class === 'refuse' ? late : undefined,
    )
    left?.()
  }

  /** Sets a session up, sends the message inside of it, and ends what is left. */
  function playInside(
    one: FuzzCase,
    scenario: Scenario,
    within: Scenario,
    index: number,
    done: (execution: Execution) => void,
    late: ((what: LegMessage | SipMessage) => void) | undefined,
    left: (() => void) | undefined,
  ): void {
    const correlation = engine.correlation()
    const user = userOf(index, scenario.systems)
    const spot = spotOf(target(), scenario.role)
    const { octets: invite } = octetsOf(validCase(within), index, correlation)
    const setUp = { octets: invite, correlation, from: within.from, target: spot, user: index, stays: true }
    const reactions = reactionsOf(within, user, correlation, engine, own, spot.identity)
    engine.fly({ ...setUp, ...reactions, legs: within.legs.length }, ({ finals: [final], ...observation }) => {
      if (final === undefined || statusOf(final) >= 300) {
        const read = judgeLegality(invite, rel18, within.service)
        const expectation: Expectation = { class: 'any', violations: [], silenceAllowed: true }
        const nothing = { ...observation, finals: [] }
        return done({
          one,
          octets: invite,
          correlation,
          user: index,
          without: [],
          read,
          expectation,
          observation: nothing,
          complaints: [],
        })
      }
      const dialog = dialogOf(invite, final)
      const base = Buffer.from(writeInside(dialog, scenario.method ?? 'BYE'))
      const { baseline, placeAt } = baselines.made(scenario, base)
      const around = { user, other: otherThan(index, scenario), canary: correlation, lure: engine.lure }
      const { octets, without } = assemble(baseline, placeAt, one.edits, around)
      const over = (execution: Execution): void => {
        const [answer] = execution.observation.finals
        if (answer === undefined || statusOf(answer) >= 300)
          engine.send(writeInside({ ...dialog, sequence: dialog.sequence + 8 }, 'BYE'), scenario.from, spot)
        done(execution)
      }
      launch({
        one,
        scenario,
        index,
        correlation,
        octets: allowed(octets),
        without,
        envelope: baseline.envelope,
        dialog,
        done: over,
        late,
        left,
      })
    })
  }

  /** Asks without credentials, and again with those for the challenge that comes. */
  function playChallenged(
    one: FuzzCase,
    scenario: Scenario,
    index: number,
    done: (execution: Execution) => void,
    late: ((what: LegMessage | SipMessage) => void) | undefined,
    left: (() => void) | undefined,
  ): void {
    const user = userOf(index, scenario.systems)
    const [asking, correlation] = [engine.correlation(), engine.correlation()]
    const plain = withoutCredentials(octetsOf(validCase(scenario), index, asking).octets)
    const flight = {
      octets: plain,
      correlation: asking,
      from: scenario.from,
      target: spotFor(scenario.role),
      user: index,
    }
    engine.fly({ ...flight, legs: 0, react: () => undefined }, ({ finals: [final] }) => {
      const challenge = (final && challengeIn(final)) ?? exampleChallenge
      const again = withoutCredentials(octetsOf(validCase(scenario), index, correlation).octets)
      const base = withCredentials(again, challenge, index)
      const { baseline, placeAt } = baselines.made(scenario, base)
      const around = { user, other: otherThan(index, scenario), canary: correlation, lure: engine.lure }
      const { octets, without } = assemble(baseline, placeAt, one.edits, around)
      const { envelope } = baseline
      launch({ one, scenario, index, correlation, octets: allowed(octets), without, envelope, done, late, left })
    })
  }

  const player: Player = {
    places: baselines.places,
    assemble: octetsOf,
    due(one) {
      const scenario = scenarioFor(one)
      const { octets, envelope } = octetsOf(one, 0, anyCorrelation)
      const read = judgeLegality(octets, rel18, scenario.service, scenario.message === undefined)
      const departure = { port: engine.places[scenario.from].port, correlation: anyCorrelation, envelope }
      return expectationOf(read, scenario, userOf(0, scenario.systems), departure)
    },
    play(one, index, done, late, left) {
      const scenario = scenarioFor(one)
      const correlation = engine.correlation()
      if (scenario.challenged === true) return playChallenged(one, scenario, index, done, late, left)
      if (scenario.within !== undefined) return playInside(one, scenario, scenario.within, index, done, late, left)
      launch({ one, scenario, index, correlation, ...octetsOf(one, index, correlation), done, late, left })
    },
    withLate(execution, legs) {
      if (legs.length === 0 || execution.expectation.class !== 'refuse') return execution
      const { observation } = execution
      return judged({ ...execution, observation: { ...observation, legs: [...observation.legs, ...legs] } })
    },
    judged,
    played: (one, index) => new Promise((resolve) => player.play(one, index, resolve)),
  }
  return player
}

function readLeg({ to, message }: LegMessage, { service, alternative }: Scenario): ReadLeg {
  const read = readRequest(message, service, alternative)
  return 'unrecognised' in read ? { to, message: undefined, ies: {} } : { to, message: read.name, ies: read.ies }
}

/** Somebody else, always the same. */
const otherThan = (index: number, { systems }: Scenario): FuzzUser =>
  userOf(mostUsers - 1 - (index === mostUsers - 1 ? 1 : 0), systems)

/** Milliseconds that a call rings: whoever gives it up too early has the time to do so. */
const ringing = 15

const scenarioFor = ({ scenario }: FuzzCase): Scenario => {
  const found = scenarioNamed(scenario)
  if (found === undefined) throw new Error(`no scenario is called ${scenario}`)
  return found
}

function spotOf({ places }: Target, role: TestedRole): Spot {
  const spot = places[role]
  if (spot === undefined) throw new Error(`the target has no ${role}`)
  return spot
}

/** Sockets and identities of the fuzzer, in the systems that it plays. */
export const ownPlaces = ({ places }: Engine): Places => {
  const of = (role: EntityRole, identity: string): Spot => ({ ...places[role], identity })
  return {
    client: of('client', 'sip:mc-client@ue.partner.example'),
    partnerServer: of('partnerServer', 'sip:mc-server@server1.inside.partner.example'),
    partnerGateway: of('partnerGateway', 'sip:mc-gateway-server@gateway.partner.example'),
    primaryGateway: of('primaryGateway', 'sip:mc-gateway-server@gateway.primary.example'),
    primaryServer: of('primaryServer', 'sip:mc-server@server1.inside.primary.example'),
  }
}
