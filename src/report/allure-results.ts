import { createHash } from 'node:crypto'
import type { LadderStep, Verdict } from '#verdict'
import { findingLines } from './finding-text.ts'
import { messagesText } from './messages-text.ts'
import type { CaseRecord, ExcludedCase, RunRecord, StepOutcome } from './run-record.ts'

/** A file of `allure-results/`. */
export interface AllureFile {
  readonly name: string
  readonly pieces: Iterable<string | Uint8Array>
}

type AllureStatus = 'passed' | 'failed' | 'broken' | 'skipped' | 'unknown'

/** Allure knows no `inconclusive`; `unknown` is the one that is neither good, nor red, nor skipped. */
const statusOf: Readonly<Record<Verdict, AllureStatus>> = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'unknown',
  error: 'broken',
  none: 'unknown',
}

const stepStatus: Readonly<Record<StepOutcome['outcome'], AllureStatus>> = {
  done: 'passed',
  diverged: 'failed',
  missing: 'failed',
  refused: 'passed',
  'not-reached': 'skipped',
  'not-observable': 'skipped',
}

const categories = [
  { name: 'Not as required', matchedStatuses: ['failed'] },
  { name: 'Inconclusive: not shown either way', matchedStatuses: ['unknown'] },
  { name: 'Fault of the tool', matchedStatuses: ['broken'] },
  { name: 'Excluded, or failed as declared', matchedStatuses: ['skipped'] },
]

