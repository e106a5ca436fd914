import * as layouts from './field-layouts.ts'
import type { FieldDefinition, FieldTable } from './field-definition.ts'
import type { FieldName } from './field-values.ts'

const field = <Value>(
  id: number,
  title: string,
  layout: layouts.Layout<Value>,
  values?: (value: Value) => boolean,
): FieldDefinition<Value> => ({ id, title, clause: 'TS 24.581 9.2.3', since: 14, layout, ...(values && { values }) })

const upTo =
  (largest: number) =>
  (value: number): boolean =>
    value <= largest

/** Transmission control specific fields (TS 24.581 9.2.3); those that floor control has too are coded as there. */
export const transmissionFields = {
  'transmission-priority': field(0, 'Transmission Priority', layouts.octetAndSpare),
  duration: field(1, 'Duration', layouts.number16),
  'reject-cause': field(2, 'Reject Cause', layouts.rejectCause),
  'queue-info': field(3, 'Queue Info', layouts.queueInfo),
  'transmitting-user': field(4, 'User ID of the Transmitting User', layouts.text),
  permission: field(5, 'Permission to Request the Transmission', layouts.number16, upTo(1)),
  'user-id': field(6, 'User ID', layouts.text),
  'queue-size': field(7, 'Queue Size', layouts.number16),
  'message-sequence-number': field(8, 'Message Sequence Number', layouts.number16),
  'queued-user-id': field(9, 'Queued User ID', layouts.text),
  source: field(10, 'Source', layouts.number16, upTo(3)),
  'track-info': field(11, 'Track Info', layouts.trackInfo, ({ queueing }) => queueing <= 1),
  'message-type': field(12, 'Message Type', layouts.octetAndSpare, ({ value }) => value < 0x10),
  // The first five bits mean what those of the Floor Indicator do (TS 24.380 8.2.3.15).
  'transmission-indicator': field(13, 'Transmission Indicator', layouts.number16),
  'audio-ssrc': field(14, 'Audio SSRC', layouts.sourceAndSpare),
  result: field(15, 'Result', layouts.number16, upTo(1)),
  'message-name': field(16, 'Message Name', layouts.text, (name) => /^[\x20-\x7e]{4}$/.test(name)),
  'overriding-id': field(17, 'Overriding ID', layouts.text),
  'overridden-id': field(18, 'Overridden ID', layouts.text),
  'reception-priority': field(19, 'Reception Priority', layouts.octetAndSpare),
  'group-identity': field(20, 'Group ID', layouts.text),
  'functional-alias': field(21, 'Functional Alias', layouts.text),
  'reception-mode': field(22, 'Reception Mode', layouts.number16, upTo(1)),
  'video-ssrc': field(23, 'Video SSRC', layouts.sourceAndSpare),
} as const satisfies Partial<FieldTable<FieldName>>
