import { createHash } from 'node:crypto'
import { hostOf } from '#stack/sip'
import { coverageOf, ladderOf, writtenOut } from '#derive'
import type { CaseDescription, RunEvent } from '#verdict'
import type { PlannedCase } from './case-plan.ts'
import type { Configuration } from './configuration.ts'
import { controlOf } from './control-adapter.ts'
import { flows } from './flows.ts'
import { toolIdentity } from './tool-identity.ts'

/** Tells what is going to be judged, by what, against what, before anything is played. */
export function announce(
  record: (event: RunEvent) => void,
  configuration: Configuration,
  planned: readonly PlannedCase[],
  started: number,
): void {
  const selected = planned.filter((one) => one.excluded === undefined)
  const library = Object.fromEntries(flows.map((flow) => [flow.id, flow]))
  record({
    event: 'run-started',
    format: 1,
    time: new Date(started).toISOString(),
    run: new Date(started).toISOString().replaceAll(/[:.]/g, '-'),
    seed: configuration.seed,
    profile: configuration.profile ?? 'rel-18',
    profileSelected: configuration.profile !== undefined,
    tool: toolIdentity(),
    runtime: `Node.js ${process.versions.node} on ${process.platform} ${process.arch}`,
    configuration: createHash('sha256').update(JSON.stringify(configuration)).digest('hex'),
    suts: configuration.suts.map((sut) => ({
      name: sut.name,
      roles: sut.roles,
      address: `${hostOf(sut.address)}:${sut.port}`,
      ...(sut.version !== undefined && { version: sut.version }),
      claims: sut.ics,
    })),
    cases: selected.length,
  })
  for (const one of planned)
    if (one.excluded === undefined) record({ event: 'case-selected', ...describe(one, configuration) })
    else record({ event: 'case-excluded', case: one.id, reason: one.excluded })
  record({
    event: 'coverage',
    rows: flows.flatMap((flow) =>
      coverageOf(
        writtenOut(flow, library),
        selected
          .filter((one) => one.derived.flow.id === flow.id)
          .map((one) => ({ ...one.derived, id: one.id, asked: controlOf(one.sut).can('query') })),
        (one) => one.asked,
      ),
    ),
  })
}

const describe = (planned: PlannedCase, configuration: Configuration): CaseDescription => {
  const { derived, sut } = planned
  return {
    id: planned.id,
    title: derived.title,
    purpose: derived.purpose,
    flow: derived.flow.id,
    clause: `${derived.source.doc} ${derived.source.clause}`,
    role: derived.sut.join('+'),
    sut: sut.name,
    variant: derived.variant,
    variation: planned.tags.includes('positive') ? 'positive' : 'negative',
    service: planned.service,
    profile: configuration.profile ?? 'rel-18',
    binding: planned.alternativeMatters ? planned.alternative : 'message',
    transport: planned.transport,
    tags: planned.tags,
    actors: derived.flow.actors,
    ladder: ladderOf(derived),
  }
}