/** The same name for the same thing in every rendering, in the shape of a UUID (RFC 9562 version 8). */
export function stableUuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Allure reads descriptions as Markdown; what comes from outside is text. */
const plain = (text: string): string =>
  text.replace(/[\\`*_{}[\]()#+\-.!<>|~&:]/g, (mark) => `&#${mark.charCodeAt(0)};`)

const label = (name: string, value: string) => ({ name, value })

function stepName(step: LadderStep, actors: Readonly<Record<string, string>>): string {
  const title = (role: string): string => actors[role] ?? role
  const altered = step.altered === undefined ? '' : ` (${step.altered})`
  if (step.kind === 'message') return `${step.step}. ${title(step.from)} to ${title(step.to)}: ${step.label}${altered}`
  return `${step.step}. ${title(step.from)} ${step.kind === 'outcome' ? 'ends' : `${step.kind}s`}: ${step.label}${altered}`
}

function stepsOf({ description, steps }: CaseRecord, begin: number) {
  return description.ladder.map((step) => {
    const outcome = steps.findLast((each) => each.step === step.step)
    const at = begin + Math.round(outcome?.at ?? 0)
    return {
      name: stepName(step, description.actors),
      status: outcome ? stepStatus[outcome.outcome] : 'skipped',
      statusDetails: { message: outcome ? `${outcome.outcome}: ${outcome.text}` : 'nothing recorded' },
      stage: 'finished',
      start: at,
      stop: at,
      steps: [],
      attachments: [],
      parameters: (outcome?.fields ?? []).map((field) => ({
        name: field.field,
        value: `${field.result}: expected ${field.expected}, actual ${field.actual}`,
      })),
    }
  })
}

function* caseFiles(run: RunRecord, of: CaseRecord, begin: number): Generator<AllureFile> {
  const { description, findings, expectedFailure: declared } = of
  const uuid = stableUuid(`${run.started?.run ?? ''} ${description.id}`)
  const start = begin + Math.round(of.startedAt ?? 0)
  const stop = start + Math.round(of.duration ?? Math.max(0, run.duration - (of.startedAt ?? run.duration)))
  const first = findings[0]
  const trace = findings
    .map((finding) =>
      findingLines(
        description,
        finding,
        of.messages.filter((message) => finding.messages.includes(message.seq)),
      ).join('\n'),
    )
    .join('\n\n')
  const message = [
    ...(of.verdict === 'pass' ? [] : [`${of.verdict}${first ? `: ${first.clause}: ${first.actual}` : ''}`]),
    ...(of.remark === undefined ? [] : [of.remark]),
    ...(declared ? [`declared failure ${declared.state}: ${declared.reason}`] : []),
  ].join('\n')
  const attachment = `${uuid}-messages-attachment.txt`
  const red = declared && declared.state !== 'met'
  const result = {
    uuid,
    historyId: stableUuid(description.id),
    testCaseId: stableUuid(description.id),
    fullName: description.id,
    name: description.id,
    description: plain(description.purpose),
    status: declared?.state === 'met' ? 'skipped' : red ? 'failed' : statusOf[of.verdict],
    statusDetails: { message, trace, known: declared?.state === 'met', muted: false, flaky: false },
    stage: 'finished',
    start,
    stop,
    labels: [
      label('epic', description.flow),
      label('feature', description.role),
      label('story', description.variant),
      label('parentSuite', description.flow),
      label('suite', description.role),
      label('subSuite', description.variant),
      label('package', `${description.flow}.${description.role}`),
      label('host', description.sut),
      label('framework', 'mcx-conformance'),
      label('severity', 'normal'),
      ...[of.verdict, description.variation, description.transport, description.service, ...description.tags].map(
        (tag) => label('tag', tag),
      ),
    ],
    parameters: (['sut', 'variant', 'transport', 'binding', 'service', 'profile'] as const).map((name) => ({
      name,
      value: description[name],
    })),
    links: [
      {
        name: 'this case in the certificate',
        type: 'custom',
        url: `../report.html#case=${encodeURIComponent(description.id.toWellFormed())}`,
      },
    ],
    steps: stepsOf(of, begin),
    attachments: [{ name: 'messages as on the wire', type: 'text/plain', source: attachment }],
  }
  yield { name: `${uuid}-result.json`, pieces: [JSON.stringify(result)] }
  yield { name: attachment, pieces: messagesText(of) }
}

function excludedFile(run: RunRecord, { id, reason, description }: ExcludedCase, begin: number): AllureFile {
  const uuid = stableUuid(`${run.started?.run ?? ''} ${id}`)
  const result = {
    uuid,
    historyId: stableUuid(id),
    testCaseId: stableUuid(id),
    fullName: id,
    name: id,
    status: 'skipped',
    statusDetails: { message: `excluded: ${reason}` },
    stage: 'finished',
    start: begin,
    stop: begin,
    labels: [label('epic', description?.flow ?? 'excluded'), label('feature', description?.role ?? 'excluded')],
    parameters: [],
    links: [],
    steps: [],
    attachments: [],
  }
  return { name: `${uuid}-result.json`, pieces: [JSON.stringify(result)] }
}

/** `key = value` as Java reads property files. */
const property = (name: string, value: string): string =>
  `${name.replaceAll(' ', '.')} = ${value.replace(/[\\\p{Cc}]/gu, (mark) => (mark === '\\' ? '\\\\' : `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`))}\n`

/** Every file of `allure-results/`, in the format both Allure 2 and Allure 3 read. */
export function* allureResults(run: RunRecord): Generator<AllureFile> {
  const { started } = run
  const begin = started ? Date.parse(started.time) || 0 : 0
  for (const of of run.cases) yield* caseFiles(run, of, begin)
  for (const of of run.excluded) yield excludedFile(run, of, begin)
  yield { name: 'categories.json', pieces: [JSON.stringify(categories, null, 2)] }
  if (!started) return
  yield {
    name: 'environment.properties',
    pieces: [
      property('profile', started.profile),
      property('seed', String(started.seed)),
      property('tool', `${started.tool.name} ${started.tool.version}`),
      property('tool digest', started.tool.digest),
      property('configuration digest', started.configuration),
      property('runtime', started.runtime),
      ...started.suts.map((sut) =>
        property(`sut.${sut.name.replace(/[^\w.-]/g, '-')}`, `${sut.roles.join(', ')} at ${sut.address}`),
      ),
    ],
  }
}
