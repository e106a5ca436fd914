import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { slopeOf, type Sample } from '#fuzz'
import { processorTime, timesOf } from '../processor-time.ts'
import { answerReaders } from './answer-readers.ts'
import { watchCollections } from './collections.ts'
import { openMutatedFlights } from './mutated-flights.ts'
import { mutated, numbersFrom } from './mutated-octets.ts'
import type { Row } from './row.ts'

/** Milliseconds of processor time. */
const stall = 50
/** Of which the slowest is told. */
const worthTelling = 5
const rounds = 60
/** Of them, until all that is kept is there. */
const settling = 15
/** What users have is made once for each of them. */
const beforehand = 10_000
/** Octets for a million answers. */
const mostGrowth = 1_000_000

/** What took longer than most. */
interface Slow {
  readonly where: string
  readonly octets: Buffer
  readonly milliseconds: number
  /** Reads it once more. */
  readonly again: () => void
  readonly from: number
  readonly to: number
}

/** Collections are told of a little later. */
const known = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 50))

const wholeMillions = (count: number): string => (count / 1e6).toFixed(2)

/** `npm run acceptance -- mutated-answers [count] [seed]` */
export const row: Row = {
  shows: 'mutated answers into everything that the tester reads with: no exception, no stall, flat memory',
  async look([count = '1000000', seed = '1'], say) {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const wanted = Number(count)
    const warm = Math.min(beforehand, wanted)
    const below = numbersFrom(Number(seed))
    const faults = new Map<string, number>()
    let slowest = { milliseconds: 0, where: 'nowhere' }

    const fault = (text: string): void => void faults.set(text, (faults.get(text) ?? 0) + 1)
    const collections = watchCollections()
    const slow: Slow[] = []
    function timed(where: string, octets: Buffer, read: () => void, again: () => void): void {
      const from = performance.now()
      const before = processorTime()
      try {
        read()
      } catch (problem) {
        const shown =
          problem instanceof Error ? (problem.stack ?? '').split('\n').slice(0, 3).join(' ') : String(problem)
        if (!faults.has(`${where}: ${shown}`)) say(`${where}: ${shown}: ${octets.toString('base64').slice(0, 3000)}`)
        fault(`${where}: ${shown}`)
      }
      const milliseconds = processorTime() - before
      if (milliseconds <= worthTelling) return
      slow.push({ where, octets, milliseconds, again, from, to: performance.now() })
    }
    /** What was slow though memory was not collected meanwhile. */
    async function judgeSlow(): Promise<void> {
      await known()
      for (const { where, octets, milliseconds, again, from, to } of slow.splice(0)) {
        const own = milliseconds - collections.between(from, to)
        if (own > slowest.milliseconds) slowest = { milliseconds: own, where: `${where}, ${octets.length} octets` }
        if (own <= stall || Math.min(...timesOf(again)) <= stall) continue
        fault(`${where}: took more than ${stall} ms`)
        say(`${where}: ${own.toFixed(0)} ms: ${octets.toString('base64').slice(0, 3000)}`)
      }
      collections.forget()
    }

    const flights = await openMutatedFlights(below, (octets, take, again) =>
      timed('the sender of the fuzzer', octets, take, again),
    )
    const samples: Sample[] = []
    const since = performance.now()
    const shares = answerReaders.reduce((sum, { share }) => sum + share, 0)
    let done = warm
    try {
      await flights.take(warm)
      for (let round = 0; round < rounds; round += 1) {
        const each = wanted / rounds
        for (const { name, share, real, read } of answerReaders)
          for (let index = 0; index < each * share; index += 1) {
            const which = below(real.length)
            const octets = mutated(real[which] ?? Buffer.alloc(0), below)
            const take = (): void => read(octets, which)
            timed(name, octets, take, take)
            done += 1
          }
        const rest = Math.ceil(each * (1 - shares))
        await flights.take(rest)
        done += rest
        await judgeSlow()
        collect()
        const { heapUsed, arrayBuffers } = process.memoryUsage()
        if (round >= settling) samples.push([done, heapUsed + arrayBuffers])
        if (round % 10 === 9) say(`${wholeMillions(done)} million, ${faults.size} faults`)
      }
    } finally {
      await flights.close()
      collections.close()
    }
    const seconds = (performance.now() - since) / 1000
    const growth = slopeOf(samples).median * 1e6
    const sizes = samples.map(([, value]) => value / 1e6)
    say(
      `${wholeMillions(done)} million mutated answers in ${seconds.toFixed(0)} s (${Math.round(done / seconds)}/s): ${faults.size} faults; the slowest took ${slowest.milliseconds.toFixed(1)} ms (${slowest.where})`,
    )
    say(
      `memory after collection: ${Math.min(...sizes).toFixed(1)} to ${Math.max(...sizes).toFixed(1)} MB, ${(growth / 1e6).toFixed(2)} MB more for each million; ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB resident`,
    )
    // What is in flight when it is collected makes some millions of octets more or less.
    const grows = growth > mostGrowth && (growth * done) / 1e6 > 10e6
    return [
      ...[...faults].map(([text, times]) => `${text} (${times} times)`),
      ...(grows ? [`memory grows by ${(growth / 1e6).toFixed(2)} MB for each million answers`] : []),
    ]
  },
}
