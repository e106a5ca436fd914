import { drawn, element, visible } from './elements.js'

const [labels, picture, right] = [250, 640, 34]
const [barHeight, barGap, laneGap] = [12, 6, 18]
const axis = 26

const milliseconds = (value) => `${Math.round(value)} ms`

const shortened = (text, length) => {
  const shown = visible(text)
  return shown.length > length ? `${shown.slice(0, length - 1)}…` : shown
}

/** The paths of a time line, in the order media took them: each has a pattern of its own in the picture. */
const pathsOf = (timeLine) => [
  ...new Set(
    timeLine.lanes
      .flatMap((lane) => lane.spans)
      .toSorted((one, other) => one.from - other.from)
      .map((span) => span.path),
  ),
]

/** A round step of time that gives four to ten divisions. */
const stepOf = (length) => {
  const decade = 10 ** Math.floor(Math.log10(Math.max(1, length / 4)))
  return [1, 2, 5, 10].map((factor) => factor * decade).findLast((step) => length / step >= 4) ?? decade
}

const ticksOf = ({ from, to }) => {
  const step = stepOf(to - from)
  const ticks = []
  for (let at = 0; at <= to - from && ticks.length < 50; at += step) ticks.push(at)
  return ticks
}

const styleOf = (paths, path) => `path-${Math.min(paths.indexOf(path), 3)}`

/** One listener and one talker: a bar for each path, gaps below them. */
const laneOf = (lane, top, xOf, paths, own) => {
  const bottom = top + own.length * (barHeight + barGap)
  return drawn(
    'g',
    { class: 'lane' },
    drawn('text', { class: 'who', x: 0, y: top + 10 }, shortened(lane.talker, 36)),
    drawn('text', { class: 'said', x: 0, y: top + 25 }, `heard by ${shortened(lane.listener, 28)}`),
    drawn('line', { class: 'ground', x1: labels, x2: labels + picture, y1: bottom, y2: bottom }),
    lane.spans.map((span) =>
      drawn(
        'rect',
        {
          class: `span ${styleOf(paths, span.path)}`,
          x: xOf(span.from),
          y: top + own.indexOf(span.path) * (barHeight + barGap),
          width: Math.max(1.5, xOf(span.to) - xOf(span.from)),
          height: barHeight,
        },
        drawn('title', {}, `${visible(span.path)}: ${span.packets} packets`),
      ),
    ),
    lane.gaps.map((gap) => [
      drawn('path', { class: 'gap', d: `M${xOf(gap.from)} ${bottom - 4} v8 m0 -4 H${xOf(gap.to)} m0 -4 v8` }),
      drawn(
        'text',
        { class: 'gap', x: Math.min(labels + picture - 30, (xOf(gap.from) + xOf(gap.to)) / 2), y: bottom + 15 },
        milliseconds(gap.to - gap.from),
      ),
    ]),
  )
}

const drawingOf = (timeLine, paths) => {
  const length = Math.max(1, timeLine.to - timeLine.from)
  const xOf = (at) => labels + (Math.min(Math.max(at - timeLine.from, 0), length) / length) * picture
  let top = axis
  const lanes = timeLine.lanes.map((lane) => {
    const own = paths.filter((path) => lane.spans.some((span) => span.path === path))
    const group = laneOf(lane, top, xOf, paths, own)
    top += Math.max(30, own.length * (barHeight + barGap) + (lane.gaps.length > 0 ? 14 : 0)) + laneGap
    return group
  })
  return drawn(
    'svg',
    {
      class: 'media',
      viewBox: `0 0 ${labels + picture + right} ${top + 20}`,
      width: labels + picture + right,
      height: top + 20,
      role: 'img',
      'aria-label': 'Media time line; the table below says the same',
    },
    ticksOf(timeLine).map((at) => [
      drawn('line', { class: 'tick', x1: xOf(timeLine.from + at), x2: xOf(timeLine.from + at), y1: axis - 8, y2: top }),
      drawn('text', { class: 'tick', x: xOf(timeLine.from + at), y: top + 14 }, milliseconds(at)),
    ]),
    timeLine.marks.map((mark, index) => [
      drawn(
        'line',
        { class: `mark ${mark.kind}`, x1: xOf(mark.at), x2: xOf(mark.at), y1: axis - 8, y2: top },
        drawn('title', {}, visible(mark.text)),
      ),
      drawn('text', { class: 'mark', x: xOf(mark.at), y: axis - 12 }, String(index + 1)),
    ]),
    lanes,
  )
}

const columns = [
  ['Talker', (lane) => lane.talker],
  ['Listener', (lane) => lane.listener],
  ['Sent', (lane) => lane.figures.sent],
  ['Received', (lane) => lane.figures.received],
  ['Lost', (lane) => lane.figures.lost],
  ['Twice', (lane) => lane.figures.duplicated],
  ['Out of order', (lane) => lane.figures.reordered],
  ['Longest gap', (lane) => milliseconds(lane.figures.longestGap)],
  ['of it ours', (lane) => milliseconds(lane.figures.ofOurMaking)],
  ['On the old path', (lane) => lane.figures.onOldPath],
  ['On both paths', (lane) => lane.figures.onBothPaths],
]

const figuresOf = (timeLine) =>
  element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      { class: 'figures' },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          columns.map(([name]) => element('th', { scope: 'col' }, name)),
        ),
      ),
      element(
        'tbody',
        {},
        timeLine.lanes.map((lane) =>
          element(
            'tr',
            {},
            columns.map(([, of], index) =>
              index === 0
                ? element('th', { scope: 'row' }, of(lane))
                : element('td', { class: index === 1 ? 'name' : undefined }, String(of(lane))),
            ),
          ),
        ),
      ),
    ),
  )

/** Who heard whom by which path, drawn and as figures. */
export const mediaTimeLine = (timeLine) => {
  const paths = pathsOf(timeLine)
  return [
    element(
      'div',
      { class: 'scroll drawing', tabindex: '0', role: 'region', 'aria-label': 'Media time line' },
      drawingOf(timeLine, paths),
    ),
    element(
      'p',
      { class: 'legend quiet' },
      paths.map((path) =>
        element(
          'span',
          {},
          drawn(
            'svg',
            { class: 'media key', width: 40, height: 12, 'aria-hidden': 'true' },
            drawn('rect', { class: `span ${styleOf(paths, path)}`, x: 0.5, y: 0.5, width: 39, height: 11 }),
          ),
          ` ${visible(path)}`,
        ),
      ),
    ),
    timeLine.marks.length > 0 &&
      element(
        'ol',
        { class: 'marks' },
        timeLine.marks.map((mark) =>
          element('li', {}, `${visible(mark.text)}, at ${milliseconds(mark.at - timeLine.from)}`),
        ),
      ),
    figuresOf(timeLine),
  ]
}
