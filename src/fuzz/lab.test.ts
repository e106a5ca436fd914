import { expect, test } from 'vitest'
import { openLab } from './lab.ts'
import { startReferenceTarget } from './target.ts'

test('what ends the call of a refused BYE is no fault of whoever refused it', { timeout: 60_000 }, async () => {
  const lab = await openLab({
    now: () => performance.now(),
    startTarget: (own) => startReferenceTarget({ defects: [], own }),
  })
  try {
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
  } finally {
    await lab.close()
  }
})
