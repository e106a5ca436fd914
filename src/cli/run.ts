import { relative } from 'node:path'
import type { Command } from 'commander'
import { applyOverrides, flows, planCases, readConfiguration, run, UsageError, type Overrides } from '#harness'
import { createConsole, readRun, renderRun, resultsOf } from '#report'
import { exitCodeOf } from '#verdict'
import { acting } from './acting.ts'
import { addSelection, overridesOf, refuseUnknown, selectionOf, wholeNumber, type SelectionOptions } from './options.ts'

interface RunCommandOptions extends SelectionOptions {
  readonly out?: string
  readonly profile?: string
  readonly concurrency?: number
  readonly json?: boolean
  readonly render: boolean
}

export function addRun(mcx: Command): void {
  addSelection(mcx.command('run').description('play cases against the systems under test and judge them'))
    .option('-o, --out <directory>', 'where results go')
    .option('--profile <name>', 'select a binding profile: what breaks its default bindings fails')
    .option('--concurrency <number>', 'cases in flight at once', wholeNumber)
    .option('--json', 'print results.json instead of progress')
    .option('--no-render', 'record events only; `mcx report` renders them later')
    .action(acting(runCommand))
}

async function runCommand(ids: readonly string[], options: RunCommandOptions): Promise<number> {
  const { profile } = options
  if (profile !== undefined && profile !== 'rel-18')
    throw new UsageError(`--profile ${profile} is no profile; there is rel-18`)
  if (options.concurrency === 0) throw new UsageError('--concurrency 0 would play nothing; give at least 1')
  const overrides: Overrides = {
    ...overridesOf(options),
    profile,
    concurrency: options.concurrency,
    out: options.out,
  }
  const from = process.cwd()
  const { configuration } = await readConfiguration(options.config, from)
  refuseUnknown(planCases(flows, applyOverrides(configuration, overrides)), options)
  const interruption = interruptible()
  const out = options.json ? process.stderr : process.stdout
  const shown = createConsole({ out, now: () => performance.now(), ...(!options.json && { report: 'report.html' }) })
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
  if (options.render) {
    await renderRun(directory)
    if (!options.json) console.log(`report: ${relative(from, `${directory}/report.html`)}`)
  }
  if (options.json) process.stdout.write(`${JSON.stringify(resultsOf(record), null, 2)}\n`)
  if (recordFailure !== undefined) return 3
  const verdicts = record.cases.map((one) =>
    one.expectedFailure?.state === 'met' ? 'pass' : one.expectedFailure ? 'fail' : one.verdict,
  )
  return interruption.signal.aborted ? Math.max(exitCodeOf(verdicts), 3) : exitCodeOf(verdicts)
}

/** The first Ctrl-C ends the run in order, the second one at once. */
function interruptible(): { readonly signal: AbortSignal; over(): void } {
  const controller = new AbortController()
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(3)
    console.error('\nmcx: interrupted; what was judged is kept (again to leave at once)')
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    signal: controller.signal,
    over: () => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    },
  }
}
