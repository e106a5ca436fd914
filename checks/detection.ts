import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DefectRow } from '../fixtures/defects/defect-row.ts'
import {
  groupCallContinuityDefects,
  privateCallContinuityDefects,
  secondSwitchDefects,
} from '../fixtures/defects/communication-continuity.ts'
import { crashPointDefects } from '../fixtures/defects/crash-point.ts'
import {
  consecutiveMigrationDefects,
  endlessRedirectionDefects,
  migrationOnceMoreDefects,
  serviceDeauthorizationDefects,
} from '../fixtures/defects/departure.ts'
import {
  callDisclosureDefects,
  gatewayDisclosureDefects,
  visitorDisclosureDefects,
} from '../fixtures/defects/disclosure.ts'
import { migrationDuringCommunicationDefects } from '../fixtures/defects/migration-during-communication.ts'
import {
  affiliationStatusDefects,
  groupCallReceptionDefects,
  migrationDuringGroupCommunicationDefects,
  userProfileDefectsDuringGroupCommunication,
} from '../fixtures/defects/migration-during-group-communication.ts'
import { migrationServiceAuthorizationDefects } from '../fixtures/defects/migration-service-authorization.ts'
import { privateCallDefects } from '../fixtures/defects/private-call.ts'
import {
  returnAfterLeavingDefects,
  returnDuringCommunication,
  returnedUserDefects,
  returnSeenByCallers,
  returnToPrimaryDefects,
} from '../fixtures/defects/return.ts'
import { addressingDefects, sessionDefects } from '../fixtures/defects/session.ts'
import { readRun } from '../src/report/index.ts'

// Every defect of the reference system must be found, at the step whose requirement it breaks. Exit 0 only if all are.
const program = fileURLToPath(new URL('../src/cli/mcx.ts', import.meta.url))
const configuration = fileURLToPath(new URL('detection.config.ts', import.meta.url))
/** Most of a run is waiting. */
const lanes = 4

interface Wanted extends Omit<DefectRow, 'role'> {
  readonly role: string
  /** The cases that look for it, or the moments of a sweep. */
  readonly cases: string
  readonly command?: 'sweep'
  readonly variant?: 'no-gateways'
}

/** One variant and transport each, and one MC service: a defect is the same in all of them. */
const all: readonly Wanted[] = [
  ...[...migrationServiceAuthorizationDefects, ...addressingDefects].map((row) => ({
    ...row,
    cases: 'migration/service-authorization@*udp',
  })),
  ...serviceDeauthorizationDefects.map((row) => ({ ...row, cases: 'migration/service-deauthorization@*udp' })),
  ...[...privateCallDefects, ...sessionDefects].map((row) => ({
    ...row,
    cases: 'redirection/private-call@*#mcptt*udp',
  })),
  ...consecutiveMigrationDefects.map((row) => ({
    ...row,
    cases: 'redirection/consecutive-migration@*#mcptt*udp',
    variant: 'no-gateways' as const,
  })),
  ...callDisclosureDefects.map((row) => ({ ...row, cases: 'redirection/private-call@*#mcptt*udp' })),
  ...gatewayDisclosureDefects.map((row) => ({ ...row, cases: 'migration/service-authorization@*udp' })),
  ...visitorDisclosureDefects.map((row) => ({
    ...row,
    cases: 'migration/during-private-communication@*#mcptt*udp',
    variant: 'no-gateways' as const,
  })),
  ...returnToPrimaryDefects.map((row) => ({ ...row, cases: 'migration/return-to-primary@*udp' })),
  ...[...returnedUserDefects, ...returnSeenByCallers].map((row) => ({
    ...row,
    cases: 'redirection/returned-user@*#mcptt*udp',
    variant: 'no-gateways' as const,
  })),
  ...returnAfterLeavingDefects.map((row) => ({
    ...row,
    cases: 'migration/return-after-leaving@*udp',
    variant: 'no-gateways' as const,
  })),
  ...returnDuringCommunication.map((row) => ({
    ...row,
    cases: `migration/return-during-private-communication@*#mcptt*${row.role === 'configurationServer' ? 'tcp' : 'udp'}`,
    variant: 'no-gateways' as const,
  })),
  ...endlessRedirectionDefects.map((row) => ({
    ...row,
    cases: 'redirection/endless-redirection@*#mcptt*udp',
    variant: 'no-gateways' as const,
  })),
  ...migrationOnceMoreDefects.map((row) => ({
    ...row,
    cases: 'migration/consecutive-migration@*udp',
    variant: 'no-gateways' as const,
  })),
  ...migrationDuringCommunicationDefects.map((row) => ({
    ...row,
    // HTTP goes over TCP.
    cases: `migration/during-private-communication@*#mcptt*${row.role === 'configurationServer' ? 'tcp' : 'udp'}`,
    variant: 'no-gateways' as const,
  })),
  ...groupCallReceptionDefects.map((row) => ({
    ...row,
    cases: 'group/prearranged-call-reception@*#mcptt*udp',
    variant: 'no-gateways' as const,
  })),
  ...affiliationStatusDefects.map((row) => ({
    ...row,
    cases: 'group/affiliation-status@*#mcptt*udp',
    variant: 'no-gateways' as const,
  })),
  ...[...migrationDuringGroupCommunicationDefects, ...userProfileDefectsDuringGroupCommunication].map((row) => ({
    ...row,
    cases: `migration/during-group-communication@*#mcptt*${row.role === 'configurationServer' ? 'tcp' : 'udp'}`,
    variant: 'no-gateways' as const,
  })),
  ...groupCallContinuityDefects.map((row) => ({
    ...row,
    cases: 'continuity/group-call@*#mcptt*udp',
    variant: 'no-gateways' as const,
  })),
  ...privateCallContinuityDefects.map((row) => ({
    ...row,
    cases: 'continuity/private-call@*#mcptt*udp',
    variant: 'no-gateways' as const,
  })),
  ...secondSwitchDefects.map((row) => ({
    ...row,
    cases: 'continuity/second-switch@*#mcptt*udp',
    variant: 'no-gateways' as const,
  })),
  ...crashPointDefects.map((row) => ({
    ...row,
    cases: row.moments,
    command: 'sweep' as const,
    variant: 'no-gateways' as const,
  })),
]
const words = process.argv.slice(2)
const wanted = all.filter(
  ({ defect, cases }) => words.length === 0 || words.some((word) => `${defect} ${cases}`.includes(word)),
)

