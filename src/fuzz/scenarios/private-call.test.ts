import { expect, test } from 'vitest'
import { validCase } from '../grid.ts'
import { openReferenceLab } from '../reference-lab.testing.ts'
import { gatewayPrivateCalls } from './private-call.ts'

const found: readonly (readonly [defect: string, where: string, what: string])[] = [
  ['primary-gateway-calling-host-leaked', 'primaryGateway/5a', 'a name of the inside is seen at partnerServer'],
  ['primary-gateway-called-party-rewritten', 'primaryGateway/5a', 'calledParty'],
  ['partner-gateway-called-party-rewritten', 'partnerGateway/5b', 'calledParty'],
]

test.each(found)('%s is found by a valid message', { timeout: 60_000 }, async (defect, where, what) => {
  await using lab = await openReferenceLab(defect)
  const scenario = gatewayPrivateCalls.find(({ id }) => id.endsWith(`@${where}`))
  expect(scenario).toBeDefined()
  if (scenario === undefined) return
  const { complaints } = await lab.alone(validCase(scenario))
  expect(complaints.map((one) => one.what).join('; ')).toContain(what)
})
