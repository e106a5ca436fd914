import type { Finding } from '#verdict'
import type { CaseRecord, RunRecord } from './run-record.ts'

const format = 1

const findingResult = (finding: Finding) => ({
  requirement: finding.requirement,
  clause: finding.clause,
  basis: finding.basis,
  verdict: finding.verdict,
  phase: finding.phase,
  step: finding.step,
  role: finding.role,
  ...(finding.field !== undefined && { field: finding.field }),
  expected: finding.expected,
  actual: finding.actual,
  messages: finding.messages,
  ...(finding.span && { span: finding.span }),
  replay: finding.replay,
})

const caseResult = ({ description: of, ...record }: CaseRecord) => ({
  id: of.id,
  title: of.title,
  purpose: of.purpose,
  flow: of.flow,
  clause: of.clause,
  role: of.role,
  sut: of.sut,
  variant: of.variant,
  variation: of.variation,
  service: of.service,
  profile: of.profile,
  binding: of.binding,
  transport: of.transport,
  tags: of.tags,
  verdict: record.verdict,
  standing: record.standing,
  finished: record.finished,
  ...(record.remark !== undefined && { remark: record.remark }),
  phases: record.phases,
  ...(record.startedAt !== undefined && { startedAt: record.startedAt }),
  ...(record.duration !== undefined && { duration: record.duration }),
  ...(record.sentDigest !== undefined && { sentDigest: record.sentDigest }),
  ...(record.expectedFailure && { expectedFailure: record.expectedFailure }),
  findings: record.findings.map(findingResult),
  steps: record.steps.map(({ phase, step, outcome, text }) => ({ phase, step, outcome, text })),
  messages: record.messages.length,
  ...(record.media.length > 0 && {
    media: record.media.flatMap(({ lanes }) =>
      lanes.map(({ talker, listener, figures }) => ({ talker, listener, ...figures })),
    ),
  }),
  notes: record.notes,
})

/** `results.json` as a value: what `results.schema.json` describes. */
export const resultsOf = (run: RunRecord) => ({
  format,
  ...(run.started && {
    run: run.started.run,
    time: run.started.time,
    seed: run.started.seed,
    profile: run.started.profile,
    profileSelected: run.started.profileSelected,
    tool: run.started.tool,
    runtime: run.started.runtime,
    configuration: run.started.configuration,
    suts: run.started.suts,
  }),
  ending: run.ending,
  duration: run.duration,
  exitCode: run.exitCode,
  totals: run.totals,
  cases: run.cases.map(caseResult),
  excluded: run.excluded.map(({ id, reason }) => ({ id, reason })),
  coverage: run.coverage,
  ...(run.crashPoints.length > 0 && { crashPoints: run.crashPoints }),
  notes: run.notes,
  problems: run.problems,
})

export type Results = ReturnType<typeof resultsOf>

/** `results.json` as text, one case after the other so that no string grows beyond what an engine can hold. */
export function* resultsJson(run: RunRecord): Generator<string> {
  const { cases, ...rest } = resultsOf(run)
  const head = JSON.stringify(rest, null, 2)
  yield `${head.slice(0, -2)},\n  "cases": [`
  for (const [index, each] of cases.entries()) yield `${index === 0 ? '' : ','}\n${JSON.stringify(each, null, 2)}`
  yield '\n  ]\n}\n'
}
