import { expect, test } from 'vitest'
import { openFlowStage } from './flows/flow-stage.ts'
import { alternativesIn } from './flows/flow-alternatives.ts'
import type { FlowOperation, FuzzCase } from './case.ts'
import { explainOperations } from './explain-operations.ts'

const operation: FlowOperation = { op: 'retransmit', at: '5', p: 'later' }
const one: FuzzCase = { v: 1, scenario: 'a/as-written#udp', baseline: 'plain', edits: [], ops: [operation] }
const alternatives = {
  parameters: (own: FlowOperation) => [{ ...own, p: 'at once' }],
  steps: (own: FlowOperation) => ['1', '6', '8'].map((at) => ({ ...own, at })),
  surroundings: ['a/as-written#tcp'],
}

const explained = (shows: (other: FuzzCase) => boolean, timeLeft = true): Promise<readonly string[]> =>
  explainOperations(one, {
    failing: (cases) => Promise.resolve(cases.filter(shows)),
    timeLeft: () => timeLeft,
    alternatives,
  })

test('what shows whatever is done says so', async () => {
  expect(await explained(() => true)).toEqual([
    'retransmit: any of 2 tried',
    'retransmit: any step of 4 tried',
    'any surroundings of 2 tried',
  ])
})

test('what shows at one step in one place says so, and what shows at some names them', async () => {
  const said = await explained(
    ({ scenario, ops: [own] }) => own?.at !== '1' && own?.at !== '8' && scenario === one.scenario,
  )
  expect(said).toEqual([
    'retransmit: any of 2 tried',
    'retransmit: step 5, 6, of 4 tried',
    'surroundings udp alone, of 2 tried',
  ])
})

test('nothing is said of what could not be tried', async () => {
  expect(await explained(() => true, false)).toEqual([])
})

test('the flows of the stage have other steps, parameters and surroundings', { timeout: 120_000 }, async () => {
  const stage = await openFlowStage({ roles: ['partnerServer'], defects: [] })
  try {
    const flow = stage.written.find(({ id }) => id.includes('#no-gateways,publish'))
    if (flow === undefined) throw new Error('no flow without gateways')
    await stage.play({ ...one, scenario: flow.id, ops: [] })
    const [at = ''] = [...flow.steps.keys()]
    const own: FlowOperation = { op: 'retransmit', at, p: 'later' }
    const found = alternativesIn(stage, { ...one, scenario: flow.id, ops: [own] })
    expect(found.surroundings).toContain(flow.id.replace('publish', 'register'))
    expect(found.surroundings).not.toContain(flow.id)
    expect(found.parameters(own)).toEqual([{ ...own, p: 'at once' }])
    expect(found.steps(own).length).toBe(flow.steps.size - 1)
  } finally {
    await stage.close()
  }
})
