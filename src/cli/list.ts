import type { Command } from 'commander'
import type { Flow } from '#flow'
import { applyOverrides, flows, planCases, readConfiguration, select, UsageError } from '#harness'
import { acting } from './acting.ts'
import { addSelection, overridesOf, refuseUnknown, selectionOf, type SelectionOptions } from './options.ts'

export function addList(mcx: Command): void {
  addSelection(mcx.command('list').description('list cases without playing them'))
    .option('--json', 'with everything known about each case')
    .option('--excluded', 'those that are not played, with the reason')
    .action(acting(listCommand))
}

async function listCommand(
  ids: readonly string[],
  options: SelectionOptions & { readonly json?: boolean; readonly excluded?: boolean },
): Promise<number> {
  const { configuration } = await readConfiguration(options.config, process.cwd())
  const all = planCases(flows, applyOverrides(configuration, overridesOf(options)))
  refuseUnknown(all, ids, options)
  const selected = select(all, selectionOf(ids, options))
  const kinds = options.excluded === true ? unplayedIn(selected.map(({ derived }) => derived.flow)) : []
  const shown = selected.filter((one) => (one.excluded !== undefined) === (options.excluded === true))
  if (options.json) {
    const cases = shown.map(({ id, derived, sut, alternative, transport, tags, excluded }) => ({
      id,
      flow: derived.flow.id,
      role: derived.sut.join('+'),
      sut: sut.name,
      variant: derived.variant,
      binding: alternative,
      transport,
      step: derived.step,
      clause: `${derived.source.doc} ${derived.source.clause}`,
      purpose: derived.purpose,
      tags,
      ...(excluded !== undefined && { excluded }),
    }))
    process.stdout.write(`${JSON.stringify([...cases, ...kinds], null, 2)}\n`)
  } else
    for (const one of [...kinds, ...shown])
      console.log(one.excluded === undefined ? one.id : `${one.id}\n    ${one.excluded}`)
  if (shown.length === 0)
    throw new UsageError(
      options.excluded ? 'of these none is excluded' : 'all of these are excluded; mcx list --excluded says why',
    )
  if (!options.json) console.error(`${shown.length} cases`)
  return 0
}

/** Kinds of communication of which there is no case at all. */
const unplayedIn = (selected: readonly Flow[]) =>
  [...new Map(selected.map((flow) => [flow.id, flow])).values()].flatMap(({ id, unplayed }) =>
    Object.entries(unplayed).map(([key, { title, why }]) => ({
      id: `${id}#${key}`,
      flow: id,
      excluded: `${title}: ${why}`,
    })),
  )
