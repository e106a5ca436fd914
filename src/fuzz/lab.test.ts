import { expect, test } from 'vitest'
import { validCase } from './grid.ts'
import { openLab, pause } from './lab.ts'
import { openReferenceLab } from './reference-lab.testing.ts'
import { privateCall } from './scenarios/private-call.ts'
import { startReferenceTarget } from './target.ts'

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

test('what is brought about by sending once more is not held against the case', { timeout: 60_000 }, async () => {
  let ahead = 0
  const lab = await openLab({
    now: () => performance.now() + ahead,
    startTarget: (own) => startReferenceTarget({ defects: ['repeated-invite-starts-call'], own }),
  })
  try {
    const playing = lab.alone({ ...validCase(privateCall), ops: [{ op: 'delay', at: '5/answer', p: 200 }] })
    await pause(20)
    ahead = 600
    const { complaints } = await playing
    expect(complaints.filter(({ what }) => what.startsWith('several'))).toEqual([])
  } finally {
    await lab.close()
  }
})
