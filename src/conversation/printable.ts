/**
 * Text from outside as one line that a terminal cannot act upon: control characters, the C1 set, line separators and
 * the characters that reorder text are shown as escapes (ECMA-48 5.3, Unicode UAX #9).
 */
export const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )

/** At most `width` characters of printable text; what is cut is said. */
export function shortened(text: string, width: number): string {
  const shown = printable(text.slice(0, width * 2))
  return shown.length <= width && text.length <= width * 2 ? shown : `${shown.slice(0, Math.max(1, width - 3))}...`
}
