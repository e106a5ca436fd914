import { existsSync, readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InvalidArgumentError, type Command } from 'commander'
import {
  directoryOf,
  examine,
  flowsAlone,
  isGrowing,
  openJournal,
  readRecorded,
  runCampaign,
  selfTest,
  startReferenceTarget,
  writeFinding,
  type Examined,
  type FuzzCase,
  type FuzzScenario,
} from '#fuzz'
import { matcher, oneLine, openResults, toolIdentity, UsageError } from '#harness'
import { readDefectNames } from '#reference'
import { renderCampaign } from '#report'
import { acting } from './acting.ts'
import { flowsOf, referenceFlows, referenceSubject, subjectIn } from './fuzz-subject.ts'
import { distinct, showCampaign } from './fuzz-summary.ts'
import { interruptible } from './interruptible.ts'
import { wholeNumber } from './options.ts'

interface FuzzOptions {
  readonly config?: string
  readonly sut?: string
  readonly budget: number
  readonly seed: number
  readonly out: string
  readonly defect: readonly string[]
  readonly selfTest: boolean
  readonly most?: number
  readonly flows?: boolean
}

export function addFuzz(mcx: Command): void {
  mcx
    .command('fuzz')
    .description('change messages of the flows in every field and judge what the system under test makes of them')
    .argument('[scenario...]', 'scenarios; * stands for anything, for example migration/*@partnerServer/*')
    .option(
      '-c, --config <file>',
      'fuzz a system under test of this configuration, in the place of the reference system',
    )
    .option('--sut <name>', 'which one, where there are several')
    .option(
      '--flows',
      'whole flows in the place of single messages; against the reference system they are played beside',
    )
    .option('-b, --budget <time>', 'how long, such as 60s or 10m', duration, 60_000)
    .option('--most <number>', 'executions at most', wholeNumber)
    .option('--seed <number>', 'seed of the order', wholeNumber, 1)
    .option('--defect <name>', 'give the reference system this defect; may be given again', and, [])
    .option('--no-self-test', 'do not look first whether known defects are found')
    .option('-o, --out <directory>', 'where results go', 'reports/fuzz')
    .addHelpText(
      'after',
      '\nExit codes: 0 no finding, 1 a finding, 2 wrong use, 3 nothing could be tested, a flow could not be judged as it is written, the self-test failed, or the campaign was interrupted or could not be recorded.',
    )
    .action(acting(fuzzCommand))
}

const and = (one: string, all: readonly string[]): readonly string[] => [...all, one]

/** Those of the messages; whoever names none means everybody. */
const flowRoles = (chosen: readonly FuzzScenario[], names: readonly string[]): readonly string[] => [
  ...new Set([...chosen.map(({ role }) => role), ...(names.length === 0 ? flowsAlone : [])]),
]

/** Milliseconds of `90s`, `10m`, `1h`. */
function duration(text: string): number {
  const [, number = '', unit = 's'] = /^(\d{1,6})(s|m|h)?$/.exec(text) ?? []
  if (number === '') throw new InvalidArgumentError('It takes a time such as 60s, 10m or 1h.')
  return Number(number) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h']
}

/** Names of the catalogue of the reference system. */
export function defectsIn({ defect }: Pick<FuzzOptions, 'defect'>): readonly string[] {
  try {
    return readDefectNames(defect)
  } catch (problem) {
    throw new UsageError(`--defect: ${oneLine(problem)}`)
  }
}

