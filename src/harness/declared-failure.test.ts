import { expect, test } from 'vitest'
import type { Finding, Verdict } from '#verdict'
import { declaredFailure } from './declared-failure.ts'
import { plannedFor, primaryServer } from './example-configuration.testing.ts'

const declared = {
  case: 'migration/service-authorization@*/as-written#no-gateways,udp',
  message: 'temporaryId',
  reason: 'known',
  owner: 'the team',
}
const planned = plannedFor({ ...primaryServer, expectedFailures: [{ ...declared, expires: '2027-01-31' }] })
const concerned = planned.find(({ id }) => id.endsWith('/as-written#no-gateways,udp'))
const finding: Finding = {
  requirement: 'temporaryId in the migration response is the one of this procedure',
  clause: 'TR 23.781 6.x.1 step 8',
  basis: 'seed',
  verdict: 'fail',
  phase: 'body',
  step: '8',
  role: 'primaryServer',
  expected: ['x'],
  actual: 'y',
  messages: [],
  replay: '',
}
const other = { ...finding, requirement: 'something else' }

test.each<readonly [string, Verdict, readonly Finding[], string, string]>([
  ['fails as declared', 'fail', [finding], '2027-01-31', 'met'],
  ['fails as declared, among other things', 'fail', [other, finding], '2026-01-01', 'met'],
  ['fails in another way', 'fail', [other], '2026-01-01', 'other-failure'],
  ['passes', 'pass', [], '2026-01-01', 'surprise-pass'],
  ['fails as declared, too late', 'fail', [finding], '2027-02-01', 'expired'],
])('a case that %s', (_how, verdict, findings, today, state) => {
  if (!concerned) throw new Error('no case')
  expect(declaredFailure(concerned, verdict, findings, today)).toMatchObject({ state, owner: 'the team' })
})

test('nothing is declared for the others', () => {
  for (const one of planned.filter((case_) => case_ !== concerned))
    expect(declaredFailure(one, 'fail', [finding], '2026-01-01')).toBeUndefined()
})
