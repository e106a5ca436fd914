import {
  exitCodeOf,
  overall,
  worse,
  verdicts,
  type CaseDescription,
  type CrashPointEvent,
  type CoverageRow,
  type ExpectedFailure,
  type Finding,
  type MediaTimeLine,
  type MessageEvent,
  type PhaseVerdicts,
  type RunEvent,
  type Verdict,
} from '#verdict'
import type { LineProblem } from './read-events.ts'

/** What became of the system under test when a peer was lost. */
export type SweptPoint = Omit<CrashPointEvent, 'event'>

type RunStarted = Extract<RunEvent, { event: 'run-started' }>
export type StepOutcome = Extract<RunEvent, { event: 'step' }>

/** How a case counts for the colour of the run; a declared failure that lasts is not red. */
export type Standing = 'passed' | 'expected' | 'failed' | 'open'

export interface CaseRecord {
  readonly description: CaseDescription
  /** As seen; the worst when a case was played more than once. */
  readonly verdict: Verdict
  readonly standing: Standing
  /** False when the run ended before the case did. */
  readonly finished: boolean
  /** What a reader must know of the verdict, for example that the run ended before it. */
  readonly remark?: string
  readonly phases: PhaseVerdicts
  /** Milliseconds since the run started; absent when the case never started. */
  readonly startedAt?: number
  readonly duration?: number
  readonly sentDigest?: string
  readonly expectedFailure?: ExpectedFailure
  readonly findings: readonly Finding[]
  readonly steps: readonly StepOutcome[]
  readonly messages: readonly MessageEvent[]
  /** One for each time that media was looked at. */
  readonly media: readonly MediaTimeLine[]
  readonly notes: readonly string[]
}

export interface ExcludedCase {
  readonly id: string
  readonly reason: string
  readonly description?: CaseDescription
}

export interface Totals {
  readonly cases: number
  readonly verdicts: Readonly<Record<Verdict, number>>
  /** Declared failures that were met. They are among `verdicts.fail` and the like, yet do not turn the run red. */
  readonly expectedFailures: number
  readonly excluded: number
  readonly messages: number
  readonly findings: number
}

/** All that is known of a run, in the order it became known. Every report is made from this alone. */
export interface RunRecord {
  readonly started?: RunStarted
  /** `cut off`: the record ends without the run having ended. */
  readonly ending: 'completed' | 'interrupted' | 'cut off'
  readonly finishedTime?: string
  /** Milliseconds from the start to the last event. */
  readonly duration: number
  readonly cases: readonly CaseRecord[]
  readonly excluded: readonly ExcludedCase[]
  readonly coverage: readonly CoverageRow[]
  /** All messages in the order of the wire. */
  readonly messages: readonly MessageEvent[]
  /** Of a sweep. */
  readonly crashPoints: readonly SweptPoint[]
  readonly notes: readonly string[]
  readonly problems: readonly LineProblem[]
  readonly totals: Totals
  /** 0, 1 or 3, as the command line ends. */
  readonly exitCode: 0 | 1 | 3
}

type Open<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] }
type OpenCase = Open<Omit<CaseRecord, 'description'>> & { id: string; description?: CaseDescription }

const nothing: PhaseVerdicts = { preamble: 'none', body: 'none', postamble: 'none' }

/** A description for what is only known by its id, since the line that told more is lost. */
const unknownCase = (id: string): CaseDescription => ({
  id,
  title: id,
  purpose: 'The record lost what this case was about.',
  flow: '?',
  clause: '?',
  role: '?',
  sut: '?',
  variant: '?',
  variation: 'positive',
  service: '?',
  profile: '?',
  binding: '?',
  transport: '?',
  tags: [],
  actors: {},
  ladder: [],
})

/** What a verdict counts as for the shell, once declared failures are regarded. */
function countedVerdict(verdict: Verdict, expected: ExpectedFailure | undefined): Verdict {
  if (!expected) return verdict
  return expected.state === 'met' ? 'pass' : 'fail'
}

const plainStanding: Readonly<Record<Verdict, Standing>> = {
  none: 'open',
  pass: 'passed',
  inconclusive: 'open',
  fail: 'failed',
  error: 'open',
}

export function standingOf(verdict: Verdict, expected: ExpectedFailure | undefined): Standing {
  if (!expected) return plainStanding[verdict]
  return expected.state === 'met' ? 'expected' : 'failed'
}

/** Folds events as they come; `record` may be asked at any time. */
export interface RunFold {
  add(event: RunEvent): void
  problem(problem: LineProblem): void
  record(): RunRecord
}

