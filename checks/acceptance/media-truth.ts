import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  createListener,
  createPacemaker,
  createTalker,
  frameInterval,
  openMediaPort,
  streamFigures,
  type Spoken,
  type StreamFigures,
  type Window,
} from '#stack/media'
import { systemClock } from '#stack/sip'
import type { GapReport, GapTask } from './gap-relay.ts'
import type { Row } from './row.ts'

const address = '127.0.0.1'
const largestMedianError = 5
const talkers = 200
const seconds = 10
/** Lengths of the gaps that the relay keeps, in milliseconds, five of each. */
const lengths = [60, 100, 150, 250, 500, 1000]
const ofEach = 5

export const row: Row = {
  shows: `gaps as a relay of another process kept them: error of at most ${largestMedianError} ms at the median; ${talkers} talkers at 50 packets/s, none lost by us`,
  async look(_args, say) {
    return [...(await knownGaps(say)), ...(await manyTalkers(say))]
  },
}

interface Measured {
  readonly figures: readonly StreamFigures[]
  readonly relay: GapReport
  /** How late talkers were, at most. Milliseconds. */
  readonly latest: number
}

async function knownGaps(say: (line: string) => void): Promise<readonly string[]> {
  const gaps = Array.from({ length: lengths.length * ofEach }, (_, index) => ({
    ssrc: 1 + index,
    afterPackets: 20 + index,
    length: lengths[index % lengths.length] ?? 0,
  }))
  const { figures, relay } = await talk({ gaps }, gaps.length, 3.5)
  const errors: { readonly asked: number; readonly error: number }[] = []
  for (const [index, { asked, kept, longestGap }] of gaps
    .map(({ length }, at) => ({
      ...{ asked: length, kept: relay.gaps[at]?.length ?? Number.NaN, longestGap: figures[at]?.longestGap },
    }))
    .entries()) {
    if (longestGap === undefined || Number.isNaN(kept)) return [`no gap was seen of talker ${index + 1}`]
    errors.push({ asked, error: Math.abs(longestGap.length - kept) })
  }
  for (const length of lengths) {
    const own = errors.filter(({ asked }) => asked === length).map(({ error }) => error)
    say(
      `gaps of ${length} ms or a little more: error ${median(own).toFixed(2)} ms at the median, ${worst(own).toFixed(2)} at most`,
    )
  }
  const all = errors.map(({ error }) => error)
  say(`all ${all.length} gaps: error ${median(all).toFixed(2)} ms at the median, ${worst(all).toFixed(2)} at most`)
  return median(all) <= largestMedianError ? [] : [`the error is ${median(all).toFixed(2)} ms at the median`]
}

async function manyTalkers(say: (line: string) => void): Promise<readonly string[]> {
  const { figures, relay, latest } = await talk({ gaps: [] }, talkers, seconds)
  const sum = (of: (one: StreamFigures) => number): number => figures.reduce((total, one) => total + of(one), 0)
  const [sent, received] = [sum((one) => one.sent), sum((one) => one.received)]
  say(
    `${talkers} talkers for ${seconds} s: ${sent} packets sent, ${relay.received} came to the relay, ${relay.forwarded} left it, ${received} came back; ${sum((one) => one.duplicated)} twice, ${sum((one) => one.reordered)} out of order`,
  )
  say(
    `longest gap of all ${worst(figures.map((one) => one.longestGap?.length ?? 0)).toFixed(0)} ms, of which talkers were late ${latest.toFixed(0)} ms at most`,
  )
  const wanted = talkers * seconds * 50
  return [
    ...(sent < wanted * 0.98 ? [`${sent} packets were sent where ${wanted} are due`] : []),
    ...(relay.received < sent ? [`${sent - relay.received} packets did not come to the relay`] : []),
    ...(received < relay.forwarded ? [`${relay.forwarded - received} packets of the relay were not heard`] : []),
  ]
}

/** So many talkers with a port of their own, each of which hears itself by way of the relay. */
async function talk(task: GapTask, count: number, duration: number): Promise<Measured> {
  const child = fork(fileURLToPath(new URL('gap-relay.ts', import.meta.url)), [JSON.stringify(task)])
  try {
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    const pacemaker = createPacemaker(systemClock)
    const lines = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const name = `sip:talker-${index + 1}@mc.example`
        const listener = createListener(name)
        const media = await openMediaPort({
          ...{ address, clock: systemClock },
          onRtp: (packet, arrival) => listener.hear(packet, arrival),
        })
        const send = (octets: Uint8Array): boolean => media.send(octets, { address, port })
        const talker = createTalker({ name, ssrc: index + 1, clock: systemClock, pacemaker, send })
        return { listener, media, talker }
      }),
    )
    for (const { talker } of lines) talker.talk()
    await setTimeout(duration * 1000)
    for (const { talker } of lines) talker.silence()
    await setTimeout(300)
    const relay = await reportOf(child)
    await Promise.all(lines.map(({ media }) => media.close()))
    const figures = lines.map(({ listener, talker }, index) => {
      const spoken = talker.spoken()
      return streamFigures(listener.name, listener.heard(), spoken, aroundGap(spoken, task.gaps[index]))
    })
    return { figures, relay, latest: pacemaker.latest() }
  } finally {
    if (child.exitCode === null) child.kill()
  }
}

/** A pause of this machine elsewhere in the stream is not the gap that is looked for. */
function aroundGap({ spurts: [spurt] }: Spoken, gap: GapTask['gaps'][number] | undefined): Window | undefined {
  if (spurt === undefined || gap === undefined) return undefined
  const begin = spurt.from + gap.afterPackets * frameInterval
  return { from: begin - 100, to: begin + gap.length + 300 }
}

async function reportOf(child: ChildProcess): Promise<GapReport> {
  const told = once(child, 'message')
  child.send('report')
  const [report] = (await told) as [GapReport]
  return report
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const worst = (values: readonly number[]): number => values.reduce((one, other) => Math.max(one, other), 0)
