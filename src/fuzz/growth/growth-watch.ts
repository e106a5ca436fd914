import { validCase } from '../grid.ts'
import type { Lab } from '../lab.ts'
import type { Scenario } from '../scenario.ts'
import type { Tally } from '../tally.ts'
import { growing } from './growing.ts'
import { createGrowth, type GrowthLimits, type Trend } from './growth.ts'
import { processFiguresOf } from './process-figures.ts'

interface GrowthWatchOptions {
  readonly lab: Lab
  readonly now: () => number
  readonly tally: Tally
  readonly scenarios: readonly Scenario[]
  readonly limits: GrowthLimits | undefined
}

/** Watches a target of a campaign by what its process holds, and by the valid requests that show that it lives. */
interface GrowthWatch {
  /** At what its process holds; as often as one likes. */
  look(): void
  /** At how long valid requests take while no changed ones are under way; as often as one likes. */
  lookAtLatency(): Promise<void>
  /** What grows becomes a finding. */
  complain(): void
  trends(): readonly Trend[]
}

/** Milliseconds between two looks. */
const pace = 250
const latencyPace = 1000

export function createGrowthWatch({ lab, now, tally, scenarios, limits }: GrowthWatchOptions): GrowthWatch {
  const { target } = lab
  const growth = createGrowth(limits)
  let latest = Number.NEGATIVE_INFINITY
  let latestLatency = Number.NEGATIVE_INFINITY
  let id = target.process?.()
  return {
    look() {
      const at = now()
      if (at - latest < pace) return
      latest = at
      if (target.process?.() !== id) growth.anew(at)
      id = target.process?.()
      const held = id === undefined ? undefined : processFiguresOf(id)
      if (held !== undefined) growth.sample(at, tally.executions, held)
    },
    async lookAtLatency() {
      if (now() - latestLatency < latencyPace) return
      latestLatency = now()
      const latency = await lab.quickest(scenarios)
      if (latency !== undefined) growth.sample(now(), tally.executions, { latency })
    },
    complain() {
      const [scenario] = scenarios
      const { last } = tally
      if (scenario === undefined || last === undefined) return
      const one = { ...validCase(scenario), ops: [{ op: growing, at: scenario.step }] }
      for (const each of growth.complaints()) tally.keep({ ...last, one, complaints: [each] }, each)
    },
    trends: growth.trends,
  }
}
