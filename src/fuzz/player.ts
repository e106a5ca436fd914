import { decodeRequest, rel18, valuesOf } from '#bindings'
import { readMessage, type SipMessage } from '#wire/sip'
import { assemble } from './assemble.ts'
import { baselineOf, writeBaseline, type Baseline } from './baseline.ts'
import type { FuzzCase } from './case.ts'
import type { Engine } from './engine.ts'
import { expectationOf, type Expectation } from './expectation.ts'
import { validCase } from './grid.ts'
import { dialogOf, writeInside, type Dialog } from './inside.ts'
import { judge } from './judge.ts'
import { judgeLegality, type Legality } from './legality.ts'
import type { LegMessage, Observation } from './observation.ts'
import type { Envelope } from './options.ts'
import { interferenceOf, outcomeOf } from './operators/index.ts'
import { statusOf, type Complaint, type Played } from './oracle.ts'
import type { Place } from './place.ts'
import { placesOf } from './places.ts'
import { reactionsOf, unaskedReaction } from './reactions.ts'
import { writeAnswer } from './responses.ts'
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
  const placeLists = new Map<string, readonly Place[]>()
  const placeMaps = new Map<string, ReadonlyMap<string, Place>>()

  function baselineFor(scenario: Scenario, user: FuzzUser): Baseline {
    const name = `${scenario.id} ${user.index}`
    const known = baselines.get(name)
    if (known !== undefined) return known
    const spot = spotOf(target(), scenario.role)
    const made = baselineOf(
      scenario.within === undefined ? written(scenario, user, spot) : example(scenario, user, spot),
    )
    baselines.set(name, made)
    return made
  }

  function written(scenario: Scenario, user: FuzzUser, { identity }: Spot): Buffer {
    const wire = scenario.encode(scenario.ies(user), user, own, identity)
    const { address, port } = engine.places[scenario.from]
    return writeBaseline(wire, { sentBy: `${address}:${port}`, host: hostOf(scenario.from, scenario.systems) })
  }

  /** What a message inside a dialog looks like, before there is one. */
  function example({ within, method = 'BYE' }: Scenario, user: FuzzUser, spot: Spot): Buffer {
    const invite = within === undefined ? Buffer.alloc(0) : written(within, user, spot)
    const answer = writeAnswer(
      readMessage(invite),
      { status: 200, reason: 'OK', headers: [['Contact', `<sip:example@${spot.address}:${spot.port}>`]] },
      'example',
    )
    return Buffer.from(writeInside(dialogOf(invite, readMessage(answer)), method))
  }

  function placesFor(scenario: Scenario): readonly Place[] {
    const known = placeLists.get(scenario.id) ?? placesOf(baselineFor(scenario, userOf(0, scenario.systems)).octets)
    placeLists.set(scenario.id, known)
    return known
  }

  /** As most texts are as long for every user, the places of one are those of all; where they are not, a user has places of its own. */
  function placeAt(scenario: Scenario, user: FuzzUser, baseline: Baseline): (path: string) => Place | undefined {
    const first = baselineFor(scenario, userOf(0, scenario.systems))
    const shared = first.octets.length === baseline.octets.length && shapeOf(first) === shapeOf(baseline)
    const name = shared ? scenario.id : `${scenario.id} ${user.index}`
    const known =
      placeMaps.get(name) ??
      new Map((shared ? placesFor(scenario) : placesOf(baseline.octets)).map((place) => [place.path, place]))
    placeMaps.set(name, known)
    return (path) => known.get(path)
  }

  function octetsOf(one: FuzzCase, index: number, correlation: string) {
    const scenario = scenarioFor(one)
    const user = userOf(index, scenario.systems)
    const around = { user, other: otherThan(index, scenario), canary: correlation }
    const baseline = baselineFor(scenario, user)
    const { envelope } = baseline
    return { ...assemble(baseline, placeAt(scenario, user, baseline), one.edits, around), envelope }
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
  }

  function launch({ one, scenario, index, correlation, octets, without, envelope, dialog, done, late }: Launch): void {
    const user = userOf(index, scenario.systems)
    const read = judgeLegality(octets, rel18, scenario.service, scenario.message === undefined)
    const { port } = engine.places[scenario.from]
    const due = expectationOf(read, scenario, user, { port, correlation, envelope, dialog })
    const outcome = outcomeOf(scenario, one)
    const expectation: Expectation =
      outcome.kind === 'same' || due.class === 'refuse'
        ? due
        : { ...due, class: 'any', silenceAllowed: due.silenceAllowed || outcome.kind === 'not granted' }
    const fenceCorrelation =
      expectation.class === 'accept' && !expectation.silenceAllowed ? undefined : engine.correlation()
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
        ...(one.ops.length > 0 && { lingers: true, ...interferenceOf(one, { scenario, octets, unasked }) }),
        ...(fenceCorrelation !== undefined && {
          fence: fenceOf(engine, scenario, spot, fenceCorrelation),
          fenceCorrelation,
          silenceAllowed: due.silenceAllowed,
        }),
      },
      (observation) =>
        done(
          judged({ one, octets, correlation, user: index, without, read, expectation, observation, complaints: [] }),
        ),
      late,
    )
  }

  /** Sets a session up, sends the message inside of it, and ends what is left. */
  function playInside(
    one: FuzzCase,
    scenario: Scenario,
    within: Scenario,
    index: number,
    done: (execution: Execution) => void,
    late: ((what: LegMessage | SipMessage) => void) | undefined,
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
      const places = new Map(placesOf(base).map((place) => [place.path, place]))
      const around = { user, other: otherThan(index, scenario), canary: correlation }
      const baseline = baselineOf(base)
      const { octets, without } = assemble(baseline, (path) => places.get(path), one.edits, around)
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
        octets,
        without,
        envelope: baseline.envelope,
        dialog,
        done: over,
        late,
      })
    })
  }

  const player: Player = {
    places: placesFor,
    assemble: octetsOf,
    play(one, index, done, late) {
      const scenario = scenarioFor(one)
      const correlation = engine.correlation()
      if (scenario.within !== undefined) return playInside(one, scenario, scenario.within, index, done, late)
      launch({ one, scenario, index, correlation, ...octetsOf(one, index, correlation), done, late })
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

/** Somebody else, always the same. */
const otherThan = (index: number, { systems }: Scenario): FuzzUser =>
  userOf(mostUsers - 1 - (index === mostUsers - 1 ? 1 : 0), systems)

/** Where punctuation stands in a baseline. */
const shapeOf = (baseline: Baseline): string => {
  const known = shapes.get(baseline) ?? baseline.octets.toString('latin1').replace(/[A-Za-z0-9]/g, 'x')
  shapes.set(baseline, known)
  return known
}
const shapes = new WeakMap<Baseline, string>()

/** Milliseconds that a call rings: whoever gives it up too early has the time to do so. */
const ringing = 15

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
