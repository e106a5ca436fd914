import { resolve } from 'node:path'
import type { Command } from 'commander'
import { asWrittenOf, isFlowCase, readRecorded, replay, titleOf, type FuzzCase, type Recorded } from '#fuzz'
import { oneLine, UsageError } from '#harness'
import { acting } from './acting.ts'
import { flowsOf, referenceSubject, subjectIn } from './fuzz-subject.ts'
import { defectsIn } from './fuzz.ts'
import { wholeNumber } from './options.ts'

interface ReplayOptions {
  readonly config?: string
  readonly sut?: string
  readonly repeat: number
  readonly defect: readonly string[]
  readonly json?: boolean
}

export function addReplay(mcx: Command): void {
  mcx
    .command('replay')
    .description('play a finding of mcx fuzz again: fixed, still fails, different failure, or error')
    .argument('<finding>', 'directory of a finding, or a case file')
    .option('-c, --config <file>', 'against a system under test of this configuration')
    .option('--sut <name>', 'which one, where there are several')
    .option('--repeat <number>', 'how often, each time on a system started afresh', wholeNumber, 1)
    .option(
      '--defect <name>',
      'give the reference system this defect; may be given again',
      (one, all: readonly string[]) => [...all, one],
      [],
    )
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', '\nExit codes: 0 fixed, 1 still fails or fails otherwise, 2 wrong use, 3 error.')
    .action(acting(replayCommand))
}

async function replayCommand(path: string, options: ReplayOptions): Promise<number> {
  const recorded = recordedIn(path)
  const defects = defectsIn(options)
  const flows = isFlowCase(recorded.one) ? flowOf(recorded.one) : undefined
  const subject =
    options.config === undefined ? referenceSubject(defects) : await subjectIn(options.config, { ...options, flows })
  const replayed = await replay(recorded, Math.max(1, options.repeat), {
    now: () => performance.now(),
    startTarget: subject.startTarget,
    ...(subject.permission && { permission: subject.permission }),
    startFlows: flowsOf(subject, rolesIn(recorded.one)),
  })
  if (options.json) console.log(JSON.stringify({ case: recorded.one, ...replayed }, null, 2))
  else {
    console.log(titleOf(recorded.one))
    console.log(
      `${replayed.outcome}: ${replayed.times} of ${replayed.of} times${replayed.why === undefined ? '' : `; ${replayed.why}`}`,
    )
    for (const { what, clause, observed } of replayed.complaints) console.log(`- ${what} (${clause}): ${observed}`)
  }
  switch (replayed.outcome) {
    case 'fixed':
      return 0
    case 'still fails':
    case 'different failure':
      return 1
    case 'error':
      return 3
  }
}

/** That flow, and the one as it is written of which it is derived. */
const flowOf =
  ({ scenario }: FuzzCase) =>
  (id: string): boolean =>
    [scenario, asWrittenOf(scenario)].includes(id)

/** The roles under test, as the name of a flow says them. */
const rolesIn = ({ scenario }: FuzzCase): readonly string[] => /@([^/]*)\//.exec(scenario)?.[1]?.split('+') ?? []

function recordedIn(path: string): Recorded {
  try {
    return readRecorded(resolve(process.cwd(), path))
  } catch (problem) {
    throw new UsageError(
      `${path} is no finding: ${oneLine(problem)}; give a directory that mcx fuzz wrote, or a case file`,
    )
  }
}
