/** Characters that XML 1.0 2.2 allows nowhere, and those that turn the direction of what follows. */
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]|\p{Surrogate}/gu

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as content or attribute value of XML. */
export const escaped = (text: string): string =>
  text.replace(unprintable, '\uFFFD').replace(/[&<>"]/g, (mark) => entities[mark] ?? mark)

/** Width of a character as a part of the font size: on the wide side, for any sans-serif the viewer may have. */
const widthOf = (character: string): number => {
  if (/[ijl.,:;'|!]/.test(character)) return 0.3
  if (/[ \u00A0frt()[\]-]/.test(character)) return 0.38
  if (/[mwMW@%]/.test(character)) return 0.9
  if (/[A-Z]/.test(character)) return 0.7
  return character > '\u2000' ? 1 : 0.56
}

export const textWidth = (text: string, fontSize: number): number =>
  Array.from(text).reduce((width, character) => width + widthOf(character), 0) * fontSize

/** The text in lines no wider than this, broken at plain spaces. A word that is wider is cut and stands alone. */
export function wrapped(text: string, width: number, fontSize: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/[ \t\n]+/).filter((one) => one !== '')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (textWidth(longer, fontSize) <= width) line = longer
    else {
      if (line !== '') lines.push(line)
      line = cut(word, width, fontSize)
    }
  }
  return line === '' ? lines : [...lines, line]
}

function cut(word: string, width: number, fontSize: number): string {
  if (textWidth(word, fontSize) <= width) return word
  const characters = Array.from(word)
  while (characters.length > 1 && textWidth(`${characters.join('')}…`, fontSize) > width) characters.pop()
  return `${characters.join('')}…`
}
