import type { Layout } from './field-layouts.ts'
import type { FieldName, FieldValues } from './field-values.ts'
import type { Release } from './message-table.ts'

/** One field of a control message: its number, since when there is one, how it is coded. */
export interface FieldDefinition<Value> {
  readonly id: number
  /** As the specification calls it. */
  readonly title: string
  readonly clause: string
  readonly since: Release
  readonly layout: Layout<Value>
  /** Values with a meaning; any other is reserved. */
  readonly values?: (value: Value) => boolean
}

export type FieldTable<Name extends FieldName> = { readonly [K in Name]: FieldDefinition<FieldValues[K]> }
