import { complaint, type Complaint } from '../oracle.ts'
import { slopeOf, type Sample } from './slope.ts'
import { createThinnedSamples, type ThinnedSamples } from './thinned-samples.ts'

/** What may grow while a campaign goes on. */
type Measure = 'memory' | 'descriptors' | 'latency'

/** What of it is known at once. */
export type Figures = Readonly<Partial<Record<Measure, number>>>

/** From when on growth is looked at, and how much of it is complained of, where it is also half of what there was. */
export interface GrowthLimits {
  /** Milliseconds after its start: tables fill up until the first entries of them go (RFC 3261 17.1.2.2, Timer J and K: 32 s), and programs are not yet compiled. */
  readonly warmUp: number
  /** Octets. */
  readonly memory: number
  readonly descriptors: number
  /** Milliseconds until a valid request is answered. */
  readonly latency: number
}

export const usualGrowth: GrowthLimits = { warmUp: 45_000, memory: 512_000_000, descriptors: 32, latency: 2 }

/** How one measure went after the warm-up. */
export interface Trend {
  readonly measure: Measure
  /** The least of the first quarter, and of the last one. */
  readonly first: number
  readonly last: number
  /** How much more it is at least, but for chance. */
  readonly atLeast: number
  readonly executions: number
}

/** Figures of a target over the executions of a campaign. */
export interface Growth {
  sample(at: number, executions: number, figures: Figures): void
  /** It was started anew: what was before says nothing of it. */
  anew(at: number): void
  trends(): readonly Trend[]
  complaints(): readonly Complaint[]
}

/** Fewer say nothing of a slope, nor of that of each half. */
const fewest = 16

const measures: readonly Measure[] = ['memory', 'descriptors', 'latency']

const named: Readonly<Record<Measure, { readonly what: string; readonly clause: string }>> = {
  memory: { what: 'memory grows with each request', clause: 'RFC 3261 17.2.2' },
  descriptors: { what: 'open files grow in number with the requests', clause: 'RFC 3261 18.4' },
  latency: { what: 'a valid request takes longer the more requests came before it', clause: 'RFC 3261 17.2.2' },
}

export function createGrowth(limits: GrowthLimits = usualGrowth): Growth {
  const kept = new Map<Measure, ThinnedSamples>()
  let since: number | undefined

  function trendOf(measure: Measure): Trend | undefined {
    const samples = kept.get(measure)?.samples ?? []
    const [first, last] = [samples[0], samples.at(-1)]
    if (samples.length < fewest || first === undefined || last === undefined) return undefined
    const executions = last[0] - first[0]
    const half = samples.length >> 1
    const halves = [samples.slice(0, half), samples.slice(half)]
    // A table that fills up, and is full, grows in the first half alone.
    const slopes = [samples, ...halves].map((some) => slopeOf(some).least * executions)
    const floors = floorsOf(samples)
    const [lowest, highest] = [floors[0] ?? 0, floors.at(-1) ?? 0]
    const rises = floors.every((floor, turn) => turn === 0 || floor > (floors[turn - 1] ?? floor))
    return {
      measure,
      first: lowest,
      last: highest,
      atLeast: Math.max(0, Math.min(...slopes, rises ? highest - lowest : 0)),
      executions,
    }
  }

  const trends = (): readonly Trend[] => measures.map(trendOf).filter((one) => one !== undefined)

  return {
    sample(at, executions, figures) {
      since ??= at
      if (at - since < limits.warmUp) return
      for (const measure of measures) {
        const value = figures[measure]
        if (value === undefined) continue
        const samples = kept.get(measure) ?? createThinnedSamples()
        kept.set(measure, samples)
        samples.add([executions, value])
      }
    },
    anew(at) {
      since = at
      kept.clear()
    },
    trends,
    complaints: () =>
      trends()
        .filter(({ measure, atLeast, first }) => atLeast >= Math.max(limits[measure], first / 2))
        .map((trend) =>
          complaint(
            'growth',
            named[trend.measure].clause,
            'robustness',
            named[trend.measure].what,
            `less than ${inUnits(trend.measure, limits[trend.measure])} more`,
            trendInWords(trend),
          ),
        ),
  }
}

/** The least of each quarter: what is collected from time to time comes down to it, and so does what waits for others now and then. */
function floorsOf(samples: readonly Sample[]): readonly number[] {
  const quarter = samples.length / 4
  return [0, 1, 2, 3].map((turn) =>
    Math.min(...samples.slice(turn * quarter, (turn + 1) * quarter).map(([, value]) => value)),
  )
}

function inUnits(measure: Measure, value: number): string {
  switch (measure) {
    case 'memory':
      return `${(value / 1e6).toFixed(1)} MB`
    case 'descriptors':
      return `${Math.round(value)} open files`
    case 'latency':
      return `${value.toFixed(2)} ms`
  }
}

/** `memory 312.4 MB to 318.0 MB over 240000 executions; at least 0.0 MB of it growth`. */
export const trendInWords = ({ measure, first, last, atLeast, executions }: Trend): string =>
  `${measure} ${inUnits(measure, first)} to ${inUnits(measure, last)} over ${executions} executions; ` +
  `at least ${inUnits(measure, atLeast)} of it growth`
