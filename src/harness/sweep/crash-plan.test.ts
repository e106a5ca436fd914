import { expect, test } from 'vitest'
import { configurationSchema } from '../configuration.ts'
import { embeddedReference } from '../embedded-reference.ts'
import { flows } from '../flows.ts'
import { covering, planSweep } from './crash-plan.ts'
import { roundsOf } from './rounds.ts'

const configuration = configurationSchema.parse({ suts: embeddedReference() })
const swept = planSweep(flows, configuration)
const chosen = covering(swept)
const stepsOf = (all: typeof swept): ReadonlySet<string> =>
  new Set(
    all.flatMap(({ whole: { derived }, points }) =>
      points
        .filter(({ excluded }) => excluded === undefined)
        .map(
          ({ crash }) =>
            `${derived.flow.id} ${derived.sut.join('+')} ${crash?.after} ${crash?.peer} ${crash?.disturbance}`,
        ),
    ),
  )

test('every flow of the harness is swept', () => {
  expect(new Set(chosen.map(({ whole }) => whole.derived.flow.id))).toEqual(new Set(flows.map(({ id }) => id)))
})

test('the places that are chosen have every step, role and peer that there is', () => {
  expect(stepsOf(chosen)).toEqual(stepsOf(swept))
  expect(chosen.length).toBeLessThan(swept.length)
})

test('each moment has an id of its own', () => {
  const ids = chosen.flatMap(({ points }) => points.map(({ id }) => id))
  expect(new Set(ids).size).toBe(ids.length)
})

test('nothing is left out without a reason', () => {
  const reasons = new Set(chosen.flatMap(({ points }) => points.flatMap(({ excluded }) => excluded ?? [])))
  expect([...reasons].toSorted()).toEqual([
    'among the roles that the tester plays',
    'at a role that the tester plays',
    'inside the system under test, between the message before it and the message after it',
    'the peer is reached by HTTP, of which connections are closed and not cut',
  ])
})

test('without a control adapter that restarts it, that the system under test restarts is not swept', () => {
  const mute = configurationSchema.parse({
    suts: embeddedReference().map((sut) => ({ ...sut, control: {} })),
  })
  const restarts = planSweep(flows, mute)
    .flatMap(({ points }) => points)
    .filter(({ crash }) => crash?.disturbance === 'sut-restarts')
  expect(restarts.length).toBeGreaterThan(0)
  expect(restarts.every(({ excluded }) => excluded !== undefined)).toBe(true)
})

test('in a round the same happens to all, and the ports of one role alone are closed', () => {
  const points = chosen.flatMap((one) => one.points).filter(({ excluded }) => excluded === undefined)
  const rounds = roundsOf(points)
  expect(rounds.flatMap((round) => round.points).length).toBe(points.length)
  for (const { closes, disturbance, points: those } of rounds) {
    expect(those.every(({ crash }) => crash?.disturbance === disturbance)).toBe(true)
    if (closes !== undefined) expect(those.every(({ crash }) => crash?.peer === closes)).toBe(true)
  }
})
