import { nameOfTerm, type Act, type Carried, type Flow, type MessageAct, type Step, type Within } from '#flow'
import { size, style } from './drawing-style.ts'
import { escaped, textWidth, wrapped } from './drawn-text.ts'
import { sentences } from './sentences.ts'

/** Something drawn at a height: its marks, and the height at which the next thing begins. */
interface Drawn {
  readonly marks: readonly string[]
  readonly bottom: number
}

interface Sheet {
  readonly flow: Flow
  readonly width: number
  /** Where the lifeline of a role stands. */
  at(role: string): number
}

interface TextLine {
  readonly text: string
  readonly kind: 'name' | 'plain' | 'detail' | 'refusal'
}

/**
 * The sequence diagram of a flow as an SVG document. The same flow makes the same text. It has a title and, as its
 * description, the flow in sentences; its colours follow the viewer's preference for light or dark.
 */
export function drawing(flow: Flow): string {
  const roles = Object.keys(flow.actors)
  const first = size.margin + size.note / 2
  const width = 2 * first + Math.max(roles.length - 1, 1) * size.column
  const sheet: Sheet = { flow, width, at: (role) => first + roles.indexOf(role) * size.column }
  const headTop = size.margin + 52
  const head = entities(sheet, roles, headTop)
  const steps = inTurn(flow.steps, head.bottom + size.gap, (step, top) => drawStep(sheet, step, top, 0))
  const ends = inTurn(flow.outcome, steps.bottom, ({ at, state, ended }, top) =>
    note(sheet, at, 'outcome', top, [
      { text: ended ? 'In the end no longer' : 'In the end', kind: 'name' },
      { text: state.that, kind: 'plain' },
    ]),
  )
  const footTop = ends.bottom + size.gap
  const foot = entities(sheet, roles, footTop)
  const height = foot.bottom + size.margin
  const key = `drawing-${flow.id.replaceAll('/', '-')}`
  const lives = roles.map(
    (role) => `<line class="life" x1="${sheet.at(role)}" y1="${head.bottom}" x2="${sheet.at(role)}" y2="${footTop}"/>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="flow-drawing" role="img" aria-labelledby="${key}-title ${key}-desc" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title id="${key}-title">${escaped(`Sequence diagram: ${flow.title}`)}</title>`,
    `<desc id="${key}-desc">${escaped(sentences(flow))}</desc>`,
    `<style>\n${style}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="title" x="${size.margin}" y="${size.margin + 16}">${escaped(flow.title)}</text>`,
    `<text class="from" x="${size.margin}" y="${size.margin + 36}">${escaped(`${flow.spec.doc} ${flow.spec.clause}, figure ${flow.spec.figure}. [element]: optional or conditional.`)}</text>`,
    ...lives,
    ...head.marks,
    ...steps.marks,
    ...ends.marks,
    ...foot.marks,
    '</svg>',
    '',
  ].join('\n')
}

function inTurn<T>(things: readonly T[], top: number, draw: (thing: T, top: number) => Drawn): Drawn {
  const marks: string[] = []
  let bottom = top
  for (const thing of things) {
    const drawn = draw(thing, bottom)
    marks.push(...drawn.marks)
    bottom = drawn.bottom
  }
  return { marks, bottom }
}

/** The boxes with the titles of the roles, and below each title the key that case ids use. */
function entities(sheet: Sheet, roles: readonly string[], top: number): Drawn {
  const titles = roles.map((role) => wrapped(sheet.flow.actors[role] ?? role, size.head - 2 * size.pad, size.label))
  const height = 2 * size.pad + Math.max(...titles.map(({ length }) => length)) * size.line + size.detailLine
  const marks = roles.flatMap((role, index) => {
    const lines = [
      ...(titles[index] ?? []).map((text): TextLine => ({ text, kind: 'name' })),
      { text: role, kind: 'detail' } as const,
    ]
    return [box('entity', sheet.at(role), top, size.head, height, 4), ...texts(sheet.at(role), top + size.pad, lines)]
  })
  return { marks, bottom: top + height }
}

