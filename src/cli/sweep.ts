import { join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { applyOverrides, flows, planSweep, readConfiguration, sweep, type Overrides } from '#harness'
import { createConsole, readRun, renderRun, sweepLines, sweepTable } from '#report'
import { exitCodeOf } from '#verdict'
import { acting } from './acting.ts'
import { interruptible } from './interruptible.ts'
import { addSelection, overridesOf, refuseUnknown, selectionOf, type SelectionOptions } from './options.ts'

interface SweepCommandOptions extends SelectionOptions {
  readonly out?: string
  readonly everywhere?: boolean
  readonly verbose?: boolean
  readonly render: boolean
}

export function addSweep(mcx: Command): void {
  addSelection(
    mcx
      .command('sweep')
      .description('play flows once for each of their steps, lose a peer after it, and judge what is left'),
  )
    .option('-o, --out <directory>', 'where results go')
    .option('--everywhere', 'each step in every place, and not only where it comes for the first time')
    .option('-v, --verbose', 'a line for every moment as it is judged')
    .option('--no-render', 'record events only; `mcx report` renders them later')
    .action(acting(sweepCommand))
}

async function sweepCommand(ids: readonly string[], options: SweepCommandOptions): Promise<number> {
  const from = process.cwd()
  const overrides: Overrides = {
    ...overridesOf(options),
    out: options.out === undefined ? undefined : resolve(from, options.out),
  }
  const { configuration } = await readConfiguration(options.config, from)
  const planned = planSweep(flows, applyOverrides(configuration, overrides)).flatMap(({ points }) => points)
  refuseUnknown(planned, ids, options)
  const interruption = interruptible()
  const shown = createConsole({ out: process.stdout, now: () => performance.now(), verbose: options.verbose === true })
  const { directory, recordFailure } = await sweep({
    configuration: options.config,
    from,
    overrides,
    selection: selectionOf(ids, options),
    everywhere: options.everywhere === true,
    hear: (event) => shown.event(event),
    say: (line) => console.error(`mcx: ${line}`),
    signal: interruption.signal,
    replayPrefix: `mcx sweep${options.config === 'harness.config.ts' ? '' : ` --config ${options.config}`}`,
  })
  shown.end()
  interruption.over()
  const record = await readRun(directory)
  for (const line of sweepLines(sweepTable(record))) console.log(line)
  if (options.render) {
    await renderRun(directory, undefined, record)
    console.log(`report: ${relative(process.cwd(), join(directory, 'report.html'))}`)
  }
  const code = exitCodeOf(record.cases.map(({ verdict }) => verdict))
  return recordFailure !== undefined || interruption.signal.aborted ? Math.max(code, 3) : code
}
