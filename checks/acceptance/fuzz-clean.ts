import { flowsAlone } from '#fuzz'
import { ofMessages, playClean, tableLine } from './clean-campaign.ts'
import type { Row } from './row.ts'

/** Share of the cases for each entity of which flows are played alone: each takes as long as twenty messages. */
const shareOfFlows = 0.005
/** Executions each second, below which it is given up. */
const slowest = 25

/** `npm run acceptance -- fuzz-clean [cases] [seed] [role...]` */
export const row: Row = {
  shows: 'mcx fuzz against the correct reference system, every role: no finding',
  async look([count = '100000', seed = '1', ...roles], say) {
    const wanted = Number(count)
    const faults: string[] = []
    let executions = 0
    const play = async (role: string, most: number): Promise<void> => {
      const result = await playClean({
        roles: [role],
        defects: [],
        executions: most,
        seconds: 60 + most / slowest,
        seed: Number(seed),
        say,
      })
      executions += result.executions
      say(tableLine(role, result))
      for (const finding of result.findings) faults.push(`${role}: ${finding}`)
    }
    const isChosen = (role: string): boolean => roles.length === 0 || roles.includes(role)
    const few = flowsAlone.filter(isChosen)
    const many = ofMessages.filter(isChosen)
    for (const role of few) await play(role, Math.ceil(wanted * (many.length === 0 ? 1 / few.length : shareOfFlows)))
    for (const [index, role] of many.entries())
      await play(role, Math.ceil((wanted - executions) / (many.length - index)))
    say(`${executions} executions in all`)
    if (executions < wanted) faults.push(`${executions} executions in the time, fewer than ${wanted}`)
    return faults
  },
}
