import { endName, type Entry, type Finding } from './conversation.ts'
import type { Party } from './parties.ts'
import { printable, shortened } from './printable.ts'
import type { ReadConversation } from './read-conversation.ts'
import { rtcpLabel, sayRtcp, sayStream } from './say-media.ts'
import { saySip, sipLabel } from './say-sip.ts'

/** How parts of the text are set off; the identity where no colour is wanted. */
export interface Paint {
  readonly strong: (text: string) => string
  readonly dim: (text: string) => string
  readonly error: (text: string) => string
  readonly warning: (text: string) => string
}

export const plainPaint: Paint = {
  strong: (text) => text,
  dim: (text) => text,
  error: (text) => text,
  warning: (text) => text,
}

/** Lanes that are drawn; with more parties an arrow names its ends instead. */
const maximalLanes = 6
/** Columns of the time, in front of the first lane. */
const timeWidth = 9
const smallestText = 24
const smallestStep = 10
const longestSentence = 300
/** Findings of one message that are shown. */
const shownFindings = 20

/** Where the lanes stand and how much text fits beside them. */
interface Layout {
  readonly lanes: readonly Party[]
  /** Column of the first lane, and between two. */
  readonly first: number
  readonly step: number
  /** Column where the text begins, and where it must end. */
  readonly text: number
  readonly width: number
}

function layoutOf(parties: readonly Party[], labels: number, width: number): Layout {
  const fit = parties.length <= maximalLanes && width - timeWidth - smallestStep * parties.length >= smallestText
  const lanes = fit ? parties : []
  const half = Math.min(6, Math.ceil(Math.max(...lanes.map(({ name }) => name.length), 2) / 2))
  const first = timeWidth + half
  const wanted = Math.max(labels + 5, Math.min(16, Math.max(...lanes.map(({ name }) => name.length), 2) + 2))
  const most = lanes.length < 2 ? wanted : Math.floor((width - smallestText - first - 3) / (lanes.length - 1))
  const step = Math.max(smallestStep, Math.min(wanted, most))
  const text = lanes.length === 0 ? timeWidth : first + step * Math.max(0, lanes.length - 1) + 3
  return { lanes, first, step, text, width }
}

/** Callers first, servers between them and whom they call. */
function inOrderOfCalling({ parties, calls, partyOf }: ReadConversation): readonly Party[] {
  if (calls.length === 0) return parties
  const callers = new Set(calls.map(({ invite }) => partyOf(invite.source)))
  const rank = (party: Party): number => (callers.has(party) ? 0 : party.kind === 'server' ? 1 : 2)
  return [...parties].sort((one, other) => rank(one) - rank(other))
}

/** The ladder of a conversation, line by line; `width` in columns. */
export function* ladderOf(conversation: ReadConversation, width: number, paint: Paint): Generator<string> {
  const labels = Math.min(20, Math.max(8, ...conversation.entries.slice(0, 1000).map((entry) => labelOf(entry).length)))
  const layout = layoutOf(inOrderOfCalling(conversation), labels, width)
  if (layout.lanes.length > 0) yield headLine(layout, paint)
  let before = 0
  for (const entry of conversation.entries) {
    // A pause is worth seeing: after a second of nothing there is a line of nothing.
    if (entry.at - before >= 1000 && layout.lanes.length > 0) yield lanesLine(layout)
    before = entry.at
    yield* entryLines(entry, conversation, layout, paint)
  }
}

function headLine({ lanes, first, step }: Layout, paint: Paint): string {
  let line = ''
  lanes.forEach(({ name }, index) => {
    const shown = shortened(name, step - 1)
    const start = Math.max(index === 0 ? 0 : line.length + 1, first + step * index - Math.floor(shown.length / 2))
    line = line.padEnd(start) + shown
  })
  return paint.strong(line)
}

function lanesLine({ lanes, first, step }: Layout): string {
  let line = ''
  lanes.forEach((_, index) => {
    line = `${line.padEnd(first + step * index)}│`
  })
  return line
}

function labelOf(entry: Entry): string {
  switch (entry.kind) {
    case 'sip':
      return sipLabel(entry)
    case 'rtcp':
      return rtcpLabel(entry)
    case 'media':
      return 'RTP'
  }
}

export function sayEntry(entry: Entry, conversation: ReadConversation): readonly string[] {
  switch (entry.kind) {
    case 'sip':
      return saySip(entry)
    case 'rtcp':
      return sayRtcp(entry, conversation.partyOf(entry.source)?.name ?? endName(entry.source))
    case 'media':
      return sayStream(entry)
  }
}

