import { describe, expect, test } from 'vitest'
import { everyCase, playCase } from './playing.testing.ts'

describe('against a system that does everything right', () => {
  test.each(everyCase.map((one) => [one.id, one] as const))('%s passes', async (_id, derived) => {
    const { verdict, findings } = await playCase(derived)
    expect({ verdict, findings }).toEqual({ verdict: 'pass', findings: [] })
  })
})