export function createFold(): RunFold {
  const cases = new Map<string, OpenCase>()
  const excluded = new Map<string, string>()
  const messages: MessageEvent[] = []
  const coverage: CoverageRow[] = []
  const crashPoints: SweptPoint[] = []
  const notes: string[] = []
  const problems: LineProblem[] = []
  let started: RunStarted | undefined
  let finished: Extract<RunEvent, { event: 'run-finished' }> | undefined
  let last = 0

  const caseOf = (id: string): OpenCase => {
    let found = cases.get(id)
    if (!found) {
      found = {
        id,
        verdict: 'none',
        standing: 'open',
        finished: false,
        phases: nothing,
        findings: [],
        steps: [],
        messages: [],
        media: [],
        notes: [],
      }
      cases.set(id, found)
    }
    return found
  }

  const add = (event: RunEvent): void => {
    if ('at' in event && event.at > last) last = event.at
    switch (event.event) {
      case 'run-started':
        started ??= event
        return
      case 'case-selected': {
        const { event: _, ...description } = event
        caseOf(event.id).description = description
        return
      }
      case 'case-excluded':
        excluded.set(event.case, event.reason)
        return
      case 'coverage':
        coverage.push(...event.rows)
        return
      case 'case-started':
        caseOf(event.case).startedAt ??= event.at
        return
      case 'message':
        messages.push(event)
        if (event.case !== null) caseOf(event.case).messages.push(event)
        return
      case 'step':
        caseOf(event.case).steps.push(event)
        return
      case 'finding':
        caseOf(event.case).findings.push(event.finding)
        return
      case 'media':
        caseOf(event.case).media.push(event.timeLine)
        return
      case 'crash-point': {
        const { event: _, ...point } = event
        crashPoints.push(point)
        return
      }
      case 'note':
        if (event.case === null) notes.push(event.text)
        else caseOf(event.case).notes.push(event.text)
        return
      case 'case-finished': {
        const of = caseOf(event.case)
        of.verdict = worse(of.verdict, event.verdict)
        of.phases = of.finished
          ? {
              preamble: worse(of.phases.preamble, event.phases.preamble),
              body: worse(of.phases.body, event.phases.body),
              postamble: worse(of.phases.postamble, event.phases.postamble),
            }
          : event.phases
        of.finished = true
        of.duration = event.duration
        of.sentDigest = event.sentDigest
        if (event.expectedFailure) of.expectedFailure = event.expectedFailure
        return
      }
      case 'run-finished':
        finished = event
    }
  }

  const record = (): RunRecord => {
    const closed = [...cases.values()].filter(({ id }) => !excluded.has(id)).map(close)
    const ending = finished?.reason ?? 'cut off'
    const counted = closed.map((of) => countedVerdict(of.verdict, of.expectedFailure))
    return {
      ...(started && { started }),
      ending,
      ...(finished && { finishedTime: finished.time }),
      duration: last,
      cases: closed,
      excluded: [...excluded].map(([id, reason]) => {
        const description = cases.get(id)?.description
        return { id, reason, ...(description && { description }) }
      }),
      coverage,
      messages: messages.toSorted((left, right) => left.seq - right.seq),
      crashPoints,
      notes,
      problems,
      totals: totalsOf(closed, excluded.size, messages.length),
      // What was not played to its end was not shown, however well it went until then.
      exitCode: exitCodeOf(ending === 'completed' ? counted : [...counted, 'none']),
    }
  }

  return { add, problem: (problem) => void problems.push(problem), record }
}

function close({ id, ...open }: OpenCase): CaseRecord {
  const found = overall(open.findings.map((finding) => finding.verdict))
  const verdict = open.finished ? open.verdict : found
  return {
    ...open,
    description: open.description ?? unknownCase(id),
    verdict,
    standing: standingOf(verdict, open.expectedFailure),
    ...(!open.finished && { remark: 'the run ended before a verdict' }),
  }
}

function totalsOf(cases: readonly CaseRecord[], excluded: number, messages: number): Totals {
  const count = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>
  let findings = 0
  let expectedFailures = 0
  for (const of of cases) {
    count[of.verdict] += 1
    findings += of.findings.length
    if (of.standing === 'expected') expectedFailures += 1
  }
  return { cases: cases.length, verdicts: count, expectedFailures, excluded, messages, findings }
}

/** The record of a run from its events, in any number; needs no end. */
export function foldRun(events: Iterable<RunEvent>, problems: Iterable<LineProblem> = []): RunRecord {
  const fold = createFold()
  for (const event of events) fold.add(event)
  for (const problem of problems) fold.problem(problem)
  return fold.record()
}
