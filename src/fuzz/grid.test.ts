import { expect, test } from 'vitest'
import { createCoverage } from './coverage.ts'
import { planGrid } from './grid.ts'
import { randomFrom } from './random.ts'
import { scenariosOf } from './scenarios/index.ts'
import { openReferenceLab } from './reference-lab.testing.ts'

// Of 36,000 edits a busy machine plays a thousand in a minute.
test('what no other edit does comes early, whatever the seed', { timeout: 120_000 }, async () => {
  await using lab = await openReferenceLab()
  for (const seed of [1, 2]) {
    const grid = planGrid(scenariosOf(['primaryServer']), lab.player, createCoverage(), randomFrom(seed))
    const firstOf = (path: RegExp, kind: string, p: RegExp): number =>
      grid.findIndex(({ edits: [edit] }) => edit && path.test(edit.path) && edit.kind === kind && p.test(`${edit.p}`))
    expect(firstOf(/^Authorization/, 'credentials for', /^a nonce of nobody$/)).toBeLessThan(600)
    expect(firstOf(/^Content-Type/, 'boundary', /./)).toBeLessThan(200)
    expect(firstOf(/mcptt-id/, 'identity', /^other user$/)).toBeLessThan(1500)
  }
})
