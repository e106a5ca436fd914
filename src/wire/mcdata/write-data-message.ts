import {
  dispositionId,
  dispositions,
  elementIds,
  messageTypes,
  type DataPayload,
  type OtherElement,
  type SdsSignalling,
} from './data-message.ts'

/**
 * Writes an SDS SIGNALLING PAYLOAD:
 *
 *     | type 1 | date and time 5 | conversation id 16 | message id 16 | optional elements |
 *
 * Throws a RangeError for an identifier that is no UUID, or a time or an element that does not fit.
 */
export function writeSdsSignalling(message: SdsSignalling): Uint8Array {
  const { dateTime, conversationId, messageId, inReplyTo, applicationId, disposition, others } = message
  const time = Buffer.alloc(5)
  time.writeUIntBE(dateTime, 0, 5)
  return Buffer.concat([
    Buffer.from([messageTypes['sds-signalling']]),
    time,
    uuid(conversationId),
    uuid(messageId),
    ...(inReplyTo === undefined ? [] : [Buffer.from([elementIds.inReplyTo]), uuid(inReplyTo)]),
    ...(applicationId === undefined ? [] : [Buffer.from([elementIds.applicationId, applicationId])]),
    ...(disposition === undefined ? [] : [Buffer.from([(dispositionId << 4) | dispositions[disposition]])]),
    ...others.map(otherElement),
  ])
}

/** Writes a DATA PAYLOAD: `| type 1 | number of payloads 1 | 0x78, length 2, content type 1, data |...`. */
export function writeDataPayload({ payloads }: DataPayload): Uint8Array {
  const elements = payloads.flatMap(({ contentType, data }) => [
    lengthened(elementIds.payload, data.length + 1),
    Buffer.from([contentType]),
    data,
  ])
  if (payloads.length > 255) throw new RangeError(`${payloads.length} payloads: there is room for 255`)
  return Buffer.concat([Buffer.from([messageTypes['data-payload'], payloads.length]), ...elements])
}

/** An identifier with a length of two octets (TLV-E, TS 24.007 11.2.1.1). */
function lengthened(id: number, length: number): Buffer {
  const head = Buffer.from([id, 0, 0])
  head.writeUInt16BE(length, 1)
  return head
}

const otherElement = ({ id, value }: OtherElement): Buffer =>
  id >= 0x80
    ? Buffer.from([(id & 0xf0) | ((value[0] ?? 0) & 0x0f)])
    : Buffer.concat([lengthened(id, value.length), value])

function uuid(text: string): Buffer {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw new RangeError(`no UUID: ${text}`)
  return Buffer.from(text.replaceAll('-', ''), 'hex')
}
