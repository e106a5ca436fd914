import { drawn } from './elements.js'

const column = 200
const head = 74
const lineHeight = 15

/** Words of a title in lines of about `width` characters. */
const wrapped = (text, width, most = 3) => {
  const lines = ['']
  for (const word of String(text).split(/\s+/)) {
    const line = lines.at(-1)
    if (line !== '' && line.length + word.length + 1 > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  const kept = lines.slice(0, most).map((line) => (line.length > width + 4 ? `${line.slice(0, width + 3)}…` : line))
  if (lines.length > most && !kept[most - 1].endsWith('…')) kept[most - 1] += '…'
  return kept
}

const clipped = (text, width) => (String(text).length > width ? `${String(text).slice(0, width - 1)}…` : String(text))

/** What is written at an arrow beside its name, so that it needs no colour. */
const outcomeWords = {
  diverged: 'not as required',
  missing: 'missing',
  refused: 'refused',
  'not-reached': 'not reached',
  'not-observable': '',
  done: '',
  unexpected: 'unexpected',
}

/** Messages that a finding speaks of and no step took; answers of a transaction (they begin with a number) are not steps. */
const strangers = (of) => {
  const taken = new Set(of.steps.map((step) => step.message))
  const spokenOf = new Set(of.findings.flatMap((finding) => finding.messages))
  return of.messages.filter(
    ({ phase, direction, seq, summary }) =>
      phase === 'body' && direction === 'received' && spokenOf.has(seq) && !taken.has(seq) && !/^\d{3}\b/.test(summary),
  )
}

/** The rows of the diagram: the steps in order, and what came in between unasked. */
const rowsOf = (of) => {
  const rows = of.ladder.map((step) => {
    const outcome = of.steps.findLast((each) => each.step === step.step)
    return { step, outcome: outcome?.outcome ?? 'not-reached', message: outcome?.message, text: outcome?.text ?? '' }
  })
  for (const message of strangers(of)) {
    const before = rows.findLastIndex((row) => row.message !== undefined && row.message < message.seq)
    rows.splice(before + 1, 0, {
      step: { step: '', kind: 'message', from: message.peer, to: message.role, label: message.summary },
      outcome: 'unexpected',
      message: message.seq,
      text: 'no step asked for this message',
    })
  }
  return rows
}

const arrowHead = (x, y, right, kind) => {
  const back = right ? -9 : 9
  return drawn('path', { class: `head ${kind}`, d: `M${x} ${y} l${back} -5 v10 Z` })
}

const cross = (x, y) => drawn('path', { class: 'cross', d: `M${x - 6} ${y - 6} l12 12 m0 -12 l-12 12` })

const noteOf = ({ outcome, step }) =>
  [outcomeWords[outcome], step.altered && `(${clipped(step.altered, 40)})`].filter(Boolean).join(' ')

/** An arrow with its number and name above and, where it is not as it should be, the word below. */
const arrow = (row, top, xOf, go) => {
  const { step, outcome } = row
  const from = xOf(step.from)
  const to = xOf(step.to)
  const right = to >= from
  const middle = (from + to) / 2
  const y = top + 28
  const end = to + (right ? -2 : 2)
  const opens = row.message !== undefined && {
    tabindex: '0',
    role: 'link',
    onclick: go,
    onkeydown: (event) => event.key === 'Enter' && go(),
  }
  const name = clipped(step.label, Math.max(12, Math.floor(Math.abs(to - from) / 6.4) - 3))
  const said = noteOf(row)
  return drawn(
    'g',
    { class: `step ${outcome}`, ...opens },
    drawn('title', {}, `${step.step} ${step.label}: ${outcome}. ${row.text}`),
    drawn('rect', { class: 'hit', x: Math.min(from, to), y: top, width: Math.abs(to - from), height: 44 }),
    drawn('line', { class: 'shaft', x1: from, y1: y, x2: end, y2: y }),
    arrowHead(end, y, right, outcome),
    (outcome === 'diverged' || outcome === 'missing') && cross(middle, y),
    drawn(
      'text',
      { class: 'label', x: middle, y: y - 12 },
      drawn('tspan', { class: 'number' }, step.step),
      step.step && ' ',
      name,
    ),
    said && drawn('text', { class: 'said', x: middle, y: y + 21 }, said),
  )
}

const verbs = { check: 'checks', record: 'records', outcome: 'ends:', message: 'sends itself' }

const boxLines = ({ step }) => wrapped(`${verbs[step.kind] ?? ''} ${step.label}`, 28, 3)

/** What an actor does by itself, as a box on its line. */
const box = (row, top, xOf) => {
  const { step, outcome } = row
  const lines = boxLines(row)
  const width = column - 18
  const x = xOf(step.from)
  const height = lineHeight * lines.length + 12
  const said = noteOf(row)
  return drawn(
    'g',
    { class: `step note ${outcome}` },
    drawn('title', {}, `${step.step} ${step.label}: ${outcome}. ${row.text}`),
    drawn('rect', { class: 'box', x: x - width / 2, y: top, width, height, rx: 3 }),
    lines.map((text, index) =>
      drawn(
        'text',
        { class: 'label', x, y: top + 18 + index * lineHeight },
        index === 0 && step.kind !== 'outcome' && drawn('tspan', { class: 'number' }, `${step.step} `),
        text,
      ),
    ),
    said && drawn('text', { class: 'said', x, y: top + height + 15 }, said),
  )
}

const isArrow = ({ step }) => step.kind === 'message' && step.from !== step.to

const heightOf = (row) => {
  const below = noteOf(row) === '' ? 0 : 16
  return (isArrow(row) ? 44 : boxLines(row).length * lineHeight + 26) + below
}

/** The case as a sequence diagram: who should have sent what, and where it came otherwise. */
export const ladder = (of, show) => {
  const named = Object.keys(of.actors)
  const rows = rowsOf(of)
  const roles = [...new Set([...named, ...rows.flatMap((row) => [row.step.from, row.step.to])])]
  const under = new Set(of.role.split('+'))
  const xOf = (role) => column / 2 + 8 + roles.indexOf(role) * column
  const width = roles.length * column + 16
  const tops = [head + 14]
  for (const row of rows) tops.push(tops.at(-1) + heightOf(row))
  const height = tops.at(-1) + 22
  const bottom = height - 10
  return drawn(
    'svg',
    {
      class: 'ladder',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'group',
      'aria-label': `Sequence diagram with ${rows.length} steps; the table of steps below says the same`,
    },
    roles.map((role) => {
      const tested = under.has(role)
      const lines = wrapped(of.actors[role] ?? role, 22, tested ? 2 : 3)
      const x = xOf(role)
      return drawn(
        'g',
        { class: tested ? 'actor tested' : 'actor' },
        drawn('line', { class: 'life', x1: x, y1: head, x2: x, y2: bottom }),
        drawn('rect', { class: 'title', x: x - column / 2 + 8, y: 8, width: column - 16, height: head - 8, rx: 4 }),
        tested &&
          drawn('rect', {
            class: 'inner',
            x: x - column / 2 + 11,
            y: 11,
            width: column - 22,
            height: head - 14,
            rx: 2,
          }),
        lines.map((line, index) =>
          drawn('text', { x, y: (tested ? 30 : 37) + (index - (lines.length - 1) / 2) * 14 + (tested ? 6 : 11) }, line),
        ),
        tested && drawn('text', { class: 'sut', x, y: head - 9 }, 'under test'),
      )
    }),
    rows.map((row, index) => {
      const drawing = isArrow(row) ? arrow : box
      return drawing(row, tops[index], xOf, () => show(row.message))
    }),
  )
}
