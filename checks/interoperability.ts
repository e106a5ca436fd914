import { hasProgram } from './interoperability/program.ts'
import type { InteroperabilityCheck } from './interoperability/check.ts'
import { baresipChecks } from './interoperability/with-baresip.ts'
import { kamailioChecks } from './interoperability/with-kamailio.ts'
import { opensslChecks } from './interoperability/with-openssl.ts'
import { sippChecks } from './interoperability/with-sipp.ts'

/** Everything that is shown with SIP programs of others, on 127.0.0.1, ports 21000 to 21999. */
export const interoperabilityChecks: readonly InteroperabilityCheck[] = [
  ...kamailioChecks,
  ...sippChecks,
  ...baresipChecks,
  ...opensslChecks,
]

// `node checks/interoperability.ts [word...]`: runs those whose name holds all words, one line each.
if (import.meta.main) {
  const words = process.argv.slice(2)
  const chosen = interoperabilityChecks.filter(({ name, program }) =>
    words.every((word) => `${program} ${name}`.includes(word)),
  )
  let failed = chosen.length === 0 ? 1 : 0
  if (chosen.length === 0) console.log(`no check holds the words ${words.join(' ')}`)
  for (const { name, program, run } of chosen) {
    if (!hasProgram(program)) {
      console.log(`- ${program}: ${name}: not run, ${program} is not on this machine`)
      if (process.env['CI'] === 'true') failed += 1
      continue
    }
    try {
      console.log(`✓ ${program}: ${name}: ${await run()}`)
    } catch (error) {
      failed += 1
      console.log(`✗ ${program}: ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  process.exitCode = failed === 0 ? 0 : 1
}
