import {
  dispositionId,
  dispositions,
  elementIds,
  maximalElements,
  messageTypes,
  type DataDiagnostic,
  type DataMessage,
  type DataReading,
  type Disposition,
  type OtherElement,
  type Payload,
} from './data-message.ts'

type Kind = DataMessage['kind']

const typeMask = 0x3f

/**
 * Reads an SDS SIGNALLING PAYLOAD or a DATA PAYLOAD (TS 24.282 15.1). Never throws. `offset` is where the octets begin in
 * what they came in: offsets of diagnostics count from there.
 */
export function readDataMessage(octets: Uint8Array, kind: Kind, offset = 0): DataReading {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const diagnostics: DataDiagnostic[] = []
  const report: Report = (rule, clause, at, text) => diagnostics.push({ rule, clause, text, offset: offset + at })
  const [type] = bytes
  const wanted = messageTypes[kind]
  if (type === undefined || (type & typeMask) !== wanted) {
    report('message-type', '15.2.2', 0, `expected message type ${hex(wanted)}, came ${hex(type)}`)
    return { diagnostics }
  }
  const message = kind === 'sds-signalling' ? readSignalling(bytes, report) : readPayloads(bytes, report)
  diagnostics.sort((one, other) => one.offset - other.offset)
  return message === undefined ? { diagnostics } : { message, diagnostics }
}

type Report = (rule: DataDiagnostic['rule'], clause: string, at: number, text: string) => void

const hex = (octet: number | undefined): string =>
  octet === undefined ? 'nothing' : `0x${octet.toString(16).padStart(2, '0')}`

const mandatory = 1 + 5 + 16 + 16

function readSignalling(bytes: Buffer, report: Report): DataMessage | undefined {
  if (bytes.length < mandatory) {
    report('truncated', '15.1.2', bytes.length, `expected ${mandatory} octets at least, came ${bytes.length}`)
    return undefined
  }
  let inReplyTo: string | undefined
  let applicationId: number | undefined
  let disposition: Disposition | undefined
  const others: OtherElement[] = []
  const seen = new Set<number>()
  for (const { id, value, at } of elementsOf(bytes, mandatory, '15.1.2', report)) {
    if (seen.has(id)) {
      report('element-twice', '15.1.2', at, `element ${hex(id)} came again`)
      continue
    }
    seen.add(id)
    if (id === elementIds.inReplyTo) inReplyTo = uuidOf(value)
    else if (id === elementIds.applicationId) applicationId = value[0]
    else if (id === dispositionId << 4) {
      disposition = dispositionOf(value[0])
      if (disposition === undefined)
        report('disposition', '15.2.3', at, `expected disposition 1, 2 or 3, came ${value[0]}`)
    } else others.push({ id, value })
  }
  return {
    kind: 'sds-signalling',
    dateTime: bytes.readUIntBE(1, 5),
    conversationId: uuidOf(bytes.subarray(6, 22)),
    messageId: uuidOf(bytes.subarray(22, 38)),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(applicationId === undefined ? {} : { applicationId }),
    ...(disposition === undefined ? {} : { disposition }),
    others,
  }
}

const dispositionOf = (value: number | undefined): Disposition | undefined =>
  (Object.keys(dispositions) as Disposition[]).find((name) => dispositions[name] === value)

function readPayloads(bytes: Buffer, report: Report): DataMessage | undefined {
  const count = bytes[1]
  if (count === undefined) {
    report('truncated', '15.1.4', bytes.length, 'expected the number of payloads')
    return undefined
  }
  const payloads: Payload[] = []
  for (const { id, value, at } of elementsOf(bytes, 2, '15.1.4', report)) {
    const [contentType] = value
    if (id !== elementIds.payload) report('element', '15.1.4', at, `expected element 0x78, came ${hex(id)}`)
    else if (contentType === undefined) report('truncated', '15.2.13', at, 'expected a content type')
    else payloads.push({ contentType, data: value.subarray(1) })
  }
  if (payloads.length !== count)
    report('payload-count', '15.1.4', 1, `expected ${count} payloads, came ${payloads.length}`)
  return { kind: 'data-payload', payloads }
}

interface FoundElement {
  readonly id: number
  readonly value: Buffer
  readonly at: number
}

/** The optional elements. Of one that is not known its identifier says how long it is (TS 24.007 11.2.4). */
function elementsOf(bytes: Buffer, from: number, clause: string, report: Report): readonly FoundElement[] {
  const found: FoundElement[] = []
  let at = from
  while (at < bytes.length) {
    if (found.length === maximalElements) {
      report('limit', clause, at, `more than ${maximalElements} elements`)
      return found
    }
    const octet = bytes[at] ?? 0
    if (octet >= 0x80) {
      found.push({ id: octet & 0xf0, value: Buffer.from([octet & 0x0f]), at })
      at += 1
      continue
    }
    const { head, length } = extent(bytes, at, octet)
    const end = at + head + length
    if (end > bytes.length) {
      report('truncated', clause, at, `element ${hex(octet)} ends ${end - bytes.length} octets after the message`)
      return found
    }
    found.push({ id: octet, value: bytes.subarray(at + head, end), at })
    at = end
  }
  return found
}

/** Octets before the value, and of the value. */
function extent(bytes: Buffer, at: number, id: number): { readonly head: number; readonly length: number } {
  if (id === elementIds.inReplyTo) return { head: 1, length: 16 }
  if (id === elementIds.applicationId) return { head: 1, length: 1 }
  // Every other element of TS 24.282 15.1 has a length of two octets.
  return { head: 3, length: at + 3 <= bytes.length ? bytes.readUInt16BE(at + 1) : 0 }
}

function uuidOf(octets: Uint8Array): string {
  const text = Buffer.from(octets).toString('hex')
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
}
