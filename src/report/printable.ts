/**
 * Text from outside as one line that a terminal cannot act upon: control characters, the C1 set, line separators and
 * the characters that reorder text are shown as escapes. Source: ECMA-48 5.3 (C0, C1), Unicode UAX #9 (bidi controls).
 */
export const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- these are the characters meant
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    switch (code) {
      case 9:
        return '\\t'
      case 10:
        return '\\n'
      case 13:
        return '\\r'
      default:
        return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
    }
  })

/** At most `width` characters of printable text; what is cut is said. */
export function shortened(text: string, width: number): string {
  const shown = printable(text.length > width * 2 ? text.slice(0, width * 2) : text)
  return shown.length <= width && text.length <= width * 2 ? shown : `${shown.slice(0, Math.max(1, width - 3))}...`
}
