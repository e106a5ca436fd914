import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import { coverageOf, ladderOf } from '#derive'
import { openEventLog, type EventLog } from '#report'
import type { CaseDescription, RunEvent } from '#verdict'
import { planCases, select, type PlannedCase, type Selection } from './case-plan.ts'
import type { Configuration, SutConfiguration } from './configuration.ts'
import { controlOf, startSut, type StartedSut } from './control-adapter.ts'
import { flows } from './flows.ts'
import { applyOverrides, type Overrides } from './overrides.ts'
import type { RunOrder } from './playing.ts'
import { oneLine, readConfiguration, UsageError } from './read-configuration.ts'
import { listenToRun } from './run-channel.ts'
import { toolIdentity } from './tool-identity.ts'
import { provisioningOf } from './world/provisioning.ts'

export interface RunOptions {
  readonly configuration: string
  /** Where relative paths start. */
  readonly from: string
  readonly overrides: Overrides
  readonly selection: Selection
  /** Hears every event after it was recorded. */
  hear(event: RunEvent): void
  say(line: string): void
  /** Ends the run early when it is aborted; what was recorded stays. */
  readonly signal: AbortSignal
  readonly replayPrefix: string
}

export interface Ran {
  readonly directory: string
  /** Why the record is incomplete, if it is. */
  readonly recordFailure?: string
}

/** Plays the selected cases against the configured systems under test and records everything that happens. */
export async function run(options: RunOptions): Promise<Ran> {
  const loaded = await readConfiguration(options.configuration, options.from)
  const configuration = applyOverrides(loaded.configuration, options.overrides)
  const planned = select(planCases(flows, configuration), options.selection)
  if (planned.length === 0)
    throw new UsageError('nothing is selected: no case id, role, clause or tag fits; see `mcx list`')
  const directory = resolve(loaded.directory, configuration.out)
  makeDirectory(directory)
  const log = openLog(directory, options.say)
  const started = Date.now()
  const began = performance.now()
  const at = (): number => performance.now() - began
  const record = (event: RunEvent): void => {
    log.append(event)
    options.hear(event)
  }
  const sutsInUse = configuration.suts.filter((sut) =>
    planned.some((one) => one.sut === sut && one.excluded === undefined),
  )
  announce(record, configuration, planned, started)
  const running: StartedSut[] = []
  try {
    await prepare(sutsInUse, planned, configuration, running, options.say)
    if (!options.signal.aborted)
      await playAll(options, configuration, { loaded: loaded.path, directory: loaded.directory, started }, record)
    for (const sut of running) {
      const why = sut.ended()
      if (why !== undefined)
        record({ event: 'note', at: at(), case: null, text: `the system under test is gone: ${why}` })
    }
  } finally {
    await Promise.all(running.map((sut) => sut.stop()))
    record({
      event: 'run-finished',
      at: at(),
      time: new Date().toISOString(),
      reason: options.signal.aborted ? 'interrupted' : 'completed',
    })
    log.close()
  }
  return { directory, ...(log.failure && { recordFailure: log.failure.text }) }
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true })
  } catch (problem) {
    throw new UsageError(`out: ${directory} cannot be made (${oneLine(problem)}); choose another with --out`)
  }
}

function openLog(directory: string, say: (line: string) => void): EventLog {
  try {
    return openEventLog(directory, (failure) => say(failure.text))
  } catch (problem) {
    throw new UsageError(`out: ${directory} cannot be written (${oneLine(problem)}); choose another with --out`)
  }
}

function announce(
  record: (event: RunEvent) => void,
  configuration: Configuration,
  planned: readonly PlannedCase[],
  started: number,
): void {
  const selected = planned.filter((one) => one.excluded === undefined)
  record({
    event: 'run-started',
    format: 1,
    time: new Date(started).toISOString(),
    run: new Date(started).toISOString().replaceAll(/[:.]/g, '-'),
    seed: configuration.seed,
    profile: configuration.profile ?? 'rel-18',
    profileSelected: configuration.profile !== undefined,
    tool: toolIdentity(),
    runtime: `Node.js ${process.versions.node} on ${process.platform} ${process.arch}`,
    configuration: createHash('sha256').update(JSON.stringify(configuration)).digest('hex'),
    suts: configuration.suts.map((sut) => ({
      name: sut.name,
      roles: sut.roles,
      address: `${sut.address}:${sut.port}`,
      ...(sut.version !== undefined && { version: sut.version }),
      claims: sut.ics,
    })),
    cases: selected.length,
  })
  for (const one of planned)
    if (one.excluded === undefined) record({ event: 'case-selected', ...describe(one, configuration) })
    else record({ event: 'case-excluded', case: one.id, reason: one.excluded })
  record({
    event: 'coverage',
    rows: flows.flatMap((flow) =>
      coverageOf(
        flow,
        selected.filter((one) => one.derived.flow.id === flow.id).map((one) => ({ ...one.derived, id: one.id })),
      ),
    ),
  })
}

