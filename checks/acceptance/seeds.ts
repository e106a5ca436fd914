import { createHash } from 'node:crypto'
import { resultsIn } from './printed-verdicts.ts'
import type { Row } from './row.ts'
import { seeded } from './seeded.ts'
import { freePorts, mcx, ownPorts, withScratch } from './stranger.ts'

/** Every so-many-th run plays everything, the others one part after the other. */
const wholeEvery = 12
const parts = 8
const lanes = 2

export const row: Row = {
  shows: 'runs with different seeds: nothing but passes',
  /** How many runs, the seed of the seeds, and globs of the cases where not all are meant. */
  async look([count = '100', base = '1', ...patterns], say) {
    const since = performance.now()
    const ids = await everyId(patterns)
    const random = seeded(Number(base))
    const seeds = Array.from({ length: Number(count) }, () => Math.floor(random() * 2 ** 48))
    const waiting = seeds.map((seed, index) => ({ seed, index }))
    const played = new Map<string, number>()
    const faults: string[] = []
    let [runs, whole] = [0, 0]
    await Promise.all(
      Array.from({ length: lanes }, async () => {
        const port = await freePorts()
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const { seed, index } = next
          const all = index % wholeEvery === 0
          const tally = await play(port, seed, all ? patterns : ids.filter((id) => partOf(id) === index % parts))
          runs += 1
          whole += all ? 1 : 0
          for (const id of tally.ids) played.set(id, (played.get(id) ?? 0) + 1)
          faults.push(...tally.faults)
          say(
            `${String(runs).padStart(3)}  seed ${String(seed).padEnd(15)} ${String(tally.ids.length).padStart(4)} cases  ${tally.seconds.toFixed(1)} s${tally.faults.length > 0 ? `  ${tally.faults.length} NOT PASSED` : ''}`,
          )
        }
      }),
    )
    const times = [...played.values()]
    const total = times.reduce((sum, each) => sum + each, 0)
    say(
      `${runs} runs (${whole} whole) in ${((performance.now() - since) / 60_000).toFixed(1)} min: ${total} verdicts of ${played.size} of ${ids.length} cases, each ${Math.min(...times)} to ${Math.max(...times)} times, ${faults.length} not passed`,
    )
    if (Number(count) > parts && played.size < ids.length)
      faults.push(`${ids.length - played.size} cases were never played`)
    return faults
  },
}

const everyId = async (patterns: readonly string[]): Promise<readonly string[]> =>
  (await mcx(['list', '-c', ownPorts, ...patterns])).stdout.split('\n').filter((line) => line !== '')

/** By its name, so that a part is the same whatever else there is. */
const partOf = (id: string): number => (createHash('sha256').update(id).digest()[0] ?? 0) % parts

const play = (port: number, seed: number, ids: readonly string[]) =>
  withScratch(async (directory) => {
    const ended = await mcx(['run', '-c', ownPorts, '-o', directory, '--seed', String(seed), '--no-render', ...ids], {
      env: { MCX_PORT: String(port) },
      patience: 300,
    })
    const rendered = await mcx(['report', directory])
    if (rendered.code !== 0)
      return {
        ids: [],
        seconds: ended.seconds,
        faults: [`seed ${seed}: no results: ${ended.stderr}${rendered.stderr}`],
      }
    const { cases } = resultsIn(directory)
    const faults = cases
      .filter(({ verdict }) => verdict !== 'pass')
      .map(
        ({ id, verdict, findings: [first] }) =>
          `${verdict}: mcx run --seed ${seed} '${id}': ${first ? `step ${first.step}, ${first.phase}: ${first.requirement}; ${first.actual}` : 'no finding'}`,
      )
    if (ended.code !== 0 && faults.length === 0) faults.push(`seed ${seed}: exit ${ended.code}: ${ended.stderr}`)
    return { ids: cases.map(({ id }) => id), seconds: ended.seconds, faults }
  })
