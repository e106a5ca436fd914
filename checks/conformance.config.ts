import { defineConfig, embeddedReference, portsFrom } from '../src/harness/index.ts'

/** The reference MC systems at ports of their own, so that the self-test disturbs no run beside it. */
export default defineConfig({
  profile: 'rel-18',
  // Half of two cores may be somebody else's.
  concurrency: 50,
  tester: { ports: portsFrom(20_101) },
  suts: embeddedReference({ firstPort: 20121 }),
})