function* entryLines(entry: Entry, conversation: ReadConversation, layout: Layout, paint: Paint): Generator<string> {
  const time = (entry.at / 1000).toFixed(3).padStart(timeWidth - 2)
  const source = conversation.partyOf(entry.source)
  const target = conversation.partyOf(entry.target)
  const [from, to] = [source, target].map((party) => (party === undefined ? -1 : layout.lanes.indexOf(party)))
  const label = printable(labelOf(entry))
  const drawn = from !== undefined && to !== undefined && from >= 0 && to >= 0
  const said = sayEntry(entry, conversation).map((one) => shortened(one, longestSentence))
  const words = said.join('; ')
  const room = layout.width - layout.text
  // Too many for lanes: the ends are named, and the text stands below.
  if (!drawn) {
    const [sender, receiver] = [source?.name ?? endName(entry.source), target?.name ?? endName(entry.target)].map(
      printable,
    )
    // A capture may hold any time: one of more digits than the column has takes what it needs.
    const margin = Math.max(timeWidth, time.length + 1)
    const head = wrapped(`${sender} → ${receiver}  ${label}  #${entry.packet}`, layout.width - margin)
    const body = wrapped(words, layout.width - margin - 2).map((line) => `  ${line}`)
    for (const [index, line] of [...head, ...body].entries())
      yield `${index === 0 ? paint.dim(time.padEnd(margin)) : ''.padEnd(margin)}${line}`.trimEnd()
  } else {
    const arrow = arrowLine(layout, from, to, label)
    const lines = wrapped(`#${entry.packet} ${words}`, room)
    for (const [index, line] of lines.entries()) {
      const lane = index === 0 ? `${paint.dim(time)}${arrow.slice(time.length)}` : lanesLine(layout)
      const shown = index === 0 ? line.replace(/^#\d+/, (mark) => paint.dim(mark)) : line
      yield `${lane}${''.padEnd(layout.text - (index === 0 ? arrow.length : lane.length))}${shown}`.trimEnd()
    }
  }
  yield* findingLines(entry.findings, layout.width, paint)
}

/** `│──INVITE──────▶│`, passing the lanes between. */
function arrowLine({ lanes, first, step }: Layout, from: number, to: number, label: string): string {
  const cells: string[] = Array.from({ length: first + step * (lanes.length - 1) + 1 }, () => ' ')
  lanes.forEach((_, index) => {
    cells[first + step * index] = '│'
  })
  const [left, right] = [Math.min(from, to), Math.max(from, to)].map((lane) => first + step * lane)
  if (left === undefined || right === undefined) return cells.join('')
  if (from === to) {
    const shown = ` ↺ ${label}`
    for (const [index, character] of Array.from(shown).entries())
      if (left + 1 + index < cells.length) cells[left + 1 + index] = character
    return cells.join('')
  }
  for (let at = left + 1; at < right; at += 1) cells[at] = cells[at] === '│' ? '┼' : '─'
  if (to > from) cells[right - 1] = '▶'
  else cells[left + 1] = '◀'
  // The label stands at the end where the message begins.
  const shown = Array.from(shortened(label, step - 4))
  const start = to > from ? left + 3 : right - 2 - shown.length
  for (const [index, character] of shown.entries()) cells[start + index] = character
  return cells.join('')
}

function* findingLines(findings: readonly Finding[], width: number, paint: Paint): Generator<string> {
  const indent = ''.padEnd(timeWidth + 2)
  const inherited = findings.filter((one) => one.inherited !== undefined)
  const own = findings.filter((one) => one.inherited === undefined)
  for (const { severity, clause, rule, offset, text } of own.slice(0, shownFindings)) {
    const [mark, colour] = severity === 'error' ? ['✗', paint.error] : ['!', paint.warning]
    const head = `${mark} ${clause} ${rule}, octet ${offset}: `
    const lines = wrapped(`${head}${printable(text)}`, width - timeWidth - 2)
    for (const [index, line] of lines.entries())
      yield index === 0
        ? `${''.padEnd(timeWidth)}${colour(line.slice(0, head.length))}${line.slice(head.length)}`
        : `${indent}${line}`
  }
  if (own.length > shownFindings)
    yield paint.dim(`${''.padEnd(timeWidth)}· and ${own.length - shownFindings} more findings`)
  if (inherited.length > 0) {
    const packets = [...new Set(inherited.map((one) => `#${one.inherited}`))].join(', ')
    const count = inherited.length === 1 ? 'the finding' : `the ${inherited.length} findings`
    yield paint.dim(`${''.padEnd(timeWidth)}· with ${count} of ${packets}`)
  }
}

/** Words in lines of at most `width` columns; a word that is longer is cut. */
export function wrapped(text: string, width: number): readonly string[] {
  const room = Math.max(10, width)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    let rest = word
    if (line !== '' && line.length + 1 + rest.length > room) {
      lines.push(line)
      line = ''
    }
    while (rest.length > room) {
      if (lines.length > 200) return lines
      lines.push(rest.slice(0, room))
      rest = rest.slice(room)
    }
    line = line === '' ? rest : `${line} ${rest}`
  }
  lines.push(line)
  return lines
}
