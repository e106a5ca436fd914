import { InvalidArgumentError, type Command } from 'commander'
import {
  clauseOf,
  matcher,
  nearest,
  select,
  UsageError,
  type Overrides,
  type PlannedCase,
  type Selection,
} from '#harness'

/** What selects cases, the same for every command that takes some. */
export interface SelectionOptions {
  readonly config: string
  readonly role?: string
  readonly clause?: string
  readonly tag?: string
  readonly sut?: string
  readonly transport?: string
  readonly seed?: number
}

export const addSelection = (command: Command): Command =>
  command
    .argument(
      '[case...]',
      "case ids; * stands for anything, a leading ! takes away, for example 'migration/*@primaryServer/*'",
    )
    .option('-c, --config <file>', 'configuration', 'harness.config.ts')
    .option('--role <role>', 'only cases in which this role is under test')
    .option('--clause <text>', 'only cases whose clause contains this text')
    .option('--tag <tag>', 'only cases with this tag, for example positive, omit or twice')
    .option('--sut <name>', 'only this system under test')
    .option('--transport <transport>', 'only udp, tcp or tls')
    .option('--seed <number>', 'seed of all made-up values', wholeNumber)

export const selectionOf = (ids: readonly string[], options: SelectionOptions): Selection => ({
  ids,
  role: options.role,
  clause: options.clause,
  tag: options.tag,
  sut: options.sut,
  transport: options.transport,
})

export const overridesOf = (options: SelectionOptions): Overrides => ({ seed: options.seed })

export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It takes a whole number of up to 15 digits.')
  return Number(text)
}

/** So many names are all shown; of more the nearest. */
const few = 6

/** Says which part of the selection nothing fits, so that a typing mistake is not a green run. */
export function refuseUnknown(all: readonly PlannedCase[], ids: readonly string[], options: SelectionOptions): void {
  const faults: string[] = []
  const known = (what: string, given: string | undefined, values: Iterable<string>): void => {
    const list = [...new Set(values)]
    if (given === undefined || list.includes(given)) return
    const near = list.length <= few ? undefined : nearest(given, list)
    faults.push(
      `--${what} ${given} fits nothing in this configuration; ${near === undefined ? `there are: ${list.join(', ')}` : `did you mean ${near}?`}`,
    )
  }
  for (const glob of ids) {
    const fits = matcher(glob.replace(/^!/, ''))
    if (all.some(({ id }) => fits(id))) continue
    const near = nearest(glob, glob.includes('*') ? [] : all.map(({ id }) => id))
    faults.push(`${glob} fits no case; ${near === undefined ? 'see `mcx list`' : `did you mean ${near}?`}`)
  }
  known(
    'role',
    options.role,
    all.flatMap((one) => one.derived.sut),
  )
  known(
    'tag',
    options.tag,
    all.flatMap((one) => one.tags),
  )
  known(
    'sut',
    options.sut,
    all.map((one) => one.sut.name),
  )
  known(
    'transport',
    options.transport,
    all.map((one) => one.transport),
  )
  const clauses = [...new Set(all.map(clauseOf))]
  if (options.clause !== undefined && !clauses.some((one) => one.includes(options.clause ?? '')))
    faults.push(`--clause ${options.clause} is part of no clause; there are: ${clauses.slice(0, 4).join(', ')} ...`)
  if (faults.length > 0) throw new UsageError(faults.join('\n'))
  if (select(all, selectionOf(ids, options)).length === 0)
    throw new UsageError('nothing is selected: each part of the selection fits some case, all together none')
}