interface Caught {
  readonly caught: boolean
  readonly line: string
}

async function detect(row: Wanted, lane: number): Promise<Caught> {
  const out = mkdtempSync(join(tmpdir(), 'mcx-detection-'))
  try {
    // Another process may hold a port of the lane: one more try elsewhere, then it is an error.
    await play(row, lane, out).catch(() => play(row, lane + lanes, out))
    const { cases } = await readRun(out)
    const failing = cases.flatMap((one) =>
      one.findings.filter(({ verdict }) => verdict === 'fail').map((finding) => ({ id: one.description.id, finding })),
    )
    const right = failing.find(
      ({ finding }) => row.step.includes(finding.step) && finding.clause.startsWith(row.clause),
    )
    const steps = [...new Set(failing.map(({ finding }) => finding.step))].join(' ')
    const seen = right
      ? `${right.finding.clause}  ${right.id.slice(right.id.indexOf('/', 10) + 1)}`
      : failing.length > 0
        ? `only at step ${steps}`
        : 'nothing failed'
    return {
      caught: right !== undefined,
      line: [
        (right ? 'caught' : 'MISSED').padEnd(7),
        row.role.padEnd(15),
        row.defect.padEnd(49),
        `step ${row.step.join('|')}`.padEnd(14),
        `${failing.length} findings`.padEnd(13),
        seen,
      ].join(' '),
    }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

const play = (row: Wanted, lane: number, out: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [program, row.command ?? 'run', '--config', configuration, '--out', out, '--no-render', row.cases],
      {
        env: {
          ...process.env,
          MCX_DEFECT: row.defect,
          MCX_ROLE: row.role,
          MCX_VARIANT: row.variant ?? 'both-gateways',
          MCX_PORT: String(Number(process.env['MCX_DETECTION_PORT'] ?? 17_000) + lane * 40),
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 1 || code === 3 || code === 0
        ? resolve()
        : reject(new Error(`${row.defect}: exit code ${code}: ${said}`)),
    )
  })

const began = performance.now()
const waiting = wanted.map((row, index) => ({ row, index }))
const results: (Caught | undefined)[] = []
await Promise.all(
  Array.from({ length: lanes }, async (_, lane) => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const result = await detect(next.row, lane)
      results[next.index] = result
      console.log(result.line)
    }
  }),
)
const caught = results.filter((result) => result?.caught).length
console.log(`caught ${caught} of ${wanted.length} in ${((performance.now() - began) / 60_000).toFixed(1)} min`)
process.exitCode = caught === wanted.length && wanted.length > 0 ? 0 : 1
