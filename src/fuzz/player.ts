import { decodeRequest, rel18, valuesOf } from '#bindings'
import { header, type SipMessage } from '#wire/sip'
import { assemble } from './assemble.ts'
import { baselineOf, placesIn, writeBaseline, type Baseline } from './baseline.ts'
import type { FuzzCase } from './case.ts'
import { anyCorrelation } from './correlation.ts'
import { reactionPrefix, type Engine } from './engine.ts'
import { expectationOf, type Expectation } from './expectation.ts'
import { judge } from './judge.ts'
import { judgeLegality, type Legality } from './legality.ts'
import type { LegMessage, Observation } from './observation.ts'
import type { Complaint, Played } from './oracle.ts'
import type { Place } from './place.ts'
import type { ReadLeg, Scenario } from './scenario.ts'
import { scenarioNamed } from './scenarios/index.ts'
import type { Target } from './target.ts'
import { hostOf, mostUsers, userOf, type EntityRole, type FuzzUser, type Place as Spot, type Places } from './world.ts'

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
  play(
    one: FuzzCase,
    user: number,
    done: (execution: Execution) => void,
    late?: (what: LegMessage | SipMessage) => void,
  ): void
  /** The same execution, more having left on other legs after it was over, or for nobody. */
  withLate(execution: Execution, legs: readonly LegMessage[]): Execution
  /** The same, waited for. */
  played(one: FuzzCase, user: number): Promise<Execution>
}

export function createPlayer(engine: Engine, target: () => Target): Player {
  const own = ownPlaces(engine)
  const baselines = new Map<string, Baseline>()
  const placeMaps = new Map<string, ReadonlyMap<string, Place>>()

  function baselineFor(scenario: Scenario, user: FuzzUser): Baseline {
    const name = `${scenario.id} ${user.index}`
    const known = baselines.get(name)
    if (known !== undefined) return known
    const spot = spotOf(target(), scenario.role)
    const wire = scenario.encode(scenario.ies(user), user, own, spot.identity)
    const { address, port } = engine.places[scenario.from]
    const octets = writeBaseline(wire, { sentBy: `${address}:${port}`, host: hostOf(scenario.from, scenario.systems) })
    const made = baselineOf(octets)
    baselines.set(name, made)
    return made
  }

  const placesFor = (scenario: Scenario): readonly Place[] =>
    placesIn(scenario.id, baselineFor(scenario, userOf(0, scenario.systems)))

  function placeAt(scenario: Scenario): (path: string) => Place | undefined {
    const known = placeMaps.get(scenario.id) ?? new Map(placesFor(scenario).map((place) => [place.path, place]))
    placeMaps.set(scenario.id, known)
    return (path) => known.get(path)
  }

  function octetsOf(one: FuzzCase, index: number, correlation: string) {
    const scenario = scenarioFor(one)
    const user = userOf(index, scenario.systems)
    const other = userOf(mostUsers - 1 - (index === mostUsers - 1 ? 1 : 0), scenario.systems)
    return assemble(baselineFor(scenario, user), placeAt(scenario), one.edits, { user, other, canary: correlation })
  }

  function reaction(scenario: Scenario, user: FuzzUser, correlation: string) {
    return (message: SipMessage, to: EntityRole) => {
      if (scenario.react === undefined) return undefined
      const read = decodeRequest(
        rel18,
        scenario.service,
        scenario.alternative,
        message,
        valuesOf(rel18, scenario.service, {}),
      )
      if ('unrecognised' in read) return undefined
      const callId = header(message, 'Call-ID') ?? ''
      const identity = spotOf(target(), scenario.role).identity
      const answer = scenario.react({ message: read.name, ies: read.ies, callId, to }, user, own, identity)
      if (answer === undefined) return undefined
      const { address, port } = engine.places[answer.from]
      const octets = writeBaseline(answer.wire, {
        sentBy: `${address}:${port}`,
        host: hostOf(answer.from, scenario.systems),
      })
        .toString('latin1')
        .replaceAll(anyCorrelation, correlation)
        .replace('Call-ID: ', `Call-ID: ${reactionPrefix}`)
      return { octets: Buffer.from(octets, 'latin1'), from: answer.from }
    }
  }

  function judged(execution: Execution): Execution {
    const { one, read, expectation, observation } = execution
    const scenario = scenarioFor(one)
    const legs = observation.legs.map((leg) => readLeg(leg, scenario))
    const played: Played = { scenario, read, expectation, observation, legs }
    return { ...execution, complaints: judge(played) }
  }

  const player: Player = {
    places: placesFor,
    assemble: octetsOf,
    play(one, index, done, late) {
      const scenario = scenarioFor(one)
      const user = userOf(index, scenario.systems)
      const correlation = engine.correlation()
      const { octets, without } = octetsOf(one, index, correlation)
      const read = judgeLegality(octets, rel18, scenario.service)
      const expectation = expectationOf(read, scenario, user, {
        port: engine.places[scenario.from].port,
        correlation,
      })
      const fenceCorrelation = expectation.silenceAllowed ? engine.correlation() : undefined
      const spot = spotOf(target(), scenario.role)
      engine.fly(
        {
          octets,
          correlation,
          from: scenario.from,
          target: spot,
          user: index,
          legs: expectation.class === 'accept' ? scenario.legs.length : 0,
          react: reaction(scenario, user, correlation),
          ...(fenceCorrelation !== undefined && {
            fence: fenceOf(engine, scenario, spot, fenceCorrelation),
            fenceCorrelation,
          }),
        },
        (observation) =>
          done(
            judged({ one, octets, correlation, user: index, without, read, expectation, observation, complaints: [] }),
          ),
        late,
      )
    },
    withLate(execution, legs) {
      if (legs.length === 0 || execution.expectation.class !== 'refuse') return execution
      const { observation } = execution
      return judged({ ...execution, observation: { ...observation, legs: [...observation.legs, ...legs] } })
    },
    played: (one, index) => new Promise((resolve) => player.play(one, index, resolve)),
  }
  return player
}

function readLeg({ to, message }: LegMessage, { service }: Scenario): ReadLeg {
  const read = decodeRequest(rel18, service, 'publish', message, valuesOf(rel18, service, {}))
  return 'unrecognised' in read ? { to, message: undefined, ies: {} } : { to, message: read.name, ies: read.ies }
}

const scenarioFor = ({ scenario }: FuzzCase): Scenario => {
  const found = scenarioNamed(scenario)
  if (found === undefined) throw new Error(`no scenario is called ${scenario}`)
  return found
}

function spotOf({ places }: Target, role: EntityRole): Spot {
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

/** A valid OPTIONS (RFC 3261 11), which every element answers at once. */
function fenceOf(engine: Engine, { from }: Scenario, { identity }: Spot, correlation: string): Uint8Array {
  const { address, port } = engine.places[from]
  return Buffer.from(
    [
      `OPTIONS ${identity} SIP/2.0`,
      `Via: SIP/2.0/UDP ${address}:${port};rport;branch=z9hG4bK${correlation}`,
      'Max-Forwards: 70',
      `From: <sip:fence@${address}>;tag=${correlation}`,
      `To: <${identity}>`,
      `Call-ID: ${correlation}@fence.example`,
      'CSeq: 1 OPTIONS',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  )
}
