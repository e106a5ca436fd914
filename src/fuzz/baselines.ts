import { readMessage } from '#wire/sip'
import { baselineOf, writeBaseline, type Baseline } from './baseline.ts'
import { dialogOf, writeInside } from './inside.ts'
import type { Place } from './place.ts'
import { placesOf } from './places.ts'
import { writeAnswer } from './responses.ts'
import { exampleChallenge, withCredentials } from './credentials.ts'
import type { Scenario } from './scenario.ts'
import { hostOf, userOf, type TestedRole, type FuzzUser, type Place as Spot, type Places } from './world.ts'

/** The message of a scenario for one user, and where its parts lie. */
interface Prepared {
  readonly user: FuzzUser
  readonly baseline: Baseline
  readonly placeAt: (path: string) => Place | undefined
}

/** Messages that were encoded once, for each scenario and user. */
export interface Baselines {
  of(scenario: Scenario, user: number): Prepared
  places(scenario: Scenario): readonly Place[]
  /** Octets that were made for one execution alone. */
  made(scenario: Scenario, octets: Buffer): Omit<Prepared, 'user'>
}

export function createBaselines(own: Places, spotOf: (role: TestedRole) => Spot): Baselines {
  const known = new Map<Scenario, Prepared[]>()

  function written(scenario: Scenario, user: FuzzUser, { identity }: Spot): Buffer {
    const wire = scenario.encode(scenario.ies(user), user, own, identity)
    const { address, port } = own[scenario.from]
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

  function exampleOf(scenario: Scenario, user: FuzzUser, spot: Spot): Buffer {
    if (scenario.within !== undefined) return example(scenario, user, spot)
    const octets = written(scenario, user, spot)
    return scenario.challenged === true ? withCredentials(octets, exampleChallenge, user.index) : octets
  }

  function prepared(scenario: Scenario, index: number): Prepared {
    const user = userOf(index, scenario.systems)
    const spot = spotOf(scenario.role)
    const octets = exampleOf(scenario, user, spot)
    return { user, ...baselines.made(scenario, octets) }
  }

  /** By scenario and shape: the places of one message are those of all that look like it. */
  const shapes = new Map<string, Prepared['placeAt']>()

  function placesIn(scenario: Scenario, shape: string, octets: Buffer): Prepared['placeAt'] {
    const name = `${scenario.id} ${shape}`
    const found = shapes.get(name)
    if (found !== undefined) return found
    const places = new Map(placesOf(octets).map((place) => [place.path, place]))
    const placeAt = (path: string): Place | undefined => places.get(path)
    if (shapes.size === mostShapes) shapes.clear()
    shapes.set(name, placeAt)
    return placeAt
  }

  const placeLists = new Map<Scenario, readonly Place[]>()
  const baselines: Baselines = {
    of(scenario, user) {
      let all = known.get(scenario)
      if (all === undefined) known.set(scenario, (all = []))
      return (all[user] ??= prepared(scenario, user))
    },
    places(scenario) {
      const found = placeLists.get(scenario) ?? placesOf(baselines.of(scenario, 0).baseline.octets)
      placeLists.set(scenario, found)
      return found
    },
    made(scenario, octets) {
      const baseline = baselineOf(octets)
      return { baseline, placeAt: placesIn(scenario, shapeOf(baseline), octets) }
    },
  }
  return baselines
}

const mostShapes = 256

/** Where punctuation stands in it. */
const shapeOf = ({ octets }: Baseline): string => octets.toString('latin1').replace(/[A-Za-z0-9]/g, 'x')
