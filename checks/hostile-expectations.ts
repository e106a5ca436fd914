import type { CaseRecord } from '../src/report/run-record.ts'
import type { Verdict } from '../src/verdict/index.ts'
import type { HostileRun } from './hostile-run.ts'

/** Verdicts that may be told of a hostile system without wronging it or anybody who reads them. */
interface Expectation {
  readonly positives: readonly Verdict[]
  readonly negatives: readonly Verdict[]
}

const unknowable: Expectation = { positives: ['inconclusive'], negatives: ['inconclusive'] }
const neverPasses: Expectation = { positives: ['fail', 'inconclusive'], negatives: ['fail', 'inconclusive'] }
const fails: Expectation = { positives: ['fail'], negatives: ['fail', 'inconclusive'] }
/** Where an answer may drown in the flood, nobody can tell that it did not come. */
const worksInFlood: Expectation = { positives: ['pass', 'inconclusive'], negatives: ['pass', 'inconclusive'] }
const works: Expectation = { positives: ['pass'], negatives: ['pass'] }

/** `error` is nowhere: whatever a system under test does, the tool is not at fault. */
export const expectations: Readonly<Record<string, Expectation>> = {
  silent: unknowable,
  refusing: unknowable,
  'rejects-everything': fails,
  resetting: unknowable,
  closing: neverPasses,
  garbage: neverPasses,
  'endless-headers': neverPasses,
  'endless-start-line': neverPasses,
  'huge-body': neverPasses,
  'stalled-body': neverPasses,
  'impossible-length': neverPasses,
  'slow-drip': neverPasses,
  'thousand-answers': neverPasses,
  'fat-answers': fails,
  // It refuses where it must, to whomever.
  'wrong-user': { positives: ['fail'], negatives: ['pass', 'fail', 'inconclusive'] },
  'html-in-text': works,
  'html-everywhere': fails,
  'xml-bombs': fails,
  late: fails,
  'late-with-everything': neverPasses,
  'dies-mid-run': { positives: ['pass', 'inconclusive'], negatives: ['pass', 'fail', 'inconclusive'] },
  // How long a response may take is open until Timer F, 32 seconds.
  'never-acknowledges': { positives: ['inconclusive'], negatives: ['pass', 'fail', 'inconclusive'] },
  floods: worksInFlood,
  'guesses-branches': worksInFlood,
}

/** Bounds of a run of a few dozen cases on a busy machine. */
const most = { seconds: 60, mebibytes: 600, recordedMebibytes: 50 }

/** Everything about a run that is not as it should be; nothing when it held. */
export function dishonestyOf({
  name,
  record,
  exitCode,
  seconds,
  mebibytes,
  recorded,
  output,
}: HostileRun): readonly string[] {
  const expected = expectations[name]
  if (!expected) return [`nothing is said of what ${name} deserves`]
  const wrong: string[] = []
  const check = (holds: boolean, otherwise: string): void => void (holds || wrong.push(otherwise))
  check(record.ending === 'completed', `the record is ${record.ending}`)
  check(record.problems.length === 0, `${record.problems.length} lines of the record cannot be read`)
  check(record.totals.cases > 0, 'no case was played')
  check(
    exitCode === record.exitCode,
    `exit ${exitCode}, where the record says ${record.exitCode}: ${output.slice(-300)}`,
  )
  check(seconds < most.seconds, `${seconds.toFixed(0)} s`)
  check(mebibytes < most.mebibytes, `${mebibytes} MB of memory`)
  check(recorded < most.recordedMebibytes * 1024 * 1024, `${Math.round(recorded / 1024 / 1024)} MB of record`)
  // What a terminal would act upon, apart from line ends and tabs (ECMA-48 5.3, UAX #9).
  check(!/[^\P{Cc}\t\n]|\p{Bidi_Control}/u.test(output), 'control characters reached the terminal')
  for (const one of record.cases) wrong.push(...wrongVerdict(one, expected))
  return wrong
}

function wrongVerdict(
  { description, finished, verdict, findings }: CaseRecord,
  expected: Expectation,
): readonly string[] {
  const { id, variation } = description
  const short = id.slice(id.indexOf('@'))
  const may = variation === 'positive' ? expected.positives : expected.negatives
  if (!finished) return [`${short} was not finished`]
  // Where what has to hold before could not be brought about, nothing can be said of the flow.
  if (
    verdict === 'inconclusive' &&
    findings.some(({ requirement }) => requirement.startsWith('before the flow begins'))
  )
    return []
  if (!may.includes(verdict)) return [`${short} is ${verdict}, where only ${may.join(' or ')} would be honest`]
  if (verdict !== 'pass' && findings.length === 0) return [`${short} is ${verdict} without a finding`]
  return []
}
