import { drawn } from './elements.js'

const column = 176
const head = 74
const rowHeight = 50

/** Words of a title in lines of about `width` characters. */
const wrapped = (text, width, most = 3) => {
  const lines = ['']
  for (const word of String(text).split(/\s+/)) {
    const line = lines.at(-1)
    if (line !== '' && line.length + word.length + 1 > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  const kept = lines.slice(0, most).map((line) => (line.length > width + 6 ? `${line.slice(0, width + 5)}…` : line))
  if (lines.length > most) kept[most - 1] = `${kept[most - 1]}…`
  return kept
}

const clipped = (text, width) => (String(text).length > width ? `${String(text).slice(0, width - 1)}…` : String(text))

/** What is written at an arrow beside its name, so that it needs no colour. */
const said = {
  diverged: 'not as required',
  missing: 'missing',
  refused: 'refused',
  'not-reached': 'not reached',
  'not-observable': '',
  done: '',
  unexpected: 'unexpected',
}

/** Messages of the body that no step asked for; answers of a transaction (they begin with a number) are not steps. */
const strangers = (of) =>
  of.messages.filter(
    (message) =>
      message.phase === 'body' &&
      message.direction === 'received' &&
      message.step === undefined &&
      !message.retransmission &&
      !/^\d{3}\b/.test(message.summary),
  )

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

const arrow = (row, y, xOf, go) => {
  const { step, outcome } = row
  const from = xOf(step.from)
  const to = xOf(step.to)
  const right = to >= from
  const middle = (from + to) / 2
  const wide = Math.max(12, Math.floor(Math.abs(to - from) / 6.4) - 2)
  const note = [said[outcome], step.altered && `(${step.altered})`].filter(Boolean).join(' ')
  const end = to + (right ? -2 : 2)
  return drawn(
    'g',
    {
      class: `step ${outcome}`,
      ...(row.message !== undefined && {
        tabindex: '0',
        role: 'link',
        onclick: go,
        onkeydown: (event) => event.key === 'Enter' && go(),
      }),
    },
    drawn('title', {}, `${step.step} ${step.label}: ${outcome}. ${row.text}`),
    drawn('rect', {
      class: 'hit',
      x: Math.min(from, to),
      y: y - 30,
      width: Math.abs(to - from),
      height: rowHeight - 6,
    }),
    drawn('line', { class: 'shaft', x1: from, y1: y, x2: end, y2: y }),
    arrowHead(end, y, right, outcome),
    (outcome === 'diverged' || outcome === 'missing') && cross(middle, y),
    drawn(
      'text',
      { class: 'label', x: middle, y: y - 9 },
      drawn('tspan', { class: 'number' }, step.step),
      step.step && ' ',
      clipped(step.label, wide),
    ),
    note && drawn('text', { class: 'said', x: middle, y: y + 16 }, note),
  )
}

const box = (row, y, xOf) => {
  const { step, outcome } = row
  const lines = wrapped(
    `${step.kind === 'check' ? 'checks' : step.kind === 'record' ? 'records' : 'ends:'} ${step.label}`,
    26,
    2,
  )
  const width = column - 18
  const height = 15 * lines.length + 12
  const x = xOf(step.from)
  return drawn(
    'g',
    { class: `step note ${outcome}` },
    drawn('title', {}, `${step.step} ${step.label}: ${outcome}. ${row.text}`),
    drawn('rect', { class: 'box', x: x - width / 2, y: y - 10 - height / 2, width, height, rx: 3 }),
    lines.map((line, index) =>
      drawn(
        'text',
        { class: 'label', x, y: y - 10 - height / 2 + 18 + index * 15 },
        index === 0 && drawn('tspan', { class: 'number' }, `${step.step} `),
        line,
      ),
    ),
    outcome === 'not-observable' ||
      outcome === 'done' ||
      drawn('text', { class: 'said', x, y: y + height / 2 + 3 }, said[outcome]),
  )
}

/** The case as a sequence diagram: who should have sent what, and where it came otherwise. */
export const ladder = (of, show) => {
  const named = Object.keys(of.actors)
  const rows = rowsOf(of)
  const roles = [...new Set([...named, ...rows.flatMap((row) => [row.step.from, row.step.to])])]
  const under = new Set(of.role.split('+'))
  const xOf = (role) => column / 2 + 8 + roles.indexOf(role) * column
  const width = roles.length * column + 16
  const height = head + 34 + rows.length * rowHeight + 12
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
      const lines = wrapped(of.actors[role] ?? role, 20)
      const x = xOf(role)
      const tested = under.has(role)
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
          drawn('text', { x, y: (tested ? 26 : 37) + (index - (lines.length - 1) / 2) * 14 + (tested ? 6 : 11) }, line),
        ),
        tested && drawn('text', { class: 'sut', x, y: head - 9 }, 'under test'),
      )
    }),
    rows.map((row, index) => {
      const y = head + 40 + index * rowHeight
      const drawing = row.step.kind === 'message' ? arrow : box
      return drawing(row, y, xOf, () => show(row.message))
    }),
  )
}
