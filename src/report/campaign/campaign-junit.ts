import { xmlAttribute, xmlText } from '../xml-text.ts'
import {
  caseInWords,
  uncovered,
  undecidedIn,
  whyInconclusive,
  type CampaignFinding,
  type CampaignRecord,
} from './campaign-record.ts'

const textOf = (finding: CampaignFinding): string =>
  [
    caseInWords(finding),
    `expected: ${finding.complaint.expected}`,
    `observed: ${finding.complaint.observed}`,
    ...(finding.examined?.explanation ?? []).map((line) => `what matters: ${line}`),
    ...(finding.examined === undefined ? [] : [`again: ${finding.examined.replay}`]),
  ].join('\n')

/** The flows that were to be changed, by their names as they are written. */
const flowsIn = (record: CampaignRecord): readonly string[] => [
  ...undecidedIn(record).map(({ scenario }) => scenario),
  ...record.cells.map(({ scenario }) => scenario).filter((scenario) => /\/as-written#/.test(scenario)),
]

/** `junit.xml`: one test for each scenario, and each flow; its findings are failures, and what was not covered is skipped with its count. */
export function* campaignJunit(record: CampaignRecord): Generator<string> {
  const { began, findings, milliseconds } = record
  const missing = Map.groupBy(uncovered(record), ({ scenario }) => scenario)
  const found = Map.groupBy(findings, (finding) => finding.case.scenario)
  const scenarios = [...new Set([...(began?.scenarios ?? []), ...found.keys(), ...flowsIn(record)])]
  const undecided = new Map(undecidedIn(record).map(({ scenario, why }) => [scenario, why]))
  const notTested = whyInconclusive(record)
  const rows = scenarios.flatMap((scenario) => {
    const own = found.get(scenario) ?? []
    const cells = missing.get(scenario)?.length ?? 0
    const why = notTested ?? undecided.get(scenario)
    return [
      ...own.map((finding) => ({ scenario, name: finding.complaint.what, kind: 'failure' as const, finding })),
      ...(own.length === 0 && why === undefined
        ? [{ scenario, name: 'what was executed', kind: 'passed' as const }]
        : []),
      ...(why === undefined
        ? []
        : [{ scenario, name: 'the whole', kind: 'error' as const, message: `not tested: ${why}` }]),
      ...(cells === 0
        ? []
        : [{ scenario, name: 'the rest', kind: 'skipped' as const, message: `${cells} cells are not covered` }]),
    ]
  })
  const count = (kind: string): number => rows.filter((row) => row.kind === kind).length
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
  yield `  <testsuite id="0" package="mcx" name="fuzz" timestamp="${(began?.time ?? '1970-01-01T00:00:00').slice(0, 19)}" hostname="localhost" tests="${rows.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${(milliseconds / 1000).toFixed(3)}">\n    <properties>\n`
  const properties = { seed: began?.seed ?? '', executions: record.executions, defects: began?.defects.join(' ') ?? '' }
  for (const [name, value] of Object.entries(properties))
    yield `      <property name="${name}" value="${xmlAttribute(String(value))}"/>\n`
  yield '    </properties>\n'
  for (const row of rows) {
    const open = `    <testcase classname="mcx.fuzz.${xmlAttribute(row.scenario)}" name="${xmlAttribute(row.name)}" time="0"`
    switch (row.kind) {
      case 'passed':
        yield `${open}/>\n`
        break
      case 'failure':
        yield `${open}>\n      <failure type="${row.finding.complaint.severity}" message="${xmlAttribute(`${row.finding.complaint.clause}: ${row.finding.complaint.observed}`)}">${xmlText(textOf(row.finding))}</failure>\n    </testcase>\n`
        break
      case 'error':
        yield `${open}>\n      <error type="not tested" message="${xmlAttribute(row.message)}"></error>\n    </testcase>\n`
        break
      case 'skipped':
        yield `${open}>\n      <skipped type="not covered" message="${xmlAttribute(row.message)}"></skipped>\n    </testcase>\n`
        break
    }
  }
  yield '    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n'
}
