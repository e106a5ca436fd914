import { defineConfig } from 'vitest/config'

const whole = [
  'checks/conformance.test.ts',
  'checks/established-preconditions.test.ts',
  'checks/kamailio-in-front.test.ts',
  'checks/moved-profile.test.ts',
  'checks/package.test.ts',
  'checks/secure-transports.test.ts',
]
/** They start reference systems as processes of their own, and judge when those answer. */
const campaigns = [
  'src/cli/fuzz.test.ts',
  'src/fuzz/{campaign,configured-target,drain,explain-operations,grid,identities,lab,legal-variations}.test.ts',
  'src/fuzz/{replay,second-look,self-test,streams,torture}.test.ts',
  'src/fuzz/{flows,operators,scenarios}/*.test.ts',
]
const common = {
  // Real sockets and child processes: each test says when it needs longer.
  testTimeout: 30_000,
  hookTimeout: 30_000,
  expect: { poll: { timeout: 15_000 } },
}

// What plays the whole product, or starts systems to play against, waits for others: on a machine that many share it may
// have a second attempt, and `npm test` says which needed one. Parts of the product and properties of random values never have.
const retry = process.env['CI'] === undefined ? 0 : 1

/** Unit and property tests. Conformance runs are started by `mcx run` and have a configuration of their own. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'parts',
          include: ['src/**/*.test.ts'],
          exclude: campaigns,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...common, name: 'campaigns', include: campaigns, maxWorkers: 2, retry, sequence: { groupOrder: 0 } },
      },
      {
        test: {
          ...common,
          name: 'checks',
          include: ['checks/**/*.test.ts'],
          exclude: whole,
          maxWorkers: 2,
          retry,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Runs of the whole product judge how long things take: nothing else runs beside them.
        test: { ...common, name: 'whole', include: whole, maxWorkers: 1, retry, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
