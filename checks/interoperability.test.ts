import { describe, test } from 'vitest'
import { hasProgram } from './interoperability/program.ts'
import { interoperabilityChecks } from './interoperability.ts'

// With SIP programs of others. Where one is absent its checks are skipped and say so; continuous integration installs them, and fails without.

const programs = [...new Set(interoperabilityChecks.map(({ program }) => program))]

describe.each(programs)('with %s', (program) => {
  const absent = !hasProgram(program)
  if (absent) console.log(`${program} is not on this machine: its interoperability checks are not run`)
  const checks = interoperabilityChecks.filter((check) => check.program === program)
  test.skipIf(absent && process.env['CI'] !== 'true').each(checks)(
    '$name',
    async ({ run }) => {
      if (absent)
        throw new Error(`${program} is not on this machine: install the package that brings it, as .ci/run does`)
      await run()
    },
    120_000,
  )
})
