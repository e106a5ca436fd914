import { compactName, longName } from './compact-forms.ts'
import type { HeaderField, SipMessage } from './message.ts'

/** The first field of that name, compact or long, in any letter case. */
export function headerField(message: SipMessage, name: string): HeaderField | undefined {
  const long = longName(name)
  const compact = compactName(long)
  return message.headers.find((field) => isNamed(field.name, long, compact))
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
  const long = longName(name)
  const compact = compactName(long)
  return message.headers.filter((field) => isNamed(field.name, long, compact))
}

function isNamed(name: string, long: string, compact: string | undefined): boolean {
  if (name.length === 1) return name === compact || name.toLowerCase() === (compact ?? long)
  return name.length === long.length && (name === long || name.toLowerCase() === long)
}
