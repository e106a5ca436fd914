import { expect, test } from 'vitest'
import type { FuzzCase } from './case.ts'
import { findCulprit } from './culprit.ts'
import type { Execution } from './execution.ts'
import type { Lab } from './lab.ts'
import { complaint, type Complaint } from './oracle.ts'
import type { Tally } from './tally.ts'

const one: FuzzCase = {
  v: 1,
  scenario: 'element/options@element/1',
  baseline: 'plain',
  edits: [{ at: '1', path: 'To.tag', kind: 'word', p: 'null', layer: 'a' }],
  ops: [],
}

/** A tally to which everything is new, and what it keeps. */
function tallying(): { readonly tally: Tally; readonly kept: readonly string[] } {
  const kept: string[] = []
  const tally = {
    isKnown: () => false,
    keep: (_execution: Execution, { what }: Complaint) => void kept.push(what),
  }
  return { tally: tally as unknown as Tally, kept }
}

test.each([
  ['stops the target is complained of for that', [true, true, true], ['the target no longer serves valid requests']],
  ['only takes long is complained of for the while', [true, true, false], ['no answer']],
])('who %s', async (_, answers, said) => {
  const slow = complaint('once', 'RFC 3261 8.2.6', 'robustness', 'no answer', 'a final response', 'none')
  const killings = [...answers]
  const lab = {
    target: { restarts: true, ended: () => undefined },
    wrongAnyway: new Set(),
    revive: () => Promise.resolve(),
    kills: () => Promise.resolve(killings.shift()),
    alone: () => Promise.resolve({ one, complaints: [slow] } as unknown as Execution),
  } as unknown as Lab
  const { tally, kept } = tallying()
  const search = await findCulprit([one], { lab, tally, scenarios: [], unanswered: [one] })
  expect([search, kept]).toEqual([{ serves: true, culprit: one }, said])
})

test('who ended in a batch is complained of for that, though alone it is still on its way to its end', async () => {
  let ended: string | undefined = 'it ended with SIGSEGV and said: oops'
  const lab = {
    target: { restarts: true, ended: () => ended },
    wrongAnyway: new Set(),
    revive: () => Promise.resolve(void (ended = undefined)),
    kills: () => Promise.resolve(true),
    alone: () => Promise.resolve({ one, complaints: [] } as unknown as Execution),
  } as unknown as Lab
  const { tally, kept } = tallying()
  await findCulprit([one], { lab, tally, scenarios: [], unanswered: [one] })
  expect(kept).toEqual(['the target no longer serves valid requests: it ended with SIGSEGV'])
})
