import { expect, test } from 'vitest'
import { createCoverage } from './coverage.ts'
import { planGrid } from './grid.ts'
import { planLegal } from './legal-variations.ts'
import { randomFrom } from './random.ts'
import { privateCall } from './scenarios/private-call.ts'
import { serviceAuthorization } from './scenarios/service-authorization.ts'
import { openReferenceLab } from './reference-lab.testing.ts'
import { titleOf, type FuzzCase } from './case.ts'
import { shrinkCase } from './shrink.ts'

test(
  'what is legal in many ways at once is legal, and the correct reference system takes it; one that is not stays so among them',
  { timeout: 240_000 },
  async () => {
    await using lab = await openReferenceLab()
    const scenarios = [privateCall, serviceAuthorization('publish')]
    const planned = planGrid(scenarios, lab.player, createCoverage(), randomFrom(1))
    const legal = planLegal(scenarios, planned, lab.player, randomFrom(1))
    const covering = [...legal.covering()]
    const sizes = covering.map(({ edits }) => edits.length)
    expect(Math.max(...sizes)).toBeGreaterThanOrEqual(8)
    expect(covering.every((one) => lab.player.due(one).class === 'accept')).toBe(true)
    const wrong: string[] = []
    for (const one of covering.filter((_, index) => index % 4 === 0)) {
      const { complaints } = await lab.alone(one)
      wrong.push(...complaints.map(({ what }) => `${titleOf(one)}: ${what}`))
    }
    expect(wrong).toEqual([])
    const illegal = planned.filter((one) => one.ops.length === 0 && lab.player.due(one).class === 'refuse').slice(0, 40)
    const among = [...legal.amongLegal(illegal)]
    expect(among).toHaveLength(40)
    expect(among.every(({ edits }) => edits.length > 5)).toBe(true)
    const refused = among.filter((one) => lab.player.due(one).class === 'refuse')
    expect(refused.length).toBeGreaterThan(30)
  },
)

test(
  'what two legal ways beside each other show is found, and by none of them alone',
  { timeout: 240_000 },
  async () => {
    await using lab = await openReferenceLab('compact-beside-folded')
    const scenarios = [privateCall]
    const planned = planGrid(scenarios, lab.player, createCoverage(), randomFrom(1))
    const covering = planLegal(scenarios, planned, lab.player, randomFrom(1)).covering()
    const isWrong = async (one: FuzzCase): Promise<boolean> => (await lab.alone(one)).complaints.length > 0
    let found: FuzzCase | undefined
    for (const one of covering) if (found === undefined && (await isWrong(one))) found = one
    if (found === undefined) throw new Error('not found')
    const minimal = await shrinkCase(found, {
      width: 1,
      timeLeft: () => true,
      fails: async ([one]) => (one !== undefined && (await isWrong(one)) ? one : undefined),
    })
    expect(minimal.edits).toHaveLength(2)
    for (const edit of minimal.edits) expect(await isWrong({ ...minimal, edits: [edit] })).toBe(false)
  },
)
