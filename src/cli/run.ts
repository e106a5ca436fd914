import { join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { profiles } from '#bindings'
import { applyOverrides, flows, oneLine, planCases, readConfiguration, run, UsageError, type Overrides } from '#harness'
import { createConsole, readRun, renderRun, resultsOf, type RunRecord } from '#report'
import { exitCodeOf } from '#verdict'
import { acting } from './acting.ts'
import { interruptible } from './interruptible.ts'
import { addSelection, overridesOf, refuseUnknown, selectionOf, wholeNumber, type SelectionOptions } from './options.ts'

interface RunCommandOptions extends SelectionOptions {
  readonly out?: string
  readonly profile?: string
  readonly concurrency?: number
  readonly verbose?: boolean
  readonly json?: boolean
  readonly render: boolean
}

/** As in a configuration. */
const mostInFlight = 2000

export function addRun(mcx: Command): void {
  addSelection(mcx.command('run').description('play cases against the systems under test and judge them'))
    .option('-o, --out <directory>', 'where results go')
    .option('--profile <name>', 'select a binding profile: what breaks its default bindings fails')
    .option('--concurrency <number>', 'cases in flight at once', wholeNumber)
    .option('-v, --verbose', 'a line for every case as it ends')
    .option('--json', 'print results.json instead of progress')
    .option('--no-render', 'record events only; `mcx report` renders them later')
    .action(acting(runCommand))
}

async function runCommand(ids: readonly string[], options: RunCommandOptions): Promise<number> {
  const { profile } = options
  if (profile !== undefined && !Object.hasOwn(profiles, profile))
    throw new UsageError(`--profile ${profile} is no profile; there is ${Object.keys(profiles).join(' and ')}`)
  const { concurrency } = options
  if (concurrency !== undefined && (concurrency < 1 || concurrency > mostInFlight))
    throw new UsageError(`--concurrency ${concurrency} is out of range; it takes 1 to ${mostInFlight}`)
  const from = process.cwd()
  const overrides: Overrides = {
    ...overridesOf(options),
    profile,
    concurrency,
    out: options.out === undefined ? undefined : resolve(from, options.out),
  }
  const { configuration } = await readConfiguration(options.config, from)
  refuseUnknown(planCases(flows, applyOverrides(configuration, overrides)), ids, options)
  const interruption = interruptible()
  const out = options.json ? process.stderr : process.stdout
  const shown = createConsole({ out, now: () => performance.now(), verbose: options.verbose === true })
  const { directory, recordFailure } = await run({
    configuration: options.config,
    from,
    overrides,
    selection: selectionOf(ids, options),
    hear: (event) => (options.json ? undefined : shown.event(event)),
    say: (line) => console.error(`mcx: ${line}`),
    signal: interruption.signal,
    replayPrefix: `mcx run${options.config === 'harness.config.ts' ? '' : ` --config ${options.config}`}`,
  })
  if (!options.json) shown.end()
  interruption.over()
  const record = await readRun(directory)
  if (options.json) process.stdout.write(`${JSON.stringify(resultsOf(record), null, 2)}\n`)
  const rendered = !options.render || (await render(directory, record, options.json === true, recordFailure))
  if (recordFailure !== undefined || !rendered) return 3
  const verdicts = record.cases.map((one) =>
    one.expectedFailure?.state === 'met' ? 'pass' : one.expectedFailure ? 'fail' : one.verdict,
  )
  return interruption.signal.aborted ? Math.max(exitCodeOf(verdicts), 3) : exitCodeOf(verdicts)
}

/** Whether it could; a disk that refused the record is not complained of twice. */
async function render(
  directory: string,
  record: RunRecord,
  json: boolean,
  recordFailure: string | undefined,
): Promise<boolean> {
  try {
    await renderRun(directory, undefined, record)
    if (!json) console.log(`report: ${relative(process.cwd(), join(directory, 'report.html'))}`)
    return true
  } catch (problem) {
    if (recordFailure === undefined) console.error(`mcx: ${oneLine(problem)}`)
    return false
  }
}
