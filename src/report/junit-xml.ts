import type { Verdict } from '#verdict'
import { findingLines } from './finding-text.ts'
import type { CaseRecord, ExcludedCase, RunRecord } from './run-record.ts'
import { xmlAttribute, xmlText } from './xml-text.ts'

/** How a case stands in a format that knows only passed, failed, error and skipped. */
type Outcome = 'passed' | 'failure' | 'error' | 'skipped'

const plainOutcome: Readonly<Record<Verdict, Outcome>> = {
  pass: 'passed',
  fail: 'failure',
  // Not shown to hold: a build must not take it for a pass, and a skipped case is one nobody looks at.
  inconclusive: 'failure',
  error: 'error',
  none: 'error',
}

interface Entry {
  readonly name: string
  readonly outcome: Outcome
  readonly type: string
  readonly message: string
  readonly text: string
  readonly seconds: number
}

const secondsOf = (milliseconds: number): number => Math.max(0, milliseconds) / 1000
const time = (seconds: number): string => seconds.toFixed(3)

function entryOf(run: RunRecord, of: CaseRecord): Entry {
  const { verdict, expectedFailure: declared } = of
  const lines = of.findings.flatMap((finding) => [
    ...findingLines(
      of.description,
      finding,
      of.messages.filter((message) => finding.messages.includes(message.seq)),
    ),
    '',
  ])
  const first = of.findings[0]
  const entry = {
    name: of.description.id,
    text: [of.description.purpose, ...(of.remark === undefined ? [] : [of.remark]), ...of.notes, '', ...lines].join(
      '\n',
    ),
    seconds: secondsOf(of.duration ?? run.duration - (of.startedAt ?? run.duration)),
    type: verdict as string,
    message: first ? `${first.clause}: ${first.actual}` : (of.remark ?? `verdict ${verdict}`),
    outcome: plainOutcome[verdict],
  }
  if (!declared) return entry
  const said = `declared failure ${declared.state}: ${declared.reason} (${declared.owner}, until ${declared.expires})`
  if (declared.state === 'met') return { ...entry, outcome: 'skipped', type: 'expected-failure', message: said }
  return { ...entry, outcome: 'failure', type: declared.state, message: said }
}

const excludedEntry = ({ id, reason }: ExcludedCase): Entry => ({
  name: id,
  outcome: 'skipped',
  type: 'excluded',
  message: reason,
  text: '',
  seconds: 0,
})

function* testcase(classname: string, entry: Entry): Generator<string> {
  const open = `    <testcase classname="${xmlAttribute(classname)}" name="${xmlAttribute(entry.name)}" time="${time(entry.seconds)}"`
  const { outcome } = entry
  if (outcome === 'passed') yield `${open}/>\n`
  else
    yield `${open}>\n      <${outcome} type="${xmlAttribute(entry.type)}" message="${xmlAttribute(entry.message)}">${xmlText(entry.text)}</${outcome}>\n    </testcase>\n`
}

/** Cases of one flow and role make one suite. */
function grouped<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(nameOf(item)) ?? []
    group.push(item)
    groups.set(nameOf(item), group)
  }
  return groups
}

const suiteName = (flow: string, role: string): string => `${flow} ${role}`

/**
 * `junit.xml`. `fail` and `inconclusive` are failures (the type says which), `error` and `none` are errors, what was
 * excluded or failed as declared is skipped with its reason: nothing but `pass` reads as passed.
 */
export function* junitXml(run: RunRecord): Generator<string> {
  const entries = grouped(
    [
      ...run.cases.map((of) => ({ description: of.description, entry: entryOf(run, of) })),
      ...run.excluded.map((of) => ({ description: of.description, entry: excludedEntry(of) })),
    ],
    ({ description: of }) => (of ? suiteName(of.flow, of.role) : 'excluded'),
  )
  const { started } = run
  const properties = started
    ? {
        run: started.run,
        seed: String(started.seed),
        profile: started.profile,
        tool: `${started.tool.name} ${started.tool.version}`,
        'tool digest': started.tool.digest,
        'configuration digest': started.configuration,
        runtime: started.runtime,
        ending: run.ending,
      }
    : { ending: run.ending }
  // ISO 8601 without a zone, as this format has it; the time is UTC.
  const timestamp = (started?.time ?? '1970-01-01T00:00:00').slice(0, 19)
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
  for (const [index, [name, group]] of [...entries].entries()) {
    const count = (outcome: Outcome): number => group.filter(({ entry }) => entry.outcome === outcome).length
    const seconds = group.reduce((all, { entry }) => all + entry.seconds, 0)
    yield `  <testsuite id="${index}" package="mcx" name="${xmlAttribute(name)}" timestamp="${xmlAttribute(timestamp)}" hostname="localhost" tests="${group.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${time(seconds)}">\n    <properties>\n`
    for (const [key, value] of Object.entries(properties))
      yield `      <property name="${xmlAttribute(key)}" value="${xmlAttribute(value)}"/>\n`
    yield '    </properties>\n'
    for (const { entry } of group) yield* testcase(`mcx.${name.replaceAll('.', '-').replaceAll(' ', '.')}`, entry)
    yield '    <system-out/>\n    <system-err/>\n  </testsuite>\n'
  }
  yield '</testsuites>\n'
}
