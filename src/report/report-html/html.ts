import { printable } from '../printable.ts'

/** Markup that is safe to stand in the page. Only `html` makes it from strings. */
export interface Html {
  readonly markup: string
}

type Part = Html | string | number | undefined | false | readonly Part[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Longer strings are cut: what a system under test says may be as long as it likes. */
const longest = 4000

const escaped = (text: string): string => {
  const shown = text.length <= longest ? text : `${text.slice(0, longest)} (${text.length} characters, cut)`
  return printable(shown).replace(/[&<>"']/g, (mark) => entities[mark] ?? mark)
}

const markupOf = (part: Part): string => {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string') return escaped(part)
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(markupOf).join('')
}

/** Markup from a template; every value that is not markup itself is escaped and made printable. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  markup: strings.reduce((all, text, index) => `${all}${markupOf(parts[index - 1])}${text}`),
})

/** A whole number with thin spaces between thousands, as in the documents of the standards bodies. */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f')

export const durationText = (milliseconds: number): string =>
  milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`

/** `9 cases`, `1 case`. */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`

/** The place of a case in the page. */
export const caseLink = (id: string): string => `#case=${encodeURIComponent(id.toWellFormed())}`
