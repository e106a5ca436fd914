import { flowsAlone } from '#fuzz'
import { decoys } from '#reference'
import { ofMessages, playClean, tableLine } from './clean-campaign.ts'
import type { Row } from './row.ts'

/** Executions each second, below which it is given up. */
const slowest = 25

/** `npm run acceptance -- fuzz-decoys [cases of each] [decoy...]` */
export const row: Row = {
  shows: 'mcx fuzz against the reference system with each behaviour that is unusual and right: no finding',
  async look([count = '1000', ...chosen], say) {
    const faults: string[] = []
    for (const { id, name } of decoys) {
      if (chosen.length > 0 && !chosen.includes(id) && !chosen.includes(name)) continue
      const result = await playClean({
        roles: [...ofMessages, ...flowsAlone],
        defects: [name],
        executions: Number(count),
        seconds: 60 + Number(count) / slowest,
        seed: 1,
        say,
      })
      say(tableLine(`${id} ${name}`, result))
      for (const finding of result.findings) faults.push(`${id} ${name}: ${finding}`)
      if (result.executions < Number(count)) faults.push(`${id} ${name}: ${result.executions} executions in the time`)
    }
    return faults
  },
}
