import { crashPointDefects } from '../../fixtures/defects/crash-point.ts'
import { resultsIn } from './printed-verdicts.ts'
import type { Row } from './row.ts'
import { freePorts, mcx, ownPorts, withScratch } from './stranger.ts'

export const row: Row = {
  shows: 'every step of every flow survives the loss of a peer; the cases of the flows do not see what a sweep finds',
  async look(patterns, say) {
    // `defects` alone: without the sweep of all flows.
    const withoutSweep = patterns[0] === 'defects'
    const swept = await withScratch(async (directory) => {
      if (withoutSweep) return []
      const ended = await mcx(['sweep', '-c', ownPorts, '-o', directory, ...patterns], {
        env: { MCX_PORT: String(await freePorts()) },
        patience: 3600,
      })
      // The table of survivors is the last of it.
      const lines = ended.stdout.split('\n')
      const table = lines.slice(lines.findLastIndex((line) => line.startsWith('step ')))
      for (const line of table) say(line)
      return ended.code === 0 ? [] : [`the sweep ended with exit ${ended.code}: ${table.at(-3) ?? ended.stderr}`]
    })
    const unseen: string[] = []
    if (withoutSweep || patterns.length === 0)
      for (const { defect, flow } of crashPointDefects)
        await withScratch(async (directory) => {
          // Those of the sweep were free an hour ago.
          const env = { MCX_PORT: String(await freePorts()), MCX_DEFECT: defect }
          const ended = await mcx(['run', '-c', ownPorts, '-o', directory, '--no-render', flow], { env, patience: 300 })
          await mcx(['report', directory])
          const { cases } = resultsIn(directory)
          const found = cases.filter(({ verdict }) => verdict !== 'pass')
          say(`${defect}: ${cases.length} cases of the flow, ${found.length} not passed`)
          for (const { id, verdict } of found) say(`  ${verdict} ${id}`)
          if (found.length > 0 || cases.length === 0 || ended.code !== 0)
            unseen.push(`${defect} is found without a sweep: exit ${ended.code} ${ended.stderr}`)
        })
    return [...swept, ...unseen]
  },
}
