import { defineConfig, flowRoles } from '../src/harness/index.ts'

/** Hostile systems under test on loopback: where they listen, and what they play, is told by whoever starts the run. */
const { MCX_PORTS = Array.from({ length: 12 }, (_, index) => 18_000 + index).join(), MCX_ROLES = 'primaryServer' } =
  process.env
const ports = MCX_PORTS.split(',').map(Number)
const own = ports.slice(flowRoles.length)
const roles = MCX_ROLES.split(',') as ('primaryServer' | 'partnerServer')[]

export default defineConfig({
  profile: 'rel-18',
  tester: { ports: Object.fromEntries(flowRoles.map((role, index) => [role, ports[index]])) },
  timing: { answer: 3000, silence: 600, quiet: 150 },
  suts: roles.map((role, index) => ({
    name: `hostile ${role}`,
    roles: [role],
    system: `${role === 'primaryServer' ? 'a' : 'b'}.hostile.example`,
    identity: `sip:hostile@${role === 'primaryServer' ? 'a' : 'b'}.hostile.example`,
    address: '127.0.0.1',
    port: own[index] ?? 0,
    variants: ['no-gateways'],
    alternatives: ['publish'],
    timers: { migrationResponse: 1000 },
  })),
})