function drawStep(sheet: Sheet, { step, act, within }: Step, top: number, depth: number): Drawn {
  switch (act.act) {
    case 'send':
    case 'forward':
      return arrow(sheet, step, act, within, top)
    case 'check':
      return drawCheck(sheet, step, act, top, depth)
    case 'record':
      return note(sheet, act.at, 'record', top, [
        { text: `${step}. records that`, kind: 'name' },
        { text: act.state.that, kind: 'plain' },
        { text: `with ${carriedText(act.what)}`, kind: 'detail' },
        ...(act.state.observedBy ? [{ text: `observed by ${act.state.observedBy}`, kind: 'detail' } as const] : []),
      ])
    case 'media':
      return note(sheet, act.floorAt, 'record', top, [
        { text: `${step}. speech of ${nameOfTerm(act.talker)}`, kind: 'name' },
        { text: `along ${act.path.join(', ')}`, kind: 'plain' },
        ...(act.insteadOf.length > 0
          ? [{ text: `no longer along ${act.insteadOf.join(', ')}`, kind: 'detail' } as const]
          : []),
      ])
    case 'perform':
      return note(sheet, act.at, 'record', top, [
        { text: `${step}. performs`, kind: 'name' },
        { text: act.flow, kind: 'plain' },
      ])
    case 'anyOrder':
      return frame(sheet, 'in any order', { '': act.steps }, top, depth)
    case 'either':
      return frame(sheet, 'either', act.alternatives, top, depth)
  }
}

function drawCheck(sheet: Sheet, step: string, act: Extract<Act, { act: 'check' }>, top: number, depth: number): Drawn {
  const { otherwise } = act
  const box = note(sheet, act.at, 'check', top, [
    { text: `${step}. checks that`, kind: 'name' },
    { text: act.check.that, kind: 'plain' },
    'instead' in otherwise
      ? { text: 'otherwise, in place of all that follows', kind: 'refusal' }
      : { text: `otherwise step ${otherwise.step}: ${carriedText(otherwise.set)}`, kind: 'refusal' },
  ])
  if (!('instead' in otherwise)) return box
  const inner = frame(sheet, 'otherwise', { '': otherwise.instead }, box.bottom, depth)
  return { marks: [...box.marks, ...inner.marks], bottom: inner.bottom }
}

/** An arrow with its name above it and what is said about it below. */
function arrow(sheet: Sheet, step: string, act: MessageAct, within: Within | undefined, top: number): Drawn {
  const [from, to] = [sheet.at(act.from), sheet.at(act.to)]
  const [middle, room] = [(from + to) / 2, Math.abs(to - from) - 2 * size.pad]
  const name = wrapped(`${step}. ${act.message.name}`, room, size.label)
  const y = top + size.pad + name.length * size.line
  const below = detailsOf(sheet.flow, act, within).flatMap((text) => wrapped(text, room, size.detail))
  const tip = to > from ? -9 : 9
  return {
    marks: [
      ...texts(
        middle,
        y - size.line * name.length - 4,
        name.map((text): TextLine => ({ text, kind: 'name' })),
        ' halo',
      ),
      `<line class="arrow" x1="${from}" y1="${y}" x2="${to + tip / 2}" y2="${y}"/>`,
      `<path class="tip" d="M${to} ${y}l${tip} -4.5v9z"/>`,
      ...texts(
        middle,
        y + 4,
        below.map((text): TextLine => ({ text, kind: 'detail' })),
        ' halo',
      ),
    ],
    bottom: y + 4 + below.length * size.detailLine + size.gap,
  }
}

