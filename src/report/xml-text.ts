/**
 * Text as XML 1.0 may carry it: markup escaped, and what no XML document can hold (XML 1.0 clause 2.2: most control
 * characters, lone surrogates, U+FFFE and U+FFFF) written as `\u{..}`, so that nothing is lost to the reader.
 */
export const xmlText = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, (character) =>
      character === '\n' || character === '\t' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')

/** As an attribute value: line ends and tabs survive normalisation (XML 1.0 clause 3.3.3). */
export const xmlAttribute = (text: string): string =>
  xmlText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
