import { floorIndicator, type FloorMessageName } from '#stack/media'
import type { Source } from '#verdict'
import type { Find, Leg } from './media-leg.ts'

/** What a communication says of itself by the Floor Indicator, before a party is switched and after it. */
interface Indication {
  /** Whether it is an emergency communication. */
  readonly emergency: boolean
  /** All to whom anything was told of its floor. */
  readonly legs: readonly Leg[]
  /** Whose leg is the new one, and the clock time of that; undefined where nobody was switched since it was last looked at. */
  readonly switched: { readonly to: Leg; readonly at: number } | undefined
}

/** Those that say how the floor is, by name. */
const telling: Readonly<Partial<Record<FloorMessageName, string>>> = {
  granted: 'Floor Granted',
  taken: 'Floor Taken',
  idle: 'Floor Idle',
}

/** What the bits mean. */
const bitsMean: Source = { doc: 'TS 24.380', clause: '8.2.3.15', basis: 'published' }
/** That they are always there where it is an emergency. */
const bitsThere: Source = { doc: 'docs/bindings.md', clause: 'emergency', basis: 'default-binding' }

/** Holds every Floor Granted, Floor Taken and Floor Idle against what the communication is, and forgets them. */
export function judgeIndicators({ emergency, legs, switched }: Indication, find: Find): void {
  const told = legs.flatMap((leg) =>
    leg.indicated.splice(0).map((one) => ({
      ...one,
      role: leg.role,
      isAfter: switched === undefined || leg === switched.to || one.at >= switched.at,
    })),
  )
  for (const after of [false, true]) {
    const wrong = told.find(
      ({ name, bits, isAfter }) =>
        name in telling && isAfter === after && (bits === undefined ? emergency : saysEmergency(bits) !== emergency),
    )
    if (wrong === undefined) continue
    const { name, bits, role } = wrong
    const when = after ? 'after a party was switched as before' : 'before a party is switched'
    find(
      'floor-indicator',
      `the Floor Indicator says what kind of call it is, ${when}`,
      emergency ? 'the bit of an emergency call' : 'no bit of an emergency call',
      `${telling[name]} to the ${role} with ${bits === undefined ? 'no Floor Indicator' : said(bits)}`,
      bits === undefined ? bitsThere : bitsMean,
    )
  }
}

/** Whoever only passes floor control on leaves the Floor Indicator as it is. */
export function judgePassedOn(name: FloorMessageName, sent: number, { indicated }: Leg, find: Find): void {
  const came = indicated.findLast((one) => one.name === name)
  if (came === undefined || came.bits === sent) return
  find(
    'floor-indicator',
    'the Floor Indicator is forwarded as it came',
    said(sent),
    came.bits === undefined ? 'no Floor Indicator' : said(came.bits),
  )
}

const saysEmergency = (bits: number): boolean => (bits & floorIndicator.emergency) !== 0

const said = (bits: number): string => `0x${bits.toString(16).padStart(4, '0')}`
