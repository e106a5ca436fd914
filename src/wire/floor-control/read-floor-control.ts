import type { ApplicationDefined } from '#wire/rtcp'
import { fieldNumbered } from './fields.ts'
import type { Field, FloorControlDiagnostic, FloorControlMessage } from './floor-control.ts'
import { clauses, isControlName, type ControlName } from './message-table.ts'

/** A control message with where its fields stand and what is wrong with their octets. */
export interface FloorControlReading {
  readonly message: FloorControlMessage
  /** Of each field, from its number to the end of its value, padding left out. */
  readonly spans: readonly { readonly start: number; readonly end: number }[]
  readonly diagnostics: readonly FloorControlDiagnostic[]
}

/** Octets of an application-defined packet before its data. */
const headOctets = 12
/** Numbers from here on have a length of two octets (8.2.3.1). */
const longFields = 192

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P|A| subt. |  PT=APP=204   |   length in words, less one   |
// |                             SSRC                              |
// |                  name: MCPT, MCPC, MCMC, ...                  |
// |   field ID    |    length     | value ...                     |  the length in two octets from ID 192 on
// | ... zeros up to the next multiple of 4                        |  and so on, to the end of the packet

/**
 * Reads the control message that an application-defined packet carries; `undefined` when its name is none of TS 24.380 or TS 24.581.
 * Never throws. What cannot be read as its layout says is kept by its number.
 *
 * @param offset where the RTCP packet begins in the datagram: it is added to every offset
 */
export function readFloorControl(packet: ApplicationDefined, offset = 0): FloorControlReading | undefined {
  const { name, subtype, ssrc } = packet
  if (!isControlName(name)) return undefined
  const diagnostics: FloorControlDiagnostic[] = []
  const fields: Field[] = []
  const spans: FloorControlReading['spans'][number][] = []
  const { data: octets } = packet
  const data = Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const start = offset + headOctets
  const coding = clauses[name].fields
  const say = (
    rule: string,
    clause: string,
    at: number,
    text: string,
    severity: 'error' | 'warning' = 'error',
  ): void => {
    diagnostics.push({ rule, clause, severity, offset: start + at, text })
  }
  let at = 0
  while (at < data.length) {
    const id = data[at] ?? 0
    const head = id < longFields ? 2 : 3
    if (at + head > data.length) {
      say('field-truncated', coding, at, `field ${id} ends before its length`)
      break
    }
    const length = head === 2 ? data.readUInt8(at + 1) : data.readUInt16BE(at + 1)
    const end = at + head + length
    if (end > data.length) {
      const left = data.length - at - head
      say('field-length', coding, at + 1, `field ${id} says ${length} octets, ${left} are left`)
      break
    }
    const value = data.subarray(at + head, end)
    const read = readField(name, id, value)
    fields.push(read.field)
    spans.push({ start: start + at, end: start + end })
    if (read.wrong !== undefined) say('field-layout', read.wrong.clause, at, read.wrong.text)
    const next = Math.min(end + ((4 - ((head + length) % 4)) % 4), data.length)
    if (!isZero(data, end, next)) say('field-padding', coding, end, `expected zeros after field ${id}`, 'warning')
    at = next
  }
  // What is left unread after a length that lies is kept, so that nothing of the message is lost.
  if (at < data.length) fields.push({ field: 'unread', octets: Uint8Array.from(data.subarray(at)) })
  const message = { control: name, subtype: subtype & 0x0f, acknowledge: (subtype & 0x10) !== 0, ssrc, fields }
  return { message, spans, diagnostics }
}

function isZero(octets: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (octets[at] !== 0) return false
  return true
}

function readField(
  control: ControlName,
  id: number,
  octets: Buffer,
): { field: Field; wrong?: { clause: string; text: string } } {
  const definition = fieldNumbered(control, id)
  const value = definition?.layout.read(octets)
  if (definition !== undefined && value !== undefined) return { field: { field: definition.name, value } as Field }
  const unknown: Field = { field: 'unknown', id, octets: Uint8Array.from(octets) }
  if (definition === undefined) return { field: unknown }
  const { title, clause, layout } = definition
  return { field: unknown, wrong: { clause, text: `${title}: expected ${layout.shape}, came ${octets.length} octets` } }
}
