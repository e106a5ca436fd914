import { defineConfig } from '../src/harness/index.ts'

/** Hostile systems under test on loopback: where they listen, and what they play, is told by whoever starts the run. */
const { MCX_PORTS = '18000,18001,18002,18003,18004,18005,18006', MCX_ROLES = 'primaryServer' } = process.env
const [client, partnerServer, partnerGateway, primaryGateway, primaryServer, ...own] = MCX_PORTS.split(',').map(Number)
const roles = MCX_ROLES.split(',') as ('primaryServer' | 'partnerServer')[]

export default defineConfig({
  profile: 'rel-18',
  tester: { ports: { client, partnerServer, partnerGateway, primaryGateway, primaryServer } },
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
