import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hostileSystems } from '../fixtures/hostile-systems/hostile-systems.ts'
import { dishonestyOf } from './hostile-expectations.ts'
import { runAgainst, type HostileRun } from './hostile-run.ts'

// `npm run hostile [-- name...]`: a run against each hostile system, measured and judged. Exit 0 only if all held.
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in hostileSystems))
if (unknown.length > 0) {
  console.error(
    `no hostile system is called ${unknown.join(', ')}; there are: ${Object.keys(hostileSystems).join(', ')}`,
  )
  process.exit(2)
}
const names = Object.keys(hostileSystems).filter((name) => wanted.length === 0 || wanted.includes(name))
const keep = process.env.MCX_KEEP

const counts = ({ record: { totals } }: HostileRun): string =>
  (['pass', 'fail', 'inconclusive', 'error', 'none'] as const)
    .map((verdict) => String(totals.verdicts[verdict] || '-').padStart(verdict.length + 1))
    .join('')

console.log(`${'system'.padEnd(22)}cases pass fail inconclusive error none exit  seconds   MB  record MB  judged`)
let held = 0
for (const name of names) {
  const out = keep === undefined ? mkdtempSync(join(tmpdir(), 'mcx-hostile-')) : join(keep, name)
  rmSync(out, { recursive: true, force: true })
  try {
    const run = await runAgainst(name, out, ['migration/service-authorization@*'])
    const wrong = dishonestyOf(run)
    if (wrong.length === 0) held += 1
    console.log(
      [
        name.padEnd(20),
        String(run.record.totals.cases).padStart(6),
        counts(run),
        String(run.exitCode).padStart(5),
        run.seconds.toFixed(1).padStart(8),
        String(run.mebibytes).padStart(5),
        (run.recorded / 1024 / 1024).toFixed(2).padStart(10),
        ` ${wrong.length === 0 ? 'held' : `NOT HELD: ${wrong.slice(0, 3).join('; ')}`}`,
      ].join(' '),
    )
  } finally {
    if (keep === undefined) rmSync(out, { recursive: true, force: true })
  }
}
console.log(`held ${held} of ${names.length}`)
process.exitCode = held === names.length && held > 0 ? 0 : 1
