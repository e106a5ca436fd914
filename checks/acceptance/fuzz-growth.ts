import {
  openFlowStage,
  runCampaign,
  scenariosOf,
  silentJournal,
  startReferenceTarget,
  trendInWords,
  usualGrowth,
} from '#fuzz'
import { growthDefects } from '#reference'
import type { Row } from './row.ts'

const role = 'primaryServer'
/** What is not given back, by the defect. */
const grows: Readonly<Record<(typeof growthDefects)[number]['name'], string>> = {
  'transactions-kept': 'memory grows with each request',
  'refusals-looked-through': 'a valid request takes longer the more requests came before it',
  'descriptors-left-open': 'open files grow in number with the requests',
}

/** `npm run acceptance -- fuzz-growth [seconds of each] [defect...]`; `none` is a system without */
export const row: Row = {
  shows:
    'mcx fuzz against the reference system with each defect that holds more and more: it is found; without any, none is',
  async look([seconds = '120', ...chosen], say) {
    const faults: string[] = []
    const budget = Number(seconds) * 1000
    for (const defect of [undefined, ...growthDefects.map(({ name }) => name)]) {
      if (chosen.length > 0 && !chosen.includes(defect ?? 'none')) continue
      const defects = defect === undefined ? [] : [defect]
      const { findings, executions, trends } = await runCampaign({
        scenarios: scenariosOf([role]),
        seed: 1,
        budget,
        now: () => performance.now(),
        growth: { ...usualGrowth, warmUp: Math.min(usualGrowth.warmUp, budget / 4) },
        startTarget: (own) => startReferenceTarget({ defects, own }),
        startFlows: () => openFlowStage({ roles: [role], defects }),
        journal: silentJournal,
        say: () => undefined,
      })
      const found = findings.filter(({ complaint }) => complaint.oracle === 'growth').map(({ complaint }) => complaint)
      say(
        `${defect ?? 'no defect'}: ${executions} executions; ${found.map(({ what }) => what).join(', ') || 'nothing grows'}`,
      )
      for (const trend of trends) say(`  ${trendInWords(trend)}`)
      if (defect === undefined)
        faults.push(...found.map(({ what, observed }) => `the right system: ${what}: ${observed}`))
      else if (!found.some(({ what }) => what === grows[defect])) faults.push(`${defect} is not found`)
    }
    return faults
  },
}
