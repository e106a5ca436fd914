import type { ApplicationDefined } from '#wire/rtcp'
import type { Layout } from './field-layouts.ts'
import { fieldNamed } from './fields.ts'
import type { Field, FloorControlMessage } from './floor-control.ts'

/** Numbers from here on have a length of two octets (8.2.3.1). */
const longFields = 192

/**
 * The application-defined packet that carries a message, exactly as asked: fields in their order, each padded with
 * zeros to a multiple of 4 octets (TS 24.380 8.2.3.1). Throws a RangeError when a value is too long for its length, or
 * the message has no field of that name.
 */
export function writeFloorControl(message: FloorControlMessage): ApplicationDefined {
  const { control, subtype, acknowledge, ssrc, fields } = message
  const values = fields.map((field) => valueOf(message, field))
  const data = Buffer.alloc(values.reduce((sum, value) => sum + sizeOf(value), 0))
  let at = 0
  for (const value of values) {
    place(value, data, at)
    at += sizeOf(value)
  }
  return { name: control, subtype: (subtype & 0x0f) | (acknowledge ? 0x10 : 0), ssrc, data }
}

/** What stands in the octets of a field; without a number nothing is put around it. */
interface FieldOctets {
  readonly id: number | undefined
  readonly octets: Uint8Array
}

function valueOf({ control }: FloorControlMessage, field: Field): FieldOctets {
  if (field.field === 'unread') return { id: undefined, octets: field.octets }
  if (field.field === 'unknown') return checked(field.id, field.octets)
  const definition = fieldNamed(control, field.field)
  if (definition === undefined) throw new RangeError(`${control} has no field ${field.field}`)
  return checked(definition.id, (definition.layout as Layout<unknown>).write(field.value))
}

function checked(id: number, octets: Uint8Array): FieldOctets {
  if (octets.length > (id >= longFields ? 0xffff : 0xff))
    throw new RangeError(`field ${id} cannot be ${octets.length} octets long`)
  return { id, octets }
}

const sizeOf = ({ id, octets }: FieldOctets): number =>
  id === undefined ? octets.length : (octets.length + (id >= longFields ? 3 : 2) + 3) & ~3

function place({ id, octets }: FieldOctets, data: Buffer, at: number): void {
  if (id === undefined) return data.set(octets, at)
  data[at] = id
  if (id >= longFields) data.writeUInt16BE(octets.length, at + 1)
  else data[at + 1] = octets.length
  data.set(octets, at + (id >= longFields ? 3 : 2))
}
