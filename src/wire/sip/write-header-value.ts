import { families, type HeaderName } from './headers/families.ts'
import type { Family } from './header-family.ts'

/** What is written into a field of that name: what its reader gives out, or the same composed by hand. */
type WrittenValue<N extends HeaderName> =
  (typeof families)[N] extends Family<infer R, infer T> ? (unknown extends T ? R : T) : never

/** One value of a header field as it is written: `writeHeaderValue('Session-Expires', { seconds: 90, ... })`. A list is joined with commas. */
export function writeHeaderValue<N extends HeaderName>(name: N, ...values: readonly WrittenValue<N>[]): string {
  const family: Family = families[name]
  return values.map((value) => family.write(value)).join(', ')
}
