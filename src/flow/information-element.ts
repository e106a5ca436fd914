import type { Basis } from './source.ts'
import type { Condition } from './condition.ts'

/** The Status column of a 3GPP information-flow table. */
export type Status = 'M' | 'O' | 'C'

/**
 * What an information element is. `malformed` and `foreign` name the ways in which a value of this kind can be wrong:
 * not well formed, or well formed and belonging to nobody here. Every negative case comes from this table.
 */
export const kinds = {
  mcServiceId: {
    title: 'MC service ID',
    malformed: { garbled: 'not a URI' },
    foreign: { stranger: 'a well-formed identity that belongs to nobody here' },
  },
  systemId: {
    title: 'MC system identity',
    malformed: { garbled: 'not a domain name' },
    foreign: { stranger: 'an MC system that nobody here knows' },
  },
  serverId: {
    title: 'MC service server identity',
    malformed: { garbled: 'not a URI' },
    foreign: { stranger: 'an MC service server that nobody here knows' },
  },
  credentials: {
    title: 'authorization credentials',
    malformed: { garbled: 'not an access token' },
    foreign: {
      otherUser: 'issued to another user',
      otherAudience: 'issued for another audience',
      otherIssuer: 'issued by somebody else',
      otherService: 'issued for another MC service',
      expired: 'expired',
      forged: 'with a signature that does not verify',
      unsigned: 'not signed at all',
    },
  },
  groupId: {
    title: 'MC service group ID',
    malformed: { garbled: 'not a URI' },
    foreign: {
      stranger: 'a group that nobody here knows',
      notMember: 'a group of which the MC service user is no member',
    },
  },
  result: { title: 'result', malformed: { garbled: 'neither accepted nor refused' }, foreign: {} },
  profileIndex: { title: 'user profile index', malformed: { garbled: 'not a number' }, foreign: {} },
  securityDomain: { title: 'security domain information', malformed: { garbled: 'not a URI' }, foreign: {} },
  /** Something that is asked for by being there at all. */
  indication: { title: 'indication', malformed: {}, foreign: {} },
  reason: { title: 'reason', malformed: { garbled: 'no reason the specification has' }, foreign: {} },
} as const satisfies Record<string, IeKindDeclaration>

interface IeKindDeclaration {
  readonly title: string
  readonly malformed: Readonly<Record<string, string>>
  readonly foreign: Readonly<Record<string, string>>
}

export type IeKind = keyof typeof kinds
export const kindOf = (kind: IeKind): IeKindDeclaration => kinds[kind]

/** One row of a stage-2 information-flow table. */
export interface Ie<K extends IeKind = IeKind, S extends Status = Status> {
  readonly kind: K
  readonly status: S
  readonly describes: string
  /** A conditional element is present exactly when this holds. */
  readonly when?: Condition
  /** Where the row comes from, when it is weaker than the message's own source. */
  readonly basis?: Basis
  /** Ways in which it can be wrong here, besides those of its kind. */
  readonly malformed?: Readonly<Record<string, string>>
}
export type Ies = Readonly<Record<string, Ie>>

interface Row {
  readonly basis?: Basis
  readonly malformed?: Readonly<Record<string, string>>
}

/** In how many ways an element can be malformed, and what each of them is. */
export const malformedWays = ({ kind, malformed }: Ie): Readonly<Record<string, string>> => ({
  ...kindOf(kind).malformed,
  ...malformed,
})

/** A mandatory element. */
export const M = <const K extends IeKind>(kind: K, describes: string, row: Row = {}): Ie<K, 'M'> => ({
  kind,
  status: 'M',
  describes,
  ...row,
})

/** An optional element: leaving it out must still succeed. */
export const O = <const K extends IeKind>(kind: K, describes: string, row: Row = {}): Ie<K, 'O'> => ({
  kind,
  status: 'O',
  describes,
  ...row,
})

/** A conditional element: present exactly when the condition of the world holds. */
export const C = <const K extends IeKind>(kind: K, describes: string, when: Condition, row: Row = {}): Ie<K, 'C'> => ({
  kind,
  status: 'C',
  describes,
  when,
  ...row,
})
