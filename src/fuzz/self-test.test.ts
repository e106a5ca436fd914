import { expect, test } from 'vitest'
import { openEngine } from './engine.ts'
import { selfTest } from './self-test.ts'
import { startReferenceTarget } from './target.ts'

const now = (): number => performance.now()

test('the self-test finds every defect it knows', { timeout: 120_000 }, async () => {
  expect(await selfTest({ now, startTarget: (own) => startReferenceTarget({ defects: [], own }) })).toEqual([])
})

test('a defect that hides the others makes the self-test fail', { timeout: 120_000 }, async () => {
  const missed = await selfTest({
    now,
    async startTarget(own) {
      const target = await startReferenceTarget({ defects: [], own })
      return { ...target, show: () => Promise.resolve(), places: target.places }
    },
  })
  expect(missed).toContain('token-signature-unchecked is not found')
})

test('nothing is sent beyond this machine without consent', async () => {
  const engine = await openEngine({ now, onStray: () => undefined })
  try {
    expect(() => engine.send(Buffer.from('x'), 'client', { address: '192.0.2.1', port: 5060 })).toThrow(
      '192.0.2.1 is not on this machine',
    )
  } finally {
    await engine.close()
  }
})
