import type { Row } from './row.ts'
import { start, withScratch } from './stranger.ts'

/** Seconds. */
const budget = 60
const most = 75

/** `npm run acceptance -- fuzz-smoke`: what continuous integration is told in a minute. */
export const row: Row = {
  shows: `mcx fuzz --budget ${budget}s ends within ${most} s with the right exit code, the self-test first`,
  async look(_args, say) {
    const faults: string[] = []
    for (const [what, args, wanted] of [
      ['the reference system as it is', [], 0],
      ['with a defect', ['--defect', 'token-signature-unchecked'], 1],
    ] as const)
      await withScratch(async (directory) => {
        const run = start(['fuzz', '--budget', `${budget}s`, '--out', directory, ...args])
        const { seconds, code } = await run.ended
        const printed = run.printed()
        const [executions = 'nothing said of executions'] = /\d+ executions in .*/.exec(printed) ?? []
        say(`${what}: exit code ${code} after ${seconds.toFixed(1)} s; ${executions}`)
        if (code !== wanted)
          faults.push(`${what}: exit code ${code}, not ${wanted}: ${printed.trim().split('\n').at(-1)}`)
        if (seconds > most) faults.push(`${what}: ${seconds.toFixed(1)} s, more than ${most}`)
        if (!/^self-test: /m.test(printed)) faults.push(`${what}: no self-test`)
        else if (printed.indexOf('self-test: ') > printed.indexOf(' executions in '))
          faults.push(`${what}: the self-test was not first`)
      })
    return faults
  },
}
