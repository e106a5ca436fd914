import { challengedPrivateCall } from './challenged-private-call.ts'
import type { Scenario } from '../scenario.ts'
import { elementScenarios } from './element.ts'
import { gatewayMigrationRequests, migrationRequest } from './migration-request.ts'
import { gatewayPrivateCalls, privateCall, privateCallEnd } from './private-call.ts'
import { serviceAuthorization } from './service-authorization.ts'

/** Every message that can be fuzzed on its own. */
export const scenarios: readonly Scenario[] = [
  serviceAuthorization('publish'),
  migrationRequest(),
  ...gatewayMigrationRequests,
  privateCall,
  privateCallEnd,
  challengedPrivateCall,
  ...gatewayPrivateCalls,
  serviceAuthorization('register'),
]

/** Functional entities of which whole flows are fuzzed, and no single messages. */
export const flowsAlone = ['client', 'participatingServer', 'iopsParticipatingServer', 'iopsControllingServer'] as const

/** The scenarios with one of these functional entities under test; the server that asks for credentials is a primary one. */
export const scenariosOf = (roles: readonly string[]): readonly Scenario[] =>
  scenarios.filter(({ role }) => roles.includes(role === 'challengingServer' ? 'primaryServer' : role))

const byId = new Map([...scenarios, ...elementScenarios].map((one) => [one.id, one]))
export const scenarioNamed = (id: string): Scenario | undefined => byId.get(id)
