import { expect, test } from 'vitest'
import { openReferenceLab } from './reference-lab.testing.ts'

test('what ends the call of a refused BYE is no fault of whoever refused it', { timeout: 60_000 }, async () => {
  await using lab = await openReferenceLab()
  const edits = [{ at: 'end', path: 'From.line', kind: 'remove', layer: 'a' }] as const
  const one = {
    v: 1,
    scenario: 'redirection/private-call@primaryServer/end',
    baseline: 'plain',
    edits,
    ops: [],
  } as const
  for (let times = 0; times < 4; times += 1) {
    const { expectation, complaints } = await lab.alone(one)
    expect(expectation.class).toBe('refuse')
    expect(complaints).toEqual([])
  }
})
