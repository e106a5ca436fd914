import { checkConfiguration, embeddedReference, portsFrom } from '#harness'
import { expect, test } from 'vitest'
import { openConfiguredFlowStage } from './flow-stage.ts'

/** Whether flows of an emergency communication are played with a participating server of a configuration, and how many others. */
async function flowsWhere(emergency: boolean): Promise<{ readonly ofEmergency: number; readonly others: number }> {
  const configuration = checkConfiguration(
    { tester: { ports: portsFrom(5700) }, suts: embeddedReference({ firstPort: 5800 }), fuzz: { emergency } },
    'harness.config.ts',
  )
  const sut = configuration.suts.find(({ roles }) => roles.includes('participatingServer'))
  if (sut === undefined) throw new Error('there is one')
  const isChosen = ({ id }: { readonly id: string }): boolean => id.startsWith('continuity/group-call@')
  const stage = await openConfiguredFlowStage({ configuration, sut, isChosen })
  try {
    const all = [...stage.written.map(({ id }) => id), ...stage.derived.map(({ id }) => id)]
    const ofEmergency = all.filter((id) => id.includes('emergencyCommunication')).length
    return { ofEmergency, others: all.length - ofEmergency }
  } finally {
    await stage.close()
  }
}

test('flows of an emergency communication are played with a system of a configuration where that is allowed, and there alone', async () => {
  const allowed = await flowsWhere(true)
  expect(allowed.ofEmergency).toBeGreaterThan(0)
  expect(allowed.others).toBeGreaterThan(0)
  expect(await flowsWhere(false)).toEqual({ ofEmergency: 0, others: allowed.others })
})
