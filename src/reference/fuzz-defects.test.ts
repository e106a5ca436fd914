import { expect, test } from 'vitest'
import { fuzzTriggers, maskingPairs } from '../../fixtures/fuzz-defects/index.ts'
import type { FuzzTrigger } from '../../fixtures/fuzz-defects/index.ts'
import { callScenes } from './fuzz-call-scenes.world.ts'
import { fuzzDefects, readDefectNames } from './index.ts'
import { digestScenes } from './fuzz-digest-scenes.world.ts'
import { gatewayScenes } from './fuzz-gateway-scenes.world.ts'
import { messageScenes } from './fuzz-message-scenes.world.ts'
import { orderScenes } from './fuzz-order-scenes.world.ts'
import { sessionScenes } from './fuzz-session-scenes.world.ts'
import { onBench } from './raw-peers.world.ts'
import type { Bench } from './raw-peers.world.ts'

const scenes: Readonly<Record<string, (bench: Bench) => Promise<readonly string[]>>> = {
  ...messageScenes,
  ...callScenes,
  ...gatewayScenes,
  ...digestScenes,
  ...orderScenes,
  ...sessionScenes,
}

const seenOf = ({ defect, role }: FuzzTrigger, defects: readonly string[]): Promise<readonly string[]> =>
  onBench(
    isContinuity(role) ? 'client' : role,
    defects,
    async (bench) => (await scenes[defect]?.(bench)) ?? ['no scene'],
  )

/** They are provisioned by their scenes. */
const isContinuity = (role: FuzzTrigger['role']): role is 'participatingServer' | 'iopsControllingServer' =>
  role === 'participatingServer' || role === 'iopsControllingServer'

const timeout = 20_000

async function isSeen(trigger: FuzzTrigger): Promise<void> {
  expect(await seenOf(trigger, [])).toEqual(trigger.right)
  expect(await seenOf(trigger, [trigger.defect])).toEqual(trigger.wrong)
}

/** Nothing else runs in the process while one of them does. */
const stalls = ({ oracles }: FuzzTrigger): boolean => oracles.includes('T')

test.for(fuzzTriggers.filter(stalls))('$id $defect is seen by its trigger', { timeout }, isSeen)

test.concurrent.for(fuzzTriggers.filter((trigger) => !stalls(trigger)))(
  '$id $defect is seen by its trigger',
  { timeout },
  isSeen,
)

test.concurrent.for(maskingPairs)('$defects are both there', { timeout }, async ({ role, defects }) => {
  const triggers = defects.map((name) => fuzzTriggers.find(({ defect }) => defect === name))
  expect(new Set(triggers.map((trigger) => trigger?.role))).toEqual(new Set([role]))
  for (const trigger of triggers)
    if (trigger !== undefined && !stalls(trigger)) expect(await seenOf(trigger, defects)).toEqual(trigger.wrong)
})

test('every defect for robustness tests has a trigger, and every trigger a defect', () => {
  const triggered = fuzzTriggers.map(({ defect }) => defect)
  expect(fuzzDefects.map(({ name }) => name).filter((name) => !triggered.includes(name))).toEqual([])
  expect(readDefectNames(triggered)).toEqual(triggered)
})

test('a defect is named by its id too', () => {
  expect(readDefectNames(['P01', 'any-tag-ends-call'])).toEqual(['content-length-of-32-bits', 'any-tag-ends-call'])
})
