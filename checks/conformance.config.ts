import { defineConfig, embeddedReference } from '../src/harness/index.ts'

/** The reference MC systems at ports of their own, so that the self-test disturbs no run beside it. */
export default defineConfig({
  profile: 'rel-18',
  // Half of two cores may be somebody else's.
  concurrency: 50,
  tester: {
    ports: { client: 20101, partnerServer: 20102, partnerGateway: 20103, primaryGateway: 20104, primaryServer: 20105 },
  },
  suts: embeddedReference({ firstPort: 20111 }),
})
