import { defineConfig } from 'vitest/config'

/** Unit and property tests. Conformance runs are started by `mcx run` and have a configuration of their own. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'checks/**/*.test.ts'],
    // Real sockets and child processes: two at once are enough, and each test says when it needs longer.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
