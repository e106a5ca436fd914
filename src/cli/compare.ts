import type { Command } from 'commander'
import { compareProfiles, profiles, services } from '#bindings'
import type { MessageDifference, Profile, ProfileComparison } from '#bindings'
import { nearest, UsageError } from '#harness'
import { acting } from './acting.ts'

export function addCompare(mcx: Command): void {
  mcx
    .command('compare')
    .description('list what two profiles have otherwise, by message, MC service and information element')
    .argument('<profile>', 'name of a profile, for example rel-18')
    .argument('<other>', 'name of the other, for example rel-18-moved')
    .option('--json', 'as data')
    .action(acting(compareCommand))
}

function compareCommand(one: string, other: string, options: { readonly json?: boolean }): number {
  const comparison = compareProfiles(profileOf(one), profileOf(other))
  process.stdout.write(options.json ? `${JSON.stringify(comparison, null, 2)}\n` : textOf(comparison))
  return 0
}

function profileOf(name: string): Profile {
  const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (found !== undefined) return found
  const names = Object.keys(profiles)
  const near = nearest(name, names)
  throw new UsageError(
    `there is no profile ${name}; ${near ? `did you mean ${near}?` : `profiles: ${names.join(', ')}`}`,
  )
}

type Row = readonly [name: string, one: string | undefined, other: string | undefined]

function textOf({ one, other, messages, values }: ProfileComparison): string {
  if (messages.length === 0 && values.length === 0) return `${one} and ${other} do not differ\n`
  const sections = new Map<
    string,
    { readonly heading: string; readonly services: string[]; readonly rows: readonly Row[] }
  >()
  for (const difference of messages) {
    const rows = rowsOf(difference)
    const heading = headingOf(difference)
    const key = JSON.stringify([heading, rows])
    const title = services[difference.service].title
    const known = sections.get(key)
    if (known === undefined) sections.set(key, { heading, services: [title], rows })
    else known.services.push(title)
  }
  const width = Math.max(one.length, other.length)
  const line = (name: string, text: string | undefined): string =>
    `    ${name.padEnd(width)}  ${text ?? 'not at all'}\n`
  const both = ([name, left, right]: Row): string => `  ${name}\n${line(one, left)}${line(other, right)}`
  return [
    ...[...sections.values()].map(
      ({ heading, services: of, rows }) => `${heading} (${of.join(', ')})\n${rows.map(both).join('')}`,
    ),
    ...values.map(({ value, one: left, other: right }) => both([`value ${value}`, left, right])),
  ].join('\n')
}

/** Service authorization alone has two alternatives that may differ on their own. */
const headingOf = ({ message, alternatives }: MessageDifference): string =>
  alternatives.length === 1 ? `${message} by ${alternatives.join()}` : message

const rowsOf = ({ wire, elements }: MessageDifference): readonly Row[] => [
  ...(wire === undefined ? [] : [['on the wire', wire.one, wire.other] as const]),
  ...elements.map(({ ie, about, one, other }) => [`${ie}, ${about}`, one, other] as const),
]
