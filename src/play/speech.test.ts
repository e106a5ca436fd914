import { expect, test } from 'vitest'
import { actors, flow, literals, M, message, speech, step, values } from '#flow'
import { only } from './mistakes.testing.ts'
import { caseOf, playCase } from './playing.testing.ts'
import type { Lateness } from './port.ts'

// Speech whose packets come late because the tester itself stood still.

const { asker, teller, third } = actors({ asker: 'asker', teller: 'teller', third: 'third party' })
const { mcServiceId } = values({ mcServiceId: 'mcServiceId' })
const { accepted } = literals('result', 'accepted')
const source = { doc: 'TS 0.0', clause: '1', basis: 'published' } as const
const Ask = message('ask', source, { mcServiceId: M('mcServiceId', 'who') })
const Done = message('done', source, { result: M('result', 'how') })

const talking = flow({
  id: 'example/talking',
  title: 'talking',
  spec: { ...source, figure: '1-1' },
  actors: [asker, teller, third],
  given: [],
  steps: [
    step(1, asker.sends(Ask).to(teller), { mcServiceId }),
    step(2, teller.sends(Done).to(asker), { result: accepted }),
    speech(3, { of: mcServiceId, along: [asker, teller, third], insteadOf: [], floorAt: teller }),
  ],
  variants: { whole: { title: 'whole', without: [] } },
})
const derived = caseOf('teller', 'as-written#whole', talking)

/** Time goes on whenever it is looked at; the tester stood still for 300 ms after time 0 and before the speech. */
function clockThatStood() {
  let now = 1000
  return { now: () => (now += 1), stalled: (since: number) => (since < 500 ? 300 : 0) }
}

const heard = (lateness: Lateness | undefined) => {
  const requirement = 'nothing is heard by the former path'
  const problem = { field: 'media', requirement, source, expected: ['0 packets'], actual: '2 packets', lateness }
  return playCase(derived, { speaks: [problem], script: { clock: clockThatStood() } })
}

test.each([
  ['time says nothing of it', undefined],
  ['the tester did not stand still so long', { since: 0, milliseconds: 301 }],
  ['the tester stood still before the path was changed', { since: 600, milliseconds: 200 }],
  ['the tester stood still before it listened', { milliseconds: 200 }],
] as const)('it fails: %s', async (_, lateness) => {
  const played = await heard(lateness)
  expect(played.verdict).toBe('fail')
  expect(only(played)).toMatchObject({ step: '3', actual: '2 packets' })
})

test('nothing is concluded where the tester may have made it itself', async () => {
  const played = await heard({ since: 0, milliseconds: 300 })
  expect(played.verdict).toBe('inconclusive')
  expect(only(played)).toMatchObject({ actual: '2 packets; the tester itself stood still for 300 ms' })
})
