import { rel18 } from '#bindings'
import { type SipMessage, statusOf } from '#wire/sip'
import { assemble } from './assemble.ts'
import { createBaselines } from './baselines.ts'
import { anyCorrelation } from './correlation.ts'
import { challengeIn, exampleChallenge, withCredentials, withoutCredentials } from './credentials.ts'
import type { FuzzCase } from './case.ts'
import type { Engine } from './engine.ts'
import { withoutEmergency } from './emergency.ts'
import type { Execution } from './execution.ts'
import { expectationOf, type Expectation } from './expectation.ts'
import { validCase } from './grid.ts'
import { dialogOf, writeInside } from './inside.ts'
import { createLaunch, judged, type Departing, type Playing } from './launch.ts'
import { judgeLegality } from './legality.ts'
import type { LegMessage } from './observation.ts'
import type { Place } from './place.ts'
import { reactionsOf } from './reactions.ts'
import type { Scenario } from './scenario.ts'
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
  const launch = createLaunch(engine, own, spotFor)

  type Prepared = Pick<ReturnType<typeof baselines.made>, 'baseline' | 'placeAt'>

  /** A message with the edits of a case in it. */
  function changed({ one, scenario, index }: Turn, { baseline, placeAt }: Prepared, correlation: string): Departing {
    const user = userOf(index, scenario.systems)
    const around = { user, other: otherThan(index, scenario), canary: correlation, lure: engine.lure }
    const { octets, without } = assemble(baseline, placeAt, one.edits, around)
    return { correlation, octets: allowed(octets), without, envelope: baseline.envelope }
  }

  const departing = (turn: Turn, correlation: string): Departing =>
    changed(turn, baselines.of(turn.scenario, turn.index), correlation)
  const unchanged = (scenario: Scenario, index: number, correlation: string): Uint8Array =>
    departing({ one: validCase(scenario), scenario, index }, correlation).octets

  /** Sets a session up, sends the message inside of it, and ends what is left. */
  function playInside(playing: Playing, within: Scenario): void {
    const { one, scenario, index, done } = playing
    const correlation = engine.correlation()
    const user = userOf(index, scenario.systems)
    const spot = spotFor(scenario.role)
    const invite = unchanged(within, index, correlation)
    const setUp = { octets: invite, correlation, from: within.from, target: spot, user: index, stays: true }
    const reactions = reactionsOf(within, user, correlation, engine, own, spot.identity)
    engine.fly({ ...setUp, ...reactions, legs: within.legs.length }, ({ finals: [final], ...observation }) => {
      if (final === undefined || statusOf(final) >= 300)
        return done({
          one,
          octets: invite,
          correlation,
          user: index,
          without: [],
          read: judgeLegality(invite, rel18, within.service),
          expectation: { class: 'any', violations: [], silenceAllowed: true },
          observation: { ...observation, finals: [] },
          complaints: [],
        })
      const dialog = dialogOf(invite, final)
      const base = Buffer.from(writeInside(dialog, scenario.method ?? 'BYE'))
      const over = (execution: Execution): void => {
        const [answer] = execution.observation.finals
        if (answer === undefined || statusOf(answer) >= 300)
          engine.send(writeInside({ ...dialog, sequence: dialog.sequence + 8 }, 'BYE'), scenario.from, spot)
        done(execution)
      }
      const request = changed(playing, baselines.made(scenario, base), correlation)
      launch({ ...playing, done: over }, { ...request, dialog })
    })
  }

  /** Asks without credentials, and again with those for the challenge that comes. */
  function playChallenged(playing: Playing): void {
    const { scenario, index } = playing
    const [asking, correlation] = [engine.correlation(), engine.correlation()]
    const flight = {
      octets: withoutCredentials(unchanged(scenario, index, asking)),
      correlation: asking,
      from: scenario.from,
      target: spotFor(scenario.role),
      user: index,
    }
    engine.fly({ ...flight, legs: 0, react: () => undefined }, ({ finals: [final] }) => {
      const challenge = (final && challengeIn(final)) ?? exampleChallenge
      const again = withoutCredentials(unchanged(scenario, index, correlation))
      const base = withCredentials(again, challenge, index)
      launch(playing, changed(playing, baselines.made(scenario, base), correlation))
    })
  }

  const judgedAgain = (execution: Execution): Execution => judged(execution, scenarioFor(execution.one))

  const player: Player = {
    places: baselines.places,
    assemble: (one, index, correlation) => departing({ one, scenario: scenarioFor(one), index }, correlation),
    due(one) {
      const scenario = scenarioFor(one)
      const { octets, envelope } = departing({ one, scenario, index: 0 }, anyCorrelation)
      const read = judgeLegality(octets, rel18, scenario.service, scenario.message === undefined)
      const departure = { port: engine.places[scenario.from].port, correlation: anyCorrelation, envelope }
      return expectationOf(read, scenario, userOf(0, scenario.systems), departure)
    },
    play(one, index, done, late, left) {
      const scenario = scenarioFor(one)
      const playing: Playing = { one, scenario, index, done, late, left }
      if (scenario.challenged === true) return playChallenged(playing)
      if (scenario.within !== undefined) return playInside(playing, scenario.within)
      launch(playing, departing(playing, engine.correlation()))
    },
    withLate(execution, legs) {
      if (legs.length === 0 || execution.expectation.class !== 'refuse') return execution
      const { observation } = execution
      return judgedAgain({ ...execution, observation: { ...observation, legs: [...observation.legs, ...legs] } })
    },
    judged: judgedAgain,
    played: (one, index) => new Promise((resolve) => player.play(one, index, resolve)),
  }
  return player
}

type Turn = Pick<Playing, 'one' | 'scenario' | 'index'>

/** Somebody else, always the same. */
const otherThan = (index: number, { systems }: Scenario): FuzzUser =>
  userOf(mostUsers - 1 - (index === mostUsers - 1 ? 1 : 0), systems)

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
