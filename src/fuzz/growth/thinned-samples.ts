import type { Sample } from './slope.ts'

/** Samples of any length of time, as many as can be looked at: each stands for as many looks as the others. */
export interface ThinnedSamples {
  add(sample: Sample): void
  readonly samples: readonly Sample[]
}

/** Looks that are kept: then of every two the lower one is, as garbage is collected late. */
const most = 128

export function createThinnedSamples(): ThinnedSamples {
  let samples: readonly Sample[] = []
  let each = 1
  let waiting: readonly Sample[] = []
  return {
    get samples() {
      return samples
    },
    add(sample) {
      waiting = [...waiting, sample]
      if (waiting.length < each) return
      samples = [...samples, lowest(waiting)]
      waiting = []
      if (samples.length < most) return
      samples = Array.from({ length: most / 2 }, (_, index) => lowest(samples.slice(2 * index, 2 * index + 2)))
      each *= 2
    },
  }
}

const lowest = (some: readonly Sample[]): Sample => some.reduce((one, other) => (other[1] < one[1] ? other : one))
