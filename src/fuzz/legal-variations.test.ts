import { expect, test } from 'vitest'
import { createCoverage } from './coverage.ts'
import { planGrid } from './grid.ts'
import { openLab } from './lab.ts'
import { planLegal } from './legal-variations.ts'
import { randomFrom } from './random.ts'
import { privateCall } from './scenarios/private-call.ts'
import { serviceAuthorization } from './scenarios/service-authorization.ts'
import { startReferenceTarget } from './target.ts'
import { titleOf } from './case.ts'

test(
  'what is legal in many ways at once is legal, and the correct reference system takes it; one that is not stays so among them',
  { timeout: 240_000 },
  async () => {
    const lab = await openLab({
      now: () => performance.now(),
      startTarget: (own) => startReferenceTarget({ defects: [], own }),
    })
    try {
      const scenarios = [privateCall, serviceAuthorization('publish')]
      const planned = planGrid(scenarios, lab.player, createCoverage(), randomFrom(1))
      const { covering, amongLegal } = planLegal(scenarios, planned, lab.player, randomFrom(1))
      const sizes = covering.map(({ edits }) => edits.length)
      expect(Math.max(...sizes)).toBeGreaterThanOrEqual(8)
      const legal = covering.filter((one) => lab.player.due(one).class === 'accept')
      expect(legal.length).toBeGreaterThan(covering.length / 2)
      const wrong: string[] = []
      for (const one of covering) {
        const { complaints } = await lab.alone(one)
        wrong.push(...complaints.map(({ what }) => `${titleOf(one)}: ${what}`))
      }
      expect(wrong).toEqual([])
      const illegal = planned
        .filter((one) => one.ops.length === 0 && lab.player.due(one).class === 'refuse')
        .slice(0, 40)
      const among = [...amongLegal(illegal)]
      expect(among).toHaveLength(40)
      expect(among.every(({ edits }) => edits.length > 5)).toBe(true)
      const refused = among.filter((one) => lab.player.due(one).class === 'refuse')
      expect(refused.length).toBeGreaterThan(30)
    } finally {
      await lab.close()
    }
  },
)
