import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  actors,
  anyOrder,
  checks,
  either,
  flow,
  literals,
  M,
  message,
  states,
  step,
  timers,
  values,
  within,
} from '#flow'
import serviceAuthorization from '../../suites/migration/service-authorization.flow.ts'
import { inVariant } from './course.ts'
import { drawing } from './drawing.ts'
import { textWidth, wrapped } from './drawn-text.ts'

const source = { doc: 'TR 0.0', clause: '1', basis: 'seed' } as const
const { mcServiceId } = values({ mcServiceId: 'mcServiceId' })
const { accepted, refused } = literals('result', 'accepted', 'refused')

/** A flow with every form of sentence, and these words wherever a title or a text stands. */
function flowSaying(text: string) {
  const { server, gateway } = actors({ server: text, gateway: 'gateway server' })
  const { permitted } = checks({ permitted: { that: text, about: [mcServiceId], ways: { no: 'it is not' } } })
  const { known } = states({ known: { that: text, about: [mcServiceId], observedBy: 'theme/other' } })
  const { answer } = timers({ answer: text })
  const Request = message(text, source, { mcServiceId: M('mcServiceId', 'the user') })
  const Response = message('response', source, { result: M('result', 'the result') })
  return flow({
    id: 'theme/everything',
    title: text,
    spec: { ...source, figure: '1-1' },
    actors: [server, gateway],
    given: [text],
    steps: [
      step(1, server.sends(Request).to(gateway), { mcServiceId }),
      step(2, gateway.checks(permitted), { otherwise: 8, result: refused }),
      anyOrder(
        step(3, gateway.records(known), { mcServiceId }),
        step(4, gateway.forwards(Request).to(server), { routedBy: mcServiceId, hides: [gateway] }),
      ),
      either({
        short: [step(5, server.performs({ id: 'theme/other' }), { as: { client: gateway } })],
        long: [
          step(6, server.sends(Request).to(gateway), { mcServiceId }),
          either({
            inner: [step(7, gateway.sends(Request).to(server), { mcServiceId })],
            none: [],
          }),
        ],
      }),
      within({ atLeast: answer, atMost: answer }, step(8, gateway.sends(Response).to(server), { result: accepted })),
    ],
    outcome: [{ at: server, state: known }],
    variants: {},
  })
}

const tagsOf = (svg: string): readonly string[] => [...svg.matchAll(/<(\/?\w+)/g)].map(([, tag]) => tag ?? '')

test('every step stands in the drawing once, in the order of the text', () => {
  const numbers = [...drawing(flowSaying('some words')).matchAll(/class="name[^>]*>(\d+)\. /g)].map(
    ([, number]) => number,
  )
  expect(numbers).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'])
})

test('frames have the names of what they hold', () => {
  const tabs = [...drawing(flowSaying('some words')).matchAll(/class="tab-name"[^>]*>([^<]*)</g)].map(
    ([, name]) => name,
  )
  expect(tabs).toEqual(['in any order', 'either short', 'or long', 'either inner', 'or none'])
})

test('what is said at a step is said in the drawing', () => {
  const svg = drawing(flowSaying('words'))
  for (const text of [
    'otherwise step 8: result refused',
    'identified from the mcServiceId',
    'hides the gateway server',
  ])
    expect(svg).toContain(`>${text}</text>`)
  for (const text of ['not before words', 'within words', 'observed by theme/other', 'result\u00A0accepted'])
    expect(svg).toContain(`>${text}</text>`)
})

test('a variant is drawn without its absent roles', () => {
  const svg = drawing(inVariant(serviceAuthorization, 'no-gateways'))
  expect(svg).toContain('partner MC service')
  expect(svg).not.toContain('MC gateway')
})

test('whatever the flow says stays text, and the document stays well formed', () => {
  const plain = tagsOf(drawing(flowSaying('x')))
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), (words) => {
      const svg = drawing(flowSaying(`<script>"&'${words}`.replaceAll(/\s/g, '_')))
      const tags = tagsOf(svg).filter((tag) => tag !== 'text' && tag !== '/text')
      expect(new Set(tags)).toEqual(new Set(plain.filter((tag) => !tag.endsWith('text'))))
      expect(svg.replaceAll(/&(?:amp|lt|gt|quot);/g, '')).not.toContain('&')
      // oxlint-disable-next-line no-control-regex
      expect(svg).not.toMatch(/[\u0000-\u0008\u000B-\u001F]|\p{Surrogate}/u)
    }),
  )
})

test('nothing is drawn outside the picture', () => {
  const svg = drawing(flowSaying('a rather long text that has to be broken into several lines to fit where it stands'))
  const [, width, height] = /viewBox="0 0 (\d+) ([\d.]+)"/.exec(svg) ?? []
  const boxes = [
    ...svg.matchAll(/<rect class="(?!paper)[^"]*" x="(-?[\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g),
  ]
  expect(boxes.length).toBeGreaterThan(10)
  for (const [, x, y, w, h] of boxes) {
    expect(Number(x)).toBeGreaterThanOrEqual(0)
    expect(Number(x) + Number(w)).toBeLessThanOrEqual(Number(width))
    expect(Number(y) + Number(h)).toBeLessThanOrEqual(Number(height))
  }
})

test('wrapped lines fit and lose nothing but spaces, unless one word alone is too long', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 60, max: 400 }), (text, width) => {
      const lines = wrapped(text, width, 13)
      for (const line of lines) expect(textWidth(line, 13)).toBeLessThanOrEqual(width)
      if (lines.some((line) => line.includes('…'))) return
      expect(lines.join(' ').split(/[ \t\n]+/)).toEqual(
        text.trim() === '' ? [''] : text.split(/[ \t\n]+/).filter((word) => word !== ''),
      )
    }),
  )
})
