import type { FieldName, FieldValues } from './field-values.ts'
import type { ControlName } from './message-table.ts'

/** A control message in an application-defined RTCP packet (TS 24.380 8.1). */
export interface FloorControlMessage {
  readonly control: ControlName
  /** The low four bits of the RTCP subtype: which message it is. */
  readonly subtype: number
  /** The high bit of the RTCP subtype: an acknowledgement is asked for. */
  readonly acknowledge: boolean
  readonly ssrc: number
  /** In order of appearance. */
  readonly fields: readonly Field[]
}

/** A field by its name, or by its number when it is not known or its octets do not fit its layout. */
export type Field =
  | { readonly [K in FieldName]: { readonly field: K; readonly value: FieldValues[K] } }[FieldName]
  | { readonly field: 'unknown'; readonly id: number; readonly octets: Uint8Array }
  /** The end of a message after a length that goes beyond it: kept as it came. */
  | { readonly field: 'unread'; readonly octets: Uint8Array }

/** A rule of TS 24.380 that a message breaks or bends, and where. */
export interface FloorControlDiagnostic {
  readonly rule: string
  readonly clause: string
  readonly severity: 'error' | 'warning'
  /** Octet offset, from where the caller says that the RTCP packet begins. */
  readonly offset: number
  readonly text: string
}

/** The value of the first field of that name. */
export function fieldValue<Name extends FieldName>(
  message: FloorControlMessage,
  name: Name,
): FieldValues[Name] | undefined {
  const found = message.fields.find((one) => one.field === name)
  return found !== undefined && 'value' in found ? (found.value as FieldValues[Name]) : undefined
}
