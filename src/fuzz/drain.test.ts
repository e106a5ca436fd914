import { expect, test } from 'vitest'
import { drain, drainInWords, type Drained } from './drain.ts'
import { scenarios } from './scenarios/index.ts'
import { openReferenceLab } from './reference-lab.testing.ts'

const now = (): number => performance.now()

test('whoever serves at the end is quiet, and whoever does not is found', { timeout: 120_000 }, async () => {
  await using lab = await openReferenceLab()
  const found: string[] = []
  const drained = (): Promise<Drained> =>
    drain({ lab, scenarios, now, longest: 20_000, keep: (_, { what }) => found.push(what) })
  await lab.isAlive(scenarios)
  const left = await drained()
  expect(found).toEqual([])
  expect(left.valid).toEqual({ flows: scenarios.length, served: scenarios.length })
  expect(left.quietAfter).toBeGreaterThanOrEqual(900)
  expect(drainInWords(left)).toContain(`${scenarios.length} of ${scenarios.length} valid flows go their way`)
  await lab.target.stop()
  const [first] = scenarios
  const { valid } = await drain({
    lab,
    scenarios: first === undefined ? [] : [first],
    now,
    longest: 0,
    keep: (_, { what }) => found.push(what),
  })
  expect(valid).toEqual({ flows: 1, served: 0 })
  expect(found).toHaveLength(1)
  expect(found[0]).toMatch(/^the target no longer serves valid requests/)
})
