import type { Command } from 'commander'
import { drawing, inVariant, mermaid, sentences } from '#derive'
import { flows, nearest, UsageError } from '#harness'
import { acting } from './acting.ts'

export function addShow(mcx: Command): void {
  mcx
    .command('show')
    .description('print a flow as sentences and as a sequence diagram')
    .argument('<flow>', 'id of the flow, for example migration/service-authorization')
    .option('--variant <name>', 'as it is in this variant')
    .option('--diagram', 'the Mermaid sequence diagram alone')
    .option('--svg', 'the sequence diagram as an SVG document')
    .option('--json', 'the flow as the value it is')
    .action(acting(showCommand))
}

function showCommand(
  id: string,
  options: { readonly variant?: string; readonly diagram?: boolean; readonly svg?: boolean; readonly json?: boolean },
): number {
  const whole = flows.find((one) => one.id === id)
  if (!whole) {
    const ids = flows.map((one) => one.id)
    const near = nearest(id, ids)
    throw new UsageError(`there is no flow ${id}; ${near ? `did you mean ${near}?` : `flows: ${ids.join(', ')}`}`)
  }
  if (options.variant !== undefined && !(options.variant in whole.variants))
    throw new UsageError(`${id} has no variant ${options.variant}; variants: ${Object.keys(whole.variants).join(', ')}`)
  const flow = options.variant === undefined ? whole : inVariant(whole, options.variant)
  if (options.json) console.log(JSON.stringify(flow, null, 2))
  else if (options.svg) process.stdout.write(drawing(flow))
  else console.log(options.diagram ? mermaid(flow) : `${sentences(flow)}\n${mermaid(flow)}`)
  return 0
}
