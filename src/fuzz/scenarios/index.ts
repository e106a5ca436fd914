import { challengedPrivateCall } from './challenged-private-call.ts'
import type { Scenario } from '../scenario.ts'
import { elementScenarios } from './element.ts'
import { gatewayMigrationRequests, migrationRequest } from './migration-request.ts'
import { privateCall, privateCallEnd } from './private-call.ts'
import { serviceAuthorization } from './service-authorization.ts'

/** Every message that can be fuzzed on its own. */
export const scenarios: readonly Scenario[] = [
  serviceAuthorization('publish'),
  migrationRequest(),
  ...gatewayMigrationRequests,
  privateCall,
  privateCallEnd,
  challengedPrivateCall,
  serviceAuthorization('register'),
]

const byId = new Map([...scenarios, ...elementScenarios].map((one) => [one.id, one]))
export const scenarioNamed = (id: string): Scenario | undefined => byId.get(id)