const detailsOf = (flow: Flow, act: MessageAct, within: Within | undefined): readonly string[] => [
  ...(act.act === 'send' && Object.keys(act.carries).length > 0
    ? [
        Object.entries(act.carries)
          .map(([name, term]) => {
            const value = 'literal' in term ? `${name}\u00A0${term.literal}` : name
            return act.message.ies[name]?.status === 'M' ? value : `[${value}]`
          })
          .join(', '),
      ]
    : []),
  ...(act.act === 'forward' && act.routedBy ? [`identified from the ${nameOfTerm(act.routedBy)}`] : []),
  ...(act.act === 'forward' ? (act.hides ?? []).map((role) => `hides the ${flow.actors[role]}`) : []),
  ...(within?.atLeast ? [`not before ${within.atLeast.means}`] : []),
  ...(within?.atMost ? [`within ${within.atMost.means}`] : []),
]

const carriedText = (carried: Carried): string =>
  Object.entries(carried)
    .map(([name, term]) => ('literal' in term ? `${name} ${term.literal}` : name))
    .join(', ')

/** What happens at one role, on its lifeline. */
function note(
  sheet: Sheet,
  role: string,
  kind: 'check' | 'record' | 'outcome',
  top: number,
  said: readonly TextLine[],
): Drawn {
  const lines = said.flatMap(({ text, kind: of }) =>
    wrapped(text, size.note - 2 * size.pad, sizeOf(of)).map((line): TextLine => ({ text: line, kind: of })),
  )
  const height = size.pad * 1.5 + lines.reduce((sum, line) => sum + heightOf(line.kind), 0)
  const x = sheet.at(role)
  return {
    marks: [
      box(kind, x, top, size.note, height, kind === 'record' ? 0 : kind === 'check' ? 4 : 16),
      ...texts(x, top + size.pad * 0.75, lines),
    ],
    bottom: top + height + size.gap,
  }
}

/** A frame around steps, as UML has it for combined fragments: a tab with its name, a line between alternatives. */
function frame(
  sheet: Sheet,
  name: string,
  parts: Readonly<Record<string, readonly Step[]>>,
  top: number,
  depth: number,
): Drawn {
  const left = 4 + depth * 6
  const right = sheet.width - left
  let bottom = top
  const marks = Object.entries(parts).flatMap(([alternative, steps], index) => {
    const tab = [index === 0 ? name : 'or', alternative].filter((word) => word !== '').join(' ')
    const width = Math.ceil(textWidth(tab, size.detail)) + 2 * size.pad
    const drawn = inTurn(steps, bottom + 30, (step, at) => drawStep(sheet, step, at, depth + 1))
    const begin = bottom
    bottom = drawn.bottom
    return [
      ...(index === 0 ? [] : [`<line class="frame" x1="${left}" y1="${begin}" x2="${right}" y2="${begin}"/>`]),
      `<rect class="tab" x="${left}" y="${begin}" width="${width}" height="20"/>`,
      `<text class="tab-name" x="${left + size.pad}" y="${begin + 14}">${escaped(tab)}</text>`,
      ...drawn.marks,
    ]
  })
  const outline = `<rect class="frame" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/>`
  return { marks: [outline, ...marks], bottom: bottom + size.gap }
}

const sizeOf = (kind: TextLine['kind']): number => (kind === 'detail' || kind === 'refusal' ? size.detail : size.label)
const heightOf = (kind: TextLine['kind']): number =>
  kind === 'detail' || kind === 'refusal' ? size.detailLine : size.line

const box = (kind: string, middle: number, top: number, width: number, height: number, round: number): string =>
  `<rect class="${kind}" x="${middle - width / 2}" y="${top}" width="${width}" height="${height}" rx="${round}"/>`

/** Lines of text below one another, centred. */
function texts(middle: number, top: number, lines: readonly TextLine[], more = ''): readonly string[] {
  let y = top
  return lines.map(({ text, kind }) => {
    y += heightOf(kind)
    return `<text class="${kind}${more}" x="${middle}" y="${y - 4}">${escaped(text)}</text>`
  })
}
