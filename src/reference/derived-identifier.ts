import { hash } from 'node:crypto'

/**
 * A token of 24 hexadecimal digits that depends on nothing but its arguments: no counter and no clock is in it, so that
 * the same stimuli give the same octets however the work of several users interleaves.
 */
export const derivedIdentifier = (seed: number, ...words: readonly string[]): string => digest(seed, words).slice(0, 24)

/** A `urn:uuid:` of version 8 (RFC 9562 5.8), as an MC service client identity has it (TS 24.379 4.10). */
export function derivedUuid(seed: number, ...words: readonly string[]): string {
  const hex = digest(seed, words)
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const digest = (seed: number, words: readonly string[]): string => hash('sha256', [seed, ...words].join('\0'))
