import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InvalidArgumentError, type Command } from 'commander'
import {
  directoryOf,
  examine,
  openJournal,
  readRecorded,
  runCampaign,
  selfTest,
  scenarios,
  startReferenceTarget,
  titleOf,
  writeFinding,
  type CampaignResult,
  type Examined,
  type FuzzCase,
} from '#fuzz'
import { matcher, oneLine, toolIdentity, UsageError } from '#harness'
import { readDefectNames } from '#reference'
import { renderCampaign } from '#report'
import { acting } from './acting.ts'
import { wholeNumber } from './options.ts'

interface FuzzOptions {
  readonly budget: number
  readonly seed: number
  readonly out: string
  readonly defect: readonly string[]
  readonly selfTest: boolean
  readonly most?: number
}

export function addFuzz(mcx: Command): void {
  mcx
    .command('fuzz')
    .description('change messages of the flows in every field and judge what the system under test makes of them')
    .argument('[scenario...]', 'scenarios; * stands for anything, for example migration/*@partnerServer/*')
    .option('-b, --budget <time>', 'how long, such as 60s or 10m', duration, 60_000)
    .option('--most <number>', 'executions at most', wholeNumber)
    .option('--seed <number>', 'seed of the order', wholeNumber, 1)
    .option('--defect <name>', 'give the reference system this defect; may be given again', and, [])
    .option('--no-self-test', 'do not look first whether known defects are found')
    .option('-o, --out <directory>', 'where results go', 'reports/fuzz')
    .addHelpText(
      'after',
      '\nExit codes: 0 no finding, 1 a finding, 2 wrong use, 3 nothing could be tested, or the self-test failed.',
    )
    .action(acting(fuzzCommand))
}

const and = (one: string, all: readonly string[]): readonly string[] => [...all, one]

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
  const isNamed = (id: string): boolean => names.length === 0 || names.some((one) => matcher(one)(id))
  const chosen = scenarios.filter(({ id }) => isNamed(id))
  if (chosen.length === 0)
    throw new UsageError(
      `no scenario is called ${names.join(' ')}; there are ${scenarios.map(({ id }) => id).join(', ')}`,
    )
  const defects = defectsIn(options)
  const now = (): number => performance.now()
  if (options.selfTest) {
    const missed = await selfTest({ now, startTarget: (own) => startReferenceTarget({ defects: [], own }) })
    for (const line of missed) console.error(`mcx: self-test: ${line}`)
    if (missed.length > 0) return 3
    console.log('self-test: what is known to be wrong is found')
  }
  const directory = resolve(process.cwd(), options.out)
  mkdirSync(directory, { recursive: true })
  const journal = openJournal(join(directory, 'events.ndjson'))
  journal.begin({
    time: new Date().toISOString(),
    tool: toolIdentity(),
    seed: options.seed,
    budget: options.budget,
    scenarios: chosen.map(({ id }) => id),
    defects,
  })
  const examined = new Map<string, { readonly one: Examined; readonly place: string }>()
  const result = await runCampaign({
    scenarios: chosen,
    seed: options.seed,
    budget: options.budget,
    most: options.most,
    now: () => performance.now(),
    startTarget: (own) => startReferenceTarget({ defects, own }),
    journal,
    say: (line) => console.log(line),
    known: knownFailures(),
    async afterwards(findings, lab) {
      const until = performance.now() + Math.max(10_000, options.budget / 4)
      for (const finding of findings) {
        const limit = Math.min(10_000, until - performance.now())
        if (limit <= 0) break
        const one = await examine(finding, { lab, now: () => performance.now(), limit })
        const place = join(directory, 'findings', directoryOf(one))
        const replay = replayLine(relative(process.cwd(), place), defects)
        writeFinding(place, one, replay)
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
  await journal.end({
    executions: result.executions,
    findings: result.findings.length,
    milliseconds: Math.round(result.milliseconds),
    ...(result.notTested !== undefined && { notTested: result.notTested }),
  })
  await renderCampaign(directory)
  show(result, options.seed, examined)
  console.log(`report: ${relative(process.cwd(), join(directory, 'report.html'))}`)
  if (result.notTested !== undefined) return 3
  return result.findings.length > 0 ? 1 : 0
}

const replayLine = (place: string, defects: readonly string[]): string =>
  ['mcx replay', place, ...defects.map((defect) => `--defect ${defect}`)].join(' ')

/** What failed once is played first, ever after. */
function knownFailures(): readonly FuzzCase[] {
  const directory = fileURLToPath(new URL('../../fixtures/regressions', import.meta.url))
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => readRecorded(join(directory, name)).one)
}

const shownCells = 10

/** What was not covered comes first. */
function show(
  { coverage, findings, executions, milliseconds, notTested, inconclusive }: CampaignResult,
  seed: number,
  examined: ReadonlyMap<string, { readonly one: Examined; readonly place: string }>,
): void {
  const cells = [...coverage.cells.values()]
  const missing = cells.filter(({ executed, planned }) => executed < planned)
  console.log(
    missing.length === 0
      ? `not covered: nothing of ${cells.length} cells (field × kind × state)`
      : `not covered: ${missing.length} of ${cells.length} cells (field × kind × state)`,
  )
  for (const { scenario, field, kind, executed, planned } of missing.slice(0, shownCells))
    console.log(`  ${scenario}: ${field} × ${kind}: ${executed} of ${planned}`)
  if (missing.length > shownCells) console.log(`  and ${missing.length - shownCells} more`)
  const seconds = milliseconds / 1000
  console.log(
    `${executions} executions in ${seconds.toFixed(1)} s (${Math.round(executions / seconds)}/s), seed ${seed}; ` +
      `chance that the next answer is new: ${coverage.unseen().toExponential(1)}; ${inconclusive} did not show again`,
  )
  if (notTested !== undefined) console.log(`not tested: ${notTested}`)
  console.log(findings.length === 0 ? 'no finding' : `${findings.length} findings:`)
  for (const { one, complaint, signature } of findings) {
    const known = examined.get(signature)
    console.log(`- ${known?.one.title ?? titleOf(one)}`)
    console.log(`  ${complaint.severity}: ${complaint.what} (${complaint.clause})`)
    console.log(`  expected ${complaint.expected}; observed ${complaint.observed}`)
    if (known === undefined) continue
    for (const line of known.one.explanation) console.log(`  what matters: ${line}`)
    const { times, of } = known.one.reproduced
    console.log(`  shown ${times} of ${of} times on a system started afresh; ${relative(process.cwd(), known.place)}`)
  }
}
