import { compactName, longName } from './compact-forms.ts'
import { familyOf } from './header-name.ts'
import type { HeaderName, HeaderValue } from './headers/families.ts'
import type { FieldReading } from './field-reading.ts'
import { MessageReading } from './message-reading.ts'
import type { HeaderField, SipMessage } from './message.ts'

/** The first field of that name, compact or long, in any letter case. */
export function headerField(message: SipMessage, name: string): HeaderField | undefined {
  const family = familyOf(name)
  if (family !== undefined && message instanceof MessageReading) return message.first(family)
  const isNamed = namedAs(name)
  return message.headers.find((field) => isNamed(field.name))
}

/** The first value of that name, `undefined` when the field is absent. A comma-separated value is not split. */
export function header(message: SipMessage, name: string): string | undefined {
  return headerField(message, name)?.value
}

/** The values of all fields of that name, in order. Comma-separated values are not split: see `splitList`. */
export function headers(message: SipMessage, name: string): readonly string[] {
  return headerFields(message, name).map((field) => field.value)
}

/** All fields of that name, in order. */
export function headerFields(message: SipMessage, name: string): readonly HeaderField[] {
  const family = familyOf(name)
  if (family !== undefined && message instanceof MessageReading)
    return message.headers.filter((field) => field.family === family)
  const isNamed = namedAs(name)
  return message.headers.filter((field) => isNamed(field.name))
}

function namedAs(name: string): (name: string) => boolean {
  const long = longName(name)
  const compact = compactName(long)
  return (came) =>
    came.length === 1
      ? came === compact || came.toLowerCase() === (compact ?? long)
      : came.length === long.length && (came === long || came.toLowerCase() === long)
}

/**
 * The typed values of all fields of that name, in order: a list of several fields is one list. What breaks the grammar
 * is left out; the diagnostics tell of it. Read when first asked for, and kept.
 */
export function headerValues<N extends HeaderName>(message: SipMessage, name: N): readonly HeaderValue<N>[] {
  const fields = headerFields(message, name) as readonly FieldReading[]
  const values = fields.length === 1 ? (fields[0]?.values ?? []) : fields.flatMap((field) => field.values)
  return values as readonly HeaderValue<N>[]
}

/** The first typed value of that name; `undefined` when it is absent or breaks the grammar. */
export function headerValue<N extends HeaderName>(message: SipMessage, name: N): HeaderValue<N> | undefined {
  const field = headerField(message, name) as FieldReading | undefined
  return field?.values[0] as HeaderValue<N> | undefined
}
