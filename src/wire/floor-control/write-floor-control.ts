import type { ApplicationDefined } from '#wire/rtcp'
import type { Layout } from './field-layouts.ts'
import { fieldNamed } from './fields.ts'
import type { Field, FloorControlMessage } from './floor-control.ts'

/**
 * The application-defined packet that carries a message, exactly as asked: fields in their order, each padded with
 * zeros to a multiple of 4 octets (TS 24.380 8.2.3.1). Throws a RangeError when a value is too long for its length, or
 * the message has no field of that name.
 */
export function writeFloorControl(message: FloorControlMessage): ApplicationDefined {
  const { control, subtype, acknowledge, ssrc, fields } = message
  const data = Buffer.concat(fields.map((field) => writeField(message, field)))
  return { name: control, subtype: (subtype & 0x0f) | (acknowledge ? 0x10 : 0), ssrc, data }
}

function writeField({ control }: FloorControlMessage, field: Field): Uint8Array {
  if (field.field === 'unread') return field.octets
  if (field.field === 'unknown') return framed(field.id, field.octets)
  const definition = fieldNamed(control, field.field)
  if (definition === undefined) throw new RangeError(`${control} has no field ${field.field}`)
  return framed(definition.id, (definition.layout as Layout<unknown>).write(field.value))
}

function framed(id: number, value: Uint8Array): Uint8Array {
  const long = id >= 192
  if (value.length > (long ? 0xffff : 0xff)) throw new RangeError(`field ${id} cannot be ${value.length} octets long`)
  const head = long ? Uint8Array.of(id, value.length >> 8, value.length) : Uint8Array.of(id, value.length)
  return Buffer.concat([head, value, Buffer.alloc((4 - ((head.length + value.length) % 4)) % 4)])
}
