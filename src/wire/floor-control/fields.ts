import type { FieldDefinition, FieldTable } from './field-definition.ts'
import * as layouts from './field-layouts.ts'
import type { FieldName, FieldValues } from './field-values.ts'
import { location, locations } from './location.ts'
import type { ControlName, Release } from './message-table.ts'
import { transmissionFields } from './transmission-fields.ts'

const field = <Value>(
  id: number,
  title: string,
  since: Release,
  layout: layouts.Layout<Value>,
  values?: (value: Value) => boolean,
): FieldDefinition<Value> => ({
  id,
  title,
  since,
  layout,
  // Clause 8.2.3.1 is general, the fields follow in the order of their numbers.
  clause: `TS 24.380 8.2.3.${id + 2}`,
  ...(values && { values }),
})

const upTo =
  (largest: number) =>
  (value: number): boolean =>
    value <= largest

/** Floor control specific fields (TS 24.380 8.2.3). */
const floorFields = {
  'floor-priority': field(0, 'Floor Priority', 13, layouts.octetAndSpare),
  duration: field(1, 'Duration', 13, layouts.number16),
  'reject-cause': field(2, 'Reject Cause', 13, layouts.rejectCause),
  'queue-info': field(3, 'Queue Info', 13, layouts.queueInfo),
  'granted-party': field(4, "Granted Party's Identity", 13, layouts.text),
  permission: field(5, 'Permission to Request the Floor', 13, layouts.number16, upTo(1)),
  'user-id': field(6, 'User ID', 13, layouts.text),
  'queue-size': field(7, 'Queue Size', 13, layouts.number16),
  'message-sequence-number': field(8, 'Message Sequence Number', 13, layouts.number16),
  'queued-user-id': field(9, 'Queued User ID', 13, layouts.text),
  source: field(10, 'Source', 13, layouts.number16, upTo(3)),
  'track-info': field(11, 'Track Info', 13, layouts.trackInfo, ({ queueing }) => queueing <= 1),
  // The bit that asks for an acknowledgement is 0 in it.
  'message-type': field(12, 'Message Type', 13, layouts.octetAndSpare, ({ value }) => value < 0x10),
  // The last seven bits have no meaning yet.
  'floor-indicator': field(13, 'Floor Indicator', 13, layouts.number16, (bits) => (bits & 0x7f) === 0),
  ssrc: field(14, 'SSRC', 13, layouts.sourceAndSpare),
  'granted-users': field(15, 'List of Granted Users', 15, layouts.texts),
  ssrcs: field(16, 'List of SSRCs', 15, layouts.sourceList),
  'functional-alias': field(17, 'Functional Alias', 15, layouts.text),
  'functional-aliases': field(18, 'List of Functional Aliases', 15, layouts.texts),
  location: field(19, 'Location', 15, location),
  locations: field(20, 'List of Locations', 15, locations),
  'queued-requests-purpose': field(21, 'Queued Floor Requests Purpose', 17, layouts.number16, upTo(2)),
  'queued-users': field(22, 'List of Queued Users', 17, layouts.texts),
  'response-state': field(23, 'Response State', 17, layouts.number16),
  'media-flow-control': field(24, 'Media Flow Control Indicator', 17, layouts.octetAndSpare),
  'revoke-request-user-id': field(25, 'Floor Revoke Request User ID', 19, layouts.text),
} as const satisfies Partial<FieldTable<FieldName>>

const elsewhere = <Value>(
  id: number,
  title: string,
  clause: string,
  layout: layouts.Layout<Value>,
  values?: (value: Value) => boolean,
): FieldDefinition<Value> => ({
  id,
  title,
  clause: `TS 24.380 ${clause}`,
  since: 13,
  layout,
  ...(values && { values }),
})

const sessionTypes = new Set([0, 1, 3, 4])

/** Pre-established session call control specific fields (8.3). */
const callFields = {
  'media-streams': elsewhere(0, 'Media Streams', '8.3', layouts.plain),
  'session-identity': elsewhere(1, 'MCPTT Session Identity', '8.3', layouts.sessionIdentity, ({ sessionType }) =>
    sessionTypes.has(sessionType),
  ),
  'warning-text': elsewhere(2, 'Warning Text', '8.3', layouts.text),
  'group-identity': elsewhere(3, 'MCPTT Group Identity', '8.3', layouts.text),
  'answer-state': elsewhere(4, 'Answer State', '8.3', layouts.number16, upTo(1)),
  'inviting-user': elsewhere(5, 'Inviting MCPTT User Identity', '8.3', layouts.text),
  'reason-code': elsewhere(6, 'Reason Code', '8.3', layouts.number16, upTo(2)),
} as const satisfies Partial<FieldTable<FieldName>>

/** MBMS subchannel control specific fields (8.4). */
const bearerFields = {
  subchannel: elsewhere(0, 'MBMS Subchannel', '8.4', layouts.subchannel, ({ version }) => version <= 1),
  tmgi: elsewhere(1, 'TMGI', '8.4', layouts.plain),
  'group-identity': elsewhere(3, 'MCPTT Group ID', '8.4', layouts.text),
} as const satisfies Partial<FieldTable<FieldName>>

type AnyDefinition = { [K in FieldName]: { readonly name: K } & FieldDefinition<FieldValues[K]> }[FieldName]

const numbered = (table: Partial<FieldTable<FieldName>>): ReadonlyMap<number, AnyDefinition> =>
  new Map(Object.entries(table).map(([name, one]) => [one.id, { name, ...one } as AnyDefinition]))

const call = numbered(callFields)
const bearer = numbered(bearerFields)
const transmission = numbered(transmissionFields)
const tables: Readonly<Record<ControlName, ReadonlyMap<number, AnyDefinition>>> = {
  MCPT: numbered(floorFields),
  MCPC: call,
  MCMC: bearer,
  MCCP: bearer,
  MCV0: transmission,
  MCV1: transmission,
  MCV2: transmission,
}

/** What is known of a field by its number. */
export const fieldNumbered = (control: ControlName, id: number): AnyDefinition | undefined => tables[control].get(id)

const named: Readonly<Record<ControlName, ReadonlyMap<FieldName, AnyDefinition>>> = {
  MCPT: byName(tables.MCPT),
  MCPC: byName(call),
  MCMC: byName(bearer),
  MCCP: byName(bearer),
  MCV0: byName(transmission),
  MCV1: byName(transmission),
  MCV2: byName(transmission),
}

/** What is known of a field by its name. */
export const fieldNamed = (control: ControlName, name: FieldName): AnyDefinition | undefined => named[control].get(name)

function byName(table: ReadonlyMap<number, AnyDefinition>): ReadonlyMap<FieldName, AnyDefinition> {
  return new Map([...table.values()].map((one) => [one.name, one]))
}
