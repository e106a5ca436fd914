import { expect, test } from 'vitest'
import { statusOf } from '#wire/sip'
import { titleOf, type FuzzCase, type FlowOperation } from '../case.ts'
import { createCoverage } from '../coverage.ts'
import { planGrid, validCase } from '../grid.ts'
import type { Lab } from '../lab.ts'
import type { Scenario } from '../scenario.ts'
import { privateCall } from '../scenarios/private-call.ts'
import { scenarioNamed, scenarios } from '../scenarios/index.ts'
import { serviceAuthorization } from '../scenarios/service-authorization.ts'
import { shrinkCase } from '../shrink.ts'
import { openReferenceLab } from '../reference-lab.testing.ts'
import { jointOperations, singleOperations } from './index.ts'

const operated = (scenario: Scenario, ...ops: readonly FlowOperation[]): FuzzCase => ({ ...validCase(scenario), ops })

async function within<T>(defects: readonly string[], use: (lab: Lab) => Promise<T>): Promise<T> {
  await using lab = await openReferenceLab(...defects)
  return await use(lab)
}

test('no single operation is held against the correct reference system', { timeout: 240_000 }, async () => {
  const wrong = await within([], async (lab) => {
    const found: string[] = []
    for (const scenario of scenarios)
      for (const operations of [...singleOperations(scenario).map((one) => [one]), ...jointOperations(scenario)]) {
        const one = operated(scenario, ...operations)
        const { complaints } = await lab.alone(one)
        found.push(...complaints.map(({ what }) => `${titleOf(one)}: ${what}`))
      }
    return found
  })
  expect(wrong).toEqual([])
})

const authorization = serviceAuthorization('publish')
const retransmit: FlowOperation = { op: 'retransmit', at: '5', p: 'at once' }

test.each<readonly [string, Scenario, readonly FlowOperation[], string]>([
  ['repeated-invite-starts-call', privateCall, [retransmit], 'several private call request to partnerServer'],
  [
    'repeated-invite-starts-call',
    privateCall,
    [{ op: 'retransmit from another socket', at: '5', p: 'at once' }],
    'several private call request to partnerServer',
  ],
  ['cancel-by-call-id', privateCall, [{ op: 'cancel', at: '5', p: 'foreign branch' }], 'legal, answered 487'],
  ['late-provisional-reopens', privateCall, [{ op: 'reorder', at: '5/answer' }], 'the session cannot be ended'],
  [
    'forked-success-left',
    privateCall,
    [{ op: 'fork', at: '5/answer' }],
    'a 2xx of partnerServer is neither acknowledged nor ended',
  ],
  ['crossing-answer-kept', privateCall, [{ op: 'cross', at: '5', p: 0 }], 'a session is left at partnerServer'],
  ['late-cancel-ends-call', privateCall, [{ op: 'cancel late', at: '5' }], 'a call that was answered is ended'],
  [
    'unsolicited-response-accepted',
    authorization,
    [{ op: 'wrong direction', at: '1/reaction' }],
    'accepted before the other system has answered',
  ],
  [
    'grants-on-timeout',
    authorization,
    [{ op: 'drop', at: '1/reaction' }],
    'granted though the other system has not answered',
  ],
  [
    'lost-authorization-granted',
    authorization,
    jointOperations(authorization)[0] ?? [],
    'granted though the other system has not answered',
  ],
])('%s is found', { timeout: 60_000 }, async (defect, scenario, ops, what) => {
  const complaints = await within([defect], async (lab) => (await lab.alone(operated(scenario, ...ops))).complaints)
  expect(complaints.map((one) => one.what)).toContain(what)
})

const otherCaller: FuzzCase = {
  ...operated(scenarioNamed('redirection/private-call@primaryGateway/5a') as Scenario, {
    op: 'answer substitute',
    at: '5a/answer',
    p: 300,
  }),
  edits: [
    {
      at: '5a',
      path: 'body[1]/mcpttinfo/mcptt-Params/mcptt-calling-user-id/mcpttURI.text',
      kind: 'identity',
      layer: 'a',
      p: 'other user',
    },
  ],
}

test('a call that names another caller reaches the one who refuses it', { timeout: 60_000 }, async () => {
  const { complaints, observation } = await within([], (lab) => lab.alone(otherCaller))
  expect(complaints).toEqual([])
  expect(observation.finals.map(statusOf)).toEqual([480])
})

test(
  'a call that names nobody of the case is answered by somebody who was not told to refuse it',
  {
    timeout: 60_000,
  },
  async () => {
    const called = {
      at: '5a',
      path: 'body[2]/resource-lists/list/entry@uri',
      kind: 'case flipped',
      layer: 'a',
    } as const
    const one = { ...otherCaller, edits: [...otherCaller.edits, called] }
    const { complaints, observation } = await within([], (lab) => lab.alone(one))
    expect(complaints).toEqual([])
    expect(observation.finals.map(statusOf)).toEqual([200])
  },
)

test('what does not matter is taken out', { timeout: 120_000 }, async () => {
  const one = operated(privateCall, { op: 'delay', at: '5/answer', p: 200 }, retransmit, { op: 'cancel late', at: '5' })
  const minimal = await within(['repeated-invite-starts-call'], (lab) =>
    shrinkCase(one, {
      width: 1,
      timeLeft: () => true,
      fails: async (candidates) => {
        for (const candidate of candidates) {
          const { complaints } = await lab.alone(candidate)
          if (complaints.some(({ what }) => what.startsWith('several'))) return candidate
        }
        return undefined
      },
    }),
  )
  expect(minimal.ops).toEqual([retransmit])
})

test('every operation is a cell of its step', { timeout: 60_000 }, async () => {
  const coverage = createCoverage()
  const listed = await within([], async ({ player }) =>
    planGrid([privateCall], player, coverage, () => 0.5).flatMap((one) => one.ops),
  )
  expect(listed).toHaveLength(singleOperations(privateCall).length)
  const cells = [...coverage.cells.values()].filter(({ field }) => field === 'step 5/answer')
  expect(cells.map(({ kind, planned }) => `${kind} ${planned}`)).toContain('answer substitute 9')
})
