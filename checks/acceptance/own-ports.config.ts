import { defineConfig, embeddedReference } from '../../src/harness/index.ts'

/** The configuration of the repository on ports of its own, so that several runs do not meet. */
const first = Number(process.env['MCX_PORT'] ?? 18_000)

export default defineConfig({
  profile: 'rel-18',
  tester: {
    ports: {
      client: first,
      partnerServer: first + 1,
      partnerGateway: first + 2,
      primaryGateway: first + 3,
      primaryServer: first + 4,
    },
  },
  suts: embeddedReference({ firstPort: first + 5 }),
})
