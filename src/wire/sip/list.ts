import { splitOutside } from './grammar.ts'

/**
 * The values of a comma-separated header field (RFC 3261 7.3.1), trimmed: commas inside quoted strings and
 * angle brackets do not separate. Empty elements stay, so that a stray comma can be seen; an empty value has none.
 */
export function splitList(value: string): readonly string[] {
  return value.trim() === '' ? [] : splitOutside(value, ',')
}
