import { writeFloorControl, type Field, type FloorControlMessage } from '#wire/floor-control'
import { writeRtcp } from '#wire/rtcp'

/** Subtypes of floor control messages (TS 24.380 table 8.2.2.1-1). */
export const floorMessage = {
  request: 0,
  granted: 1,
  taken: 2,
  deny: 3,
  release: 4,
  idle: 5,
  revoke: 6,
  revokeRequest: 7,
  queuePositionRequest: 8,
  queuePositionInfo: 9,
  ack: 10,
  queuedRequests: 14,
} as const

export type FloorMessageName = keyof typeof floorMessage

const names: ReadonlyMap<number, FloorMessageName> = new Map(
  Object.entries(floorMessage).map(([name, subtype]) => [subtype, name as FloorMessageName]),
)

/** `undefined` for messages of other control protocols and for those that the state machines do not know. */
export const floorMessageName = ({ control, subtype }: FloorControlMessage): FloorMessageName | undefined =>
  control === 'MCPT' ? names.get(subtype) : undefined

/** A datagram of one floor control message. */
export function writeFloorMessage(
  name: FloorMessageName,
  ssrc: number,
  fields: readonly Field[],
  acknowledge = false,
): Uint8Array {
  const message = { control: 'MCPT', subtype: floorMessage[name], acknowledge, ssrc, fields } as const
  return writeRtcp([{ kind: 'application', padding: new Uint8Array(0), ...writeFloorControl(message) }])
}

/** Who sends: value of the Source field (8.2.3.12). */
export type FloorSource = 'participant' | 'participating' | 'controlling' | 'non-controlling'

const sourceNumbers: Readonly<Record<FloorSource, number>> = {
  participant: 0,
  participating: 1,
  controlling: 2,
  'non-controlling': 3,
}

/** The answer to a message that asks for an acknowledgement (8.2.13). */
export const writeFloorAck = (message: FloorControlMessage, ssrc: number, source: FloorSource): Uint8Array =>
  writeFloorMessage('ack', ssrc, [
    { field: 'source', value: sourceNumbers[source] },
    { field: 'message-type', value: { value: message.subtype & 0x0f, spare: 0 } },
  ])

/** Bits of the Floor Indicator (8.2.3.15). */
export const floorIndicator = {
  normal: 0x8000,
  emergency: 0x1000,
  imminentPeril: 0x0800,
  queueing: 0x0400,
  multiTalker: 0x0080,
} as const

/** Values of the Queued Floor Requests Purpose (8.2.3.23). */
export const queuedRequestsPurpose = { request: 0, result: 1, notice: 2 } as const