async function fuzzCommand(names: readonly string[], options: FuzzOptions): Promise<number> {
  const defects = defectsIn(options)
  const now = (): number => performance.now()
  const flows = options.flows === true ? chosenBy(names) : undefined
  const subject =
    options.config === undefined
      ? flows === undefined
        ? referenceSubject(defects)
        : referenceFlows(defects, flows)
      : await subjectIn(options.config, { ...options, flows })
  const chosen = flows === undefined ? chosenFrom(subject.scenarios, names) : []
  if (options.selfTest) {
    const missed = await selfTest({ now, startTarget: (own) => startReferenceTarget({ defects: [], own }) })
    for (const line of missed) console.error(`mcx: self-test: ${line}`)
    if (missed.length > 0) return 3
    console.log('self-test: what is known to be wrong is found')
  }
  // The start of the process and the self-test count, but leave half of the time.
  const budget = options.budget - Math.min(now(), options.budget / 2)
  const interruption = interruptible()
  const watch = setTimeout(() => abandon(), 2 * options.budget + longest)
  watch.unref()
  const directory = resolve(process.cwd(), options.out)
  const unrecordable = new AbortController()
  const log = openResults(directory, (line) => {
    console.error(`mcx: ${line}`)
    unrecordable.abort()
  })
  const journal = openJournal(log.appendLines)
  journal.begin({
    time: new Date().toISOString(),
    tool: toolIdentity(),
    seed: options.seed,
    budget: options.budget,
    scenarios: chosen.map(({ id }) => id),
    defects,
  })
  const forFindings = Math.min(longest, Math.max(5000, options.budget / 7))
  const examined = new Map<string, { readonly one: Examined; readonly place: string }>()
  const result = await runCampaign({
    scenarios: chosen,
    seed: options.seed,
    budget,
    forFindings,
    most: options.most,
    now,
    startTarget: subject.startTarget,
    growth: subject.growth,
    ...(subject.permission && { permission: subject.permission }),
    startFlows: flowsOf(subject, flowRoles(chosen, names)),
    journal,
    say: (line) => console.log(line),
    signal: AbortSignal.any([interruption.signal, unrecordable.signal]),
    known: knownFailures(chosen),
    async afterwards(findings, lab) {
      if (log.failure) return
      const until = now() + forFindings
      let slowest = 0
      for (const finding of findings) {
        const began = now()
        // That it shows on a fresh system is not cut short: the next one may take as long as those before it took.
        if (until - began <= slowest) break
        if (isGrowing(finding.one)) continue
        if (!lab.target.restarts && finding.complaint.oracle === 'liveness') continue
        const limit = Math.min(10_000, (until - began) / 2)
        const one = await examine(finding, { lab, now, limit }).catch((problem: unknown) => problem)
        slowest = Math.max(slowest, now() - began)
        // A system that cannot be brought back shows nothing any more.
        if (!isExamined(one)) {
          console.error(`mcx: what was found is not made small: ${oneLine(one)}`)
          break
        }
        const place = join(directory, 'findings', directoryOf(one))
        const replay = subject.replay(relative(process.cwd(), place))
        const isKnown = [...examined.values()].some((other) => other.place === place)
        try {
          if (!isKnown) writeFinding(place, one, replay)
        } catch (problem) {
          return console.error(
            `mcx: ${place} cannot be written (${oneLine(problem)}); the finding stands in ${log.path}`,
          )
        }
        journal.examined({
          signature: finding.signature,
          title: one.title,
          case: one.minimal,
          explanation: one.explanation,
          reproduced: one.reproduced,
          directory: relative(directory, place),
          replay,
        })
        examined.set(finding.signature, { one, place })
      }
    },
  })
  const cut = interruption.signal.aborted ? 'it was interrupted' : log.failure && 'it could be recorded no longer'
  journal.end({
    executions: result.executions,
    findings: distinct(result.findings, examined).length,
    milliseconds: Math.round(result.milliseconds),
    ...(result.notTested !== undefined && { notTested: result.notTested }),
    ...(result.undecided.length > 0 && { undecided: result.undecided }),
    ...(cut !== undefined && { cut }),
  })
  log.close()
  const rendered = log.failure === undefined && (await render(directory))
  if (subject.startFlows === undefined) console.log('not covered: whole flows; --flows plays them')
  showCampaign(result, options.seed, examined, cut)
  if (rendered) console.log(`report: ${relative(process.cwd(), join(directory, 'report.html'))}`)
  interruption.over()
  clearTimeout(watch)
  if (result.notTested !== undefined || !rendered || interruption.signal.aborted) return 3
  if (result.findings.length > 0) return 1
  return result.undecided.length > 0 ? 3 : 0
}

async function render(directory: string): Promise<boolean> {
  try {
    await renderCampaign(directory)
    return true
  } catch (problem) {
    console.error(`mcx: ${oneLine(problem)}`)
    return false
  }
}

const isExamined = (one: unknown): one is Examined => typeof one === 'object' && one !== null && 'minimal' in one

/** Milliseconds for findings, and in which even the longest campaign comes to its end. */
const longest = 300_000

function abandon(): void {
  console.error('mcx: the campaign did not end in its time')
  process.exit(3)
}

/** Those that a command line names; all where it names none. */
const chosenBy =
  (names: readonly string[]) =>
  (id: string): boolean =>
    names.length === 0 || names.some((one) => matcher(one)(id))

function chosenFrom(all: readonly FuzzScenario[], names: readonly string[]): readonly FuzzScenario[] {
  const isNamed = chosenBy(names)
  const chosen = all.filter(({ id }) => isNamed(id))
  if (chosen.length > 0) return chosen
  const known = all.map(({ id }) => id).join(', ')
  throw new UsageError(
    `no scenario is called ${names.join(' ')}; there are ${known}; --flows takes names of whole flows`,
  )
}

/** What failed once is played first, ever after. */
function knownFailures(chosen: readonly FuzzScenario[]): readonly FuzzCase[] {
  const directory = fileURLToPath(new URL('../../fixtures/regressions', import.meta.url))
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => readRecorded(join(directory, name)).one)
    .filter(({ scenario }) => chosen.some(({ id }) => id === scenario))
}