const describe = (planned: PlannedCase, configuration: Configuration): CaseDescription => {
  const { derived, sut } = planned
  return {
    id: planned.id,
    title: derived.title,
    purpose: derived.purpose,
    flow: derived.flow.id,
    clause: `${derived.source.doc} ${derived.source.clause}`,
    role: derived.sut.join('+'),
    sut: sut.name,
    variant: derived.variant,
    variation: planned.tags.includes('positive') ? 'positive' : 'negative',
    service: 'mcptt',
    profile: configuration.profile ?? 'rel-18',
    binding: planned.alternativeMatters ? planned.alternative : 'message',
    transport: planned.transport,
    tags: planned.tags,
    actors: derived.flow.actors,
    ladder: ladderOf(derived),
  }
}

/** Starts and provisions each system under test once, those that share a start command or control interface together. */
async function prepare(
  suts: readonly SutConfiguration[],
  planned: readonly PlannedCase[],
  configuration: Configuration,
  running: StartedSut[],
  say: (line: string) => void,
): Promise<void> {
  const groups = Map.groupBy(suts, ({ control, name }) =>
    JSON.stringify(control.http ?? control.provision ?? control.start ?? name),
  )
  for (const group of groups.values()) {
    const [first] = group
    if (!first) continue
    try {
      const started = await startSut(first, say)
      if (started) running.push(started)
    } catch (problem) {
      throw new UsageError(oneLine(problem))
    }
    const control = controlOf(first)
    if (!control.can('provision')) continue
    const document = provisioningOf(
      group,
      planned.filter((one) => one.excluded === undefined),
      configuration,
    )
    const reply = await control.ask('provision', document)
    if (!reply.ok) throw new UsageError(`${first.name} cannot be provisioned: ${reply.why}`)
  }
}

async function playAll(
  options: RunOptions,
  configuration: Configuration,
  where: { readonly loaded: string; readonly directory: string; readonly started: number },
  record: (event: RunEvent) => void,
): Promise<void> {
  const channel = `mcx-run-${process.pid}-${where.started}`
  const done = Promise.withResolvers<void>()
  const line = listenToRun(channel, (signal) => {
    if (signal.signal === 'event') record(signal.event)
    else done.resolve()
  })
  const order: RunOrder = {
    channel,
    configuration: where.loaded,
    directory: where.directory,
    overrides: options.overrides,
    selection: options.selection,
    started: where.started,
    today: new Date(where.started).toISOString().slice(0, 10),
    replayPrefix: options.replayPrefix,
  }
  const here = fileURLToPath(new URL('.', import.meta.url))
  const failures: string[] = []
  const vitest = await startVitest(
    'test',
    [],
    {
      root: here,
      // Not the declarations that stand beside it in the package.
      include: [import.meta.url.endsWith('.ts') ? 'conformance.run.ts' : 'conformance.run.js'],
      config: false,
      // Nothing is written beside the sources, which may stand where nobody may write.
      cache: false,
      watch: false,
      pool: 'threads',
      isolate: false,
      fileParallelism: false,
      maxConcurrency: configuration.concurrency,
      provide: { run: order },
      reporters: [
        {
          onTestModuleEnd(module) {
            failures.push(...module.errors().map((error) => error.message))
          },
        },
      ],
      passWithNoTests: true,
      server: { deps: { external: [/./] } },
    },
    { logLevel: 'silent' },
  )
  try {
    const abort = (): void => void vitest.cancelCurrentRun('keyboard-input')
    options.signal.addEventListener('abort', abort, { once: true })
    const [problem] = failures
    if (problem !== undefined) throw new UsageError(oneLine(problem))
    await Promise.race([done.promise, new Promise((resolve) => setTimeout(resolve, 2000))])
  } finally {
    await vitest.close()
    line.close()
  }
}
