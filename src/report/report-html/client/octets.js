import { element, visible, grouped } from './elements.js'

const shownLines = 1500
const shownRows = 1024

const decode = (octets) => new TextDecoder('utf-8').decode(octets)

/** The octets from `start` to `end` as text, with those of the span marked. */
const pieces = (octets, start, end, span, text) => {
  if (!span || span.end <= start || span.start >= end) return [text(octets.subarray(start, end))]
  const from = Math.max(start, span.start)
  const to = Math.min(end, span.end)
  return [
    start < from && text(octets.subarray(start, from)),
    element('mark', {}, text(octets.subarray(from, to))),
    to < end && text(octets.subarray(to, end)),
  ]
}

/** Lines with their numbers. An end of line other than CR LF is shown, since in SIP it is a fault. */
export const textView = (octets, span) => {
  const lines = []
  let start = 0
  while (start < octets.length && lines.length < shownLines) {
    const found = octets.indexOf(10, start)
    const next = found === -1 ? octets.length : found + 1
    const returned = found > start && octets[found - 1] === 13
    const end = found === -1 ? next : returned ? found - 1 : found
    const odd = found !== -1 && !returned ? element('i', { class: 'odd', title: 'line ends with LF alone' }, 'LF') : ''
    const marksEnd = span && span.start >= end && span.start < next && span.end > end
    lines.push(
      element(
        'span',
        { class: marksEnd ? 'line at-end' : 'line' },
        pieces(octets, start, end, span, (part) => visible(decode(part))),
        odd,
        '',
      ),
    )
    start = next
  }
  const rest = octets.length - start
  return element(
    'div',
    { class: 'octets text', tabindex: '0', role: 'region', 'aria-label': 'message as text' },
    lines,
    rest > 0 && element('p', { class: 'quiet' }, `${grouped(rest)} octets more, in the record.`),
  )
}

const hex = (octet) => octet.toString(16).padStart(2, '0')
const character = (octet) => (octet >= 32 && octet < 127 ? String.fromCharCode(octet) : '.')

/** Sixteen octets a row: offset, hexadecimal, characters. */
export const hexView = (octets, span) => {
  const rows = []
  for (let start = 0; start < octets.length && rows.length < shownRows; start += 16) {
    const end = Math.min(start + 16, octets.length)
    const row = (text) => pieces(octets, start, end, span, (part) => [...part].map(text).join(''))
    rows.push(
      element(
        'span',
        { class: 'row' },
        element('i', {}, start.toString(16).padStart(6, '0')),
        element(
          'span',
          { class: 'hex' },
          row((octet) => `${hex(octet)} `),
        ),
        element('span', {}, row(character)),
      ),
    )
  }
  const rest = octets.length - rows.length * 16
  return element(
    'div',
    { class: 'octets hexadecimal', tabindex: '0', role: 'region', 'aria-label': 'message in hexadecimal' },
    rows,
    rest > 0 && element('p', { class: 'quiet' }, `${grouped(rest)} octets more, in the record.`),
  )
}
