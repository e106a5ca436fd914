import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readEvents } from '#report'
import type { MessageEvent } from '#verdict'
import { resultsIn } from './printed-verdicts.ts'
import type { Row } from './row.ts'
import { freePorts, mcx, ownPorts, withScratch } from './stranger.ts'

export const row: Row = {
  shows: 'same seed, same case list and same octets, however many cases are in flight; another seed, other octets',
  async look([seed = '1'], say) {
    const port = await freePorts()
    const first = await play(port, seed, '200', say)
    const second = await play(port, seed, '40', say)
    const other = await play(port, String(Number(seed) + 1), '200', say)
    const faults: string[] = []
    if ([...first.digests.keys()].join() !== [...second.digests.keys()].join())
      faults.push('two runs with one seed list other cases')
    const differing = [...first.digests].filter(([id, digest]) => second.digests.get(id) !== digest)
    for (const [id] of differing.slice(0, 10)) faults.push(`${id} sent other octets with the same seed`)
    const unchanged = [...first.digests].filter(([id, digest]) => other.digests.get(id) === digest)
    for (const [id] of unchanged.slice(0, 10)) faults.push(`${id} sent the same octets with another seed`)
    say(
      `${first.digests.size} cases compared, ${differing.length} differ; over all ${overAll(first.digests)} and ${overAll(second.digests)}`,
    )
    say(`with another seed ${first.digests.size - unchanged.length} differ; over all ${overAll(other.digests)}`)
    for (const direction of ['sent', 'received'] as const) {
      const odd = [...alone(first[direction], second[direction]), ...alone(second[direction], first[direction])]
      say(
        `${first[direction].size} distinct messages ${direction}, preambles too; ${odd.length} in one of the two runs alone`,
      )
      for (const one of odd.slice(0, 3))
        faults.push(`${direction} in one run alone: ${JSON.stringify(one.slice(0, 400))}`)
    }
    if (first.digests.size === 0) faults.push('nothing was compared')
    return faults
  },
}

interface Played {
  /** Case to the digest of what was sent for it, as results.json has it. */
  readonly digests: ReadonlyMap<string, string>
  readonly sent: ReadonlySet<string>
  /** What the reference sends comes from the seed too. */
  readonly received: ReadonlySet<string>
}

const play = (port: number, seed: string, concurrency: string, say: (line: string) => void): Promise<Played> =>
  withScratch(async (directory) => {
    const words = ['run', '-c', ownPorts, '-o', directory, '--seed', seed, '--concurrency', concurrency]
    const ended = await mcx(words, { env: { MCX_PORT: String(port) } })
    const { cases, totals } = resultsIn(directory)
    say(
      `seed ${seed}, ${concurrency} in flight: exit ${ended.code}, ${totals.cases} cases, ${totals.verdicts.pass} pass, ${totals.messages} messages, ${ended.seconds.toFixed(1)} s`,
    )
    if (ended.code !== 0) throw new Error(`the run ended with ${ended.code}: ${ended.stdout}${ended.stderr}`)
    const played = { sent: new Set<string>(), received: new Set<string>() }
    for await (const event of readEvents(join(directory, 'events.ndjson')))
      if (event.event === 'message' && !isTidying(event)) played[event.direction].add(textOf(event.octets))
    return { digests: new Map(cases.map(({ id, sentDigest }) => [id, sentDigest ?? 'nothing'])), ...played }
  })

const alone = (one: ReadonlySet<string>, other: ReadonlySet<string>): readonly string[] =>
  [...one].filter((text) => !other.has(text))

/** The time at which a system under test sends a short data message (TS 24.282 15.2.8): five octets, the message type before them. */
const dataTime = /(vnd\.3gpp\.mcdata-signalling\r\n(?:[^\r\n]+\r\n)*\r\n)[^]{6}/g

/**
 * When a case is over the tester ends what is left of its sessions: what has ended already is answered by 481, and a BYE of the system under test may
 * cross the tester's own or come too late for it.
 */
const isTidying = ({ octets, step, direction }: MessageEvent): boolean =>
  step === undefined && (direction === 'received' ? tidiedByPeer : answered).test(latin1(octets))

const answered = /^SIP[^]*\r\nCSeq: \d+ (?:BYE|CANCEL)\r\n/
const tidiedByPeer = /^(?:BYE |SIP[^]*\r\nCSeq: \d+ (?:BYE|CANCEL)\r\n)/

const latin1 = (base64: string): string => Buffer.from(base64, 'base64').toString('latin1')

/** The rport value a peer sees is the port it happened to use (RFC 3581 4); ports of media are whichever are free; Date says when (RFC 9110 6.6.1). */
const textOf = (base64: string): string =>
  latin1(base64)
    .replaceAll(/;rport=\d+/g, ';rport')
    .replaceAll(/^Date: [^\r]+/gm, 'Date')
    .replaceAll(/^m=(audio|video|application) \d+/gm, 'm=$1')
    .replaceAll(dataTime, '$1')

const overAll = (digests: ReadonlyMap<string, string>): string =>
  createHash('sha256')
    .update([...digests].map(([id, digest]) => `${id} ${digest}\n`).join(''))
    .digest('hex')
    .slice(0, 16)
