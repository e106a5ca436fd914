import { expect, test } from 'vitest'
import { runCampaign, type CampaignOptions, type CampaignResult } from './campaign.ts'
import { silentJournal } from './journal.ts'
import { scenarios } from './scenarios/index.ts'
import { startReferenceTarget } from './target.ts'

/** Cases of every kind, in the same order each time. */
const play = (defects: readonly string[], most: number, more: Partial<CampaignOptions> = {}): Promise<CampaignResult> =>
  runCampaign({
    scenarios: scenarios.filter(({ alternative }) => alternative === 'publish'),
    seed: 1,
    budget: 200_000,
    most,
    now: () => performance.now(),
    startTarget: (own) => startReferenceTarget({ defects, own }),
    journal: silentJournal,
    say: ignore,
    isEnough: () => defects.length > 0,
    ...more,
  })
const ignore = (): void => undefined

test('nothing is found in the correct reference system', { timeout: 240_000 }, async () => {
  const { findings, executions, notTested } = await play([], 512)
  expect(notTested).toBeUndefined()
  expect(executions).toBeGreaterThanOrEqual(512)
  expect(findings.map(({ signature }) => signature)).toEqual([])
})

test.each([
  ['token-signature-unchecked', 'accepted in spite of credentials changed'],
  ['temporary-identity-lost', 'temporaryId in the migration request is not that of the request'],
])('%s is found', { timeout: 240_000 }, async (defect, what) => {
  const { findings } = await play([defect], 4096)
  expect(findings.map(({ complaint }) => complaint.what)).toContain(what)
})

test('the time that findings take is left of the budget', { timeout: 240_000 }, async () => {
  // Once there is one, nothing of the budget is left for more.
  const { findings, executions, milliseconds } = await play(['token-signature-unchecked'], 20_000, {
    isEnough: undefined,
    forFindings: 200_000,
  })
  expect(findings.length).toBeGreaterThan(0)
  expect(executions).toBeLessThan(20_000)
  expect(milliseconds).toBeLessThan(200_000)
})
