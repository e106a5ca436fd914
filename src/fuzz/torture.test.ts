import { expect, test } from 'vitest'
import { createCoverage } from './coverage.ts'
import { wellFormed } from './oracles/well-formed.ts'
import { scenarios } from './scenarios/index.ts'
import { openReferenceLab } from './reference-lab.testing.ts'
import { planTorture } from './torture.ts'
import { titleOf } from './case.ts'
import { readMessage } from '#wire/sip'

test(
  'every torture message is played to every entity, and the correct reference system is not complained of',
  { timeout: 240_000 },
  async () => {
    await using lab = await openReferenceLab()
    const coverage = createCoverage()
    const cases = planTorture(scenarios, lab.player, coverage)
    expect(cases.length).toBe(4 * 62)
    const answered = new Map<string, number>()
    const wrong: string[] = []
    for (const one of cases) {
      const execution = await lab.alone(one)
      wrong.push(...execution.complaints.map(({ what }) => `${titleOf(one)}: ${what}`))
      expect(execution.without).toEqual([])
      if (execution.observation.finals.length > 0) answered.set(String(one.edits[0]?.p), execution.octets.length)
    }
    expect(wrong).toEqual([])
    // Responses of nobody are discarded, and so is what cannot be answered.
    expect(answered.size).toBeGreaterThan(45)
    const [one] = cases
    if (one === undefined) throw new Error('no case')
    const legal = { ...one, edits: one.edits.map((edit) => ({ ...edit, p: 'rfc4475/valid/lwsdisp' })) }
    const execution = await lab.alone(legal)
    const malformed = readMessage(Buffer.from('SIP/2.0 400 Bad Request\r\nCSeq: 9 INVITE\r\n\r\n'))
    const scenario = scenarios[0]
    if (scenario === undefined) throw new Error('no scenario')
    const told = wellFormed({
      ...execution,
      scenario,
      legs: [],
      observation: { ...execution.observation, finals: [malformed] },
    })
    expect(told.map(({ what }) => what)).toEqual(['rfc4475/valid/lwsdisp is called malformed'])
  },
)
