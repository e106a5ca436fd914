import { rel18 } from '#bindings'
import type { SipMessage } from '#wire/sip'
import type { FuzzCase } from './case.ts'
import type { Engine } from './engine.ts'
import type { Execution } from './execution.ts'
import { expectationOf, type Expectation } from './expectation.ts'
import { optionsFence, type Fence } from './fence.ts'
import type { Dialog } from './inside.ts'
import { judge } from './judge.ts'
import { judgeLegality } from './legality.ts'
import type { LegMessage } from './observation.ts'
import { answersDue, interferenceOf, isAnsweredAgain, outcomeOf } from './operators/index.ts'
import type { Envelope } from './options.ts'
import type { Played } from './oracle.ts'
import { reactionsOf, unaskedReaction } from './reactions.ts'
import { readRequest } from './read-request.ts'
import type { ReadLeg, Scenario } from './scenario.ts'
import { userOf, type Place as Spot, type Places, type TestedRole } from './world.ts'

/** A case that is to be played by a user, and who is told. */
export interface Playing {
  readonly one: FuzzCase
  readonly scenario: Scenario
  readonly index: number
  readonly done: (execution: Execution) => void
  readonly late: ((what: LegMessage | SipMessage) => void) | undefined
  /** Called when the message of the case itself has left: what must come before it may take its time. */
  readonly left: (() => void) | undefined
}

/** The message of a case as it leaves. */
export interface Departing {
  readonly correlation: string
  readonly octets: Uint8Array
  /** Edits that changed nothing. */
  readonly without: readonly number[]
  readonly envelope: Envelope
  readonly dialog?: Dialog
}

/** Sends the message of a case, with everything that the tester does behind it, and judges what comes of it. */
export function createLaunch(
  engine: Engine,
  own: Places,
  spotFor: (role: TestedRole) => Spot,
): (playing: Playing, departing: Departing) => void {
  const fences = new Map<Scenario, Fence>()

  function fenceFor(scenario: Scenario, { identity }: Spot): Fence {
    const fence = fences.get(scenario) ?? optionsFence(engine.places[scenario.from], identity)
    fences.set(scenario, fence)
    return fence
  }

  return ({ one, scenario, index, done, late, left }, { correlation, octets, without, envelope, dialog }) => {
    const user = userOf(index, scenario.systems)
    const read = judgeLegality(octets, rel18, scenario.service, scenario.message === undefined)
    const { port } = engine.places[scenario.from]
    const due = expectationOf(read, scenario, user, { port, correlation, envelope, dialog })
    const expectation = disturbed(due, scenario, one)
    const isFenced = expectation.class !== 'accept' || expectation.silenceAllowed
    const spot = spotFor(scenario.role)
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
        ...(engine.lure.isNamedIn(octets) && { lingers: true }),
        ...(one.ops.length > 0 && {
          lingers: true,
          awaited: answersDue(scenario, one) + (isAnsweredAgain(scenario, one) ? 1 : 0),
          ...interferenceOf(one, { scenario, octets, unasked }),
        }),
        ...(isFenced && { fence: fenceFor(scenario, spot), hopeless: due.hopeless === true }),
      },
      (observation) =>
        done(
          judged(
            { one, octets, correlation, user: index, without, read, expectation, observation, complaints: [] },
            scenario,
          ),
        ),
      expectation.class === 'refuse' ? late : undefined,
    )
    left?.()
  }
}

/** What is due of the octets, where operations change what comes of them. */
function disturbed(due: Expectation, scenario: Scenario, one: FuzzCase): Expectation {
  const outcome = one.ops.length === 0 ? undefined : outcomeOf(scenario, one)
  if (outcome === undefined || outcome.kind === 'same' || due.class === 'refuse') return due
  return { ...due, class: 'any', silenceAllowed: due.silenceAllowed || outcome.kind === 'not granted' }
}

/** The same execution, judged by what was observed. */
export function judged(execution: Execution, scenario: Scenario): Execution {
  const { one, read, expectation, observation } = execution
  const legs = observation.legs.map((leg) => readLeg(leg, scenario))
  const played: Played = { one, scenario, read, expectation, observation, legs }
  return { ...execution, complaints: judge(played) }
}

function readLeg({ to, message }: LegMessage, { service, alternative }: Scenario): ReadLeg {
  const read = readRequest(message, service, alternative)
  return 'unrecognised' in read ? { to, message: undefined, ies: {} } : { to, message: read.name, ies: read.ies }
}

/** Milliseconds that a call rings: whoever gives it up too early has the time to do so. */
const ringing = 15
