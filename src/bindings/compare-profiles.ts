import type { Alternative, Binding, Mapping, Profile } from './binding.ts'
import { valuesOf, type ProfileValues } from './profile-values.ts'
import { bindingsOf } from './rel-18.ts'
import { services, type Service } from './service.ts'

/** Something that two profiles have otherwise; absent where one of them does not have it. */
interface Difference {
  readonly one?: string
  readonly other?: string
}

/** What is otherwise about one information element. */
interface ElementDifference extends Difference {
  readonly ie: string
  readonly about: 'carried in' | 'status' | 'meaning' | 'source'
}

/** What is otherwise about one stage-2 message in one service. */
export interface MessageDifference {
  readonly message: string
  readonly service: Service
  /** Those of the alternatives of service authorization in which it differs; of a call message both. */
  readonly alternatives: readonly Alternative[]
  /** What carries it, where that differs. */
  readonly wire?: Difference
  readonly elements: readonly ElementDifference[]
}

interface ValueDifference extends Difference {
  readonly value: string
}

export interface ProfileComparison {
  readonly one: string
  readonly other: string
  readonly messages: readonly MessageDifference[]
  /** Values that both leave to the configuration, with other defaults. */
  readonly values: readonly ValueDifference[]
}

/** Compares two profiles by service, message and information element. */
export function compareProfiles(one: Profile, other: Profile): ProfileComparison {
  const names = Object.keys(one.values) as (keyof ProfileValues)[]
  return {
    one: one.name,
    other: other.name,
    messages: (Object.keys(services) as Service[]).flatMap((service) => compareService(one, other, service)),
    values: names
      .filter((value) => one.values[value] !== other.values[value])
      .map((value) => ({ value, one: String(one.values[value]), other: String(other.values[value]) })),
  }
}

const alternatives = ['publish', 'register'] as const satisfies readonly Alternative[]

function compareService(one: Profile, other: Profile, service: Service): readonly MessageDifference[] {
  const found = new Map<string, MessageDifference>()
  for (const alternative of alternatives) {
    const [ours, theirs] = [one, other].map((profile) => bindingsOf(profile, service, alternative))
    const messages = new Set([...(ours ?? []), ...(theirs ?? [])].map(({ message }) => message))
    for (const message of messages) {
      const [left, right] = [ours, theirs].map((bindings) => bindings?.find((each) => each.message === message))
      const values = [valuesOf(one, service), valuesOf(other, service)] as const
      const compared = compareBindings(left, right, values)
      if (compared === undefined) continue
      const key = JSON.stringify([message, compared])
      const known = found.get(key)
      found.set(key, {
        message,
        service,
        alternatives: [...(known?.alternatives ?? []), alternative],
        ...compared,
      })
    }
  }
  return [...found.values()]
}

function compareBindings(
  one: Binding | undefined,
  other: Binding | undefined,
  [ours, theirs]: readonly [ProfileValues, ProfileValues],
): Pick<MessageDifference, 'wire' | 'elements'> | undefined {
  const wire = difference(one?.summary, other?.summary)
  const elements = compareElements(one?.mappings(ours) ?? [], other?.mappings(theirs) ?? [])
  return wire === undefined && elements.length === 0 ? undefined : { ...(wire === undefined ? {} : { wire }), elements }
}

const aspects = {
  'carried in': ({ carriedIn }: Mapping) => carriedIn,
  status: ({ status }: Mapping) => status,
  meaning: ({ meaning }: Mapping) => meaning,
  source: ({ source }: Mapping) => `${source.doc} ${source.clause}, ${source.basis}`,
} as const

function compareElements(ours: readonly Mapping[], theirs: readonly Mapping[]): readonly ElementDifference[] {
  const ies = new Set([...ours, ...theirs].map(({ ie }) => ie))
  return [...ies].flatMap((ie) => {
    const [one, other] = [ours, theirs].map((mappings) => mappings.find((each) => each.ie === ie))
    const abouts = Object.keys(aspects) as (keyof typeof aspects)[]
    return abouts.flatMap((about) => {
      const found = difference(one && aspects[about](one), other && aspects[about](other))
      return found === undefined ? [] : [{ ie, about, ...found }]
    })
  })
}

function difference(one: string | undefined, other: string | undefined): Difference | undefined {
  if (one === other) return undefined
  return { ...(one === undefined ? {} : { one }), ...(other === undefined ? {} : { other }) }
}
