import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { readEvents } from '#report'
import { readMessage, writeMessage } from '#wire/sip'
import { resultsIn, verdictsIn } from './acceptance/printed-verdicts.ts'
import { freePorts, ownPorts, start, withScratch } from './acceptance/stranger.ts'

// `npm run bench [times]`: how long a whole run takes and what it waits for, how fast SIP is read and written, and
// media and floor control (`npm run bench:media`), and the fuzzer (`npm run bench:fuzz`). Medians.

const times = Number(process.argv[2] ?? 3)
/** A pause of a case at least this long is one that a timer of the test makes, and no answer on its way. Milliseconds. */
const silence = 200

interface Measured {
  readonly seconds: number
  readonly first: number
  readonly casesPerSecond: number
  readonly waiting: number
  readonly still: number
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

async function wholeRun(directory: string, port: number): Promise<Measured> {
  const since = performance.now()
  const run = start(['run', '-c', ownPorts, '-o', directory, '--verbose'], { env: { MCX_PORT: String(port) } })
  while (run.child.exitCode === null && verdictsIn(run.printed()).size === 0) await setTimeout(5)
  const first = (performance.now() - since) / 1000
  const { seconds, code } = await run.ended
  const results = resultsIn(directory)
  if (code !== 0) throw new Error(`the run ended with ${code}`)
  const { cases: ofCases, wall } = await silences(directory)
  const all = results.cases.reduce((sum, one) => sum + (one.duration ?? 0), 0)
  return {
    seconds,
    first,
    casesPerSecond: results.cases.length / (results.duration / 1000),
    waiting: ofCases / all,
    still: wall / results.duration,
  }
}

/** Milliseconds in which cases saw nothing happen, summed; and in which nothing at all went over the wire. */
async function silences(directory: string): Promise<{ readonly cases: number; readonly wall: number }> {
  const last = new Map<string, number>()
  let [cases, wall, lastMessage] = [0, 0, 0]
  for await (const event of readEvents(join(directory, 'events.ndjson'))) {
    if (!('at' in event) || !('case' in event) || event.case === null) continue
    const before = last.get(event.case)
    if (before !== undefined && event.at - before >= silence) cases += event.at - before
    // What comes after the verdict is no part of the case.
    if (event.event === 'case-finished') last.delete(event.case)
    else if (before !== undefined || event.event === 'case-started') last.set(event.case, event.at)
    if (event.event !== 'message') continue
    if (event.at - lastMessage >= silence) wall += event.at - lastMessage
    lastMessage = event.at
  }
  return { cases, wall }
}

/** The header fields every element looks at (RFC 3261 16, 17). */
const looked = ['Via', 'From', 'To', 'Call-ID', 'CSeq']

/** Messages of the run read, looked at and written again, each second; judged by every rule too, if asked for. */
async function codec(directory: string, judged: boolean): Promise<number> {
  const messages: Buffer[] = []
  for await (const event of readEvents(join(directory, 'events.ndjson')))
    if (event.event === 'message') messages.push(Buffer.from(event.octets, 'base64'))
  let [done, odd, noted] = [0, 0, 0]
  const since = performance.now()
  while (performance.now() - since < 2000)
    for (const octets of messages) {
      const message = readMessage(octets)
      const { startLine, headers, body } = message
      for (const { name, values } of headers) if (looked.includes(name) && values.length > 0) noted += 1
      if (judged) noted += message.diagnostics.length
      if (startLine.kind === 'unreadable') throw new Error('a message of the run cannot be read')
      const written = writeMessage({ startLine, headers: headers.map(({ name, value }) => [name, value]), body })
      if (written.length !== octets.length) odd += 1
      done += 1
    }
  const perSecond = done / ((performance.now() - since) / 1000)
  if (odd > 0) throw new Error(`${odd} of ${done} messages were not written as they were read`)
  if (noted === 0) throw new Error('nothing was looked at')
  return perSecond
}

const port = await freePorts()
const runs: Measured[] = []
const codecs: { readonly plain: number; readonly judged: number }[] = []
for (let index = 0; index < times; index++)
  await withScratch(async (directory) => {
    runs.push(await wholeRun(directory, port))
    codecs.push({ plain: await codec(directory, false), judged: await codec(directory, true) })
  })
const of = <T>(all: readonly T[], key: keyof T): number => median(all.map((one) => Number(one[key])))
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
const rows: readonly (readonly [what: string, figure: string])[] = [
  ['a whole run, reports and all', `${of(runs, 'seconds').toFixed(1)} s`],
  ['first verdict after the start', `${of(runs, 'first').toFixed(2)} s`],
  ['cases each second, from start to last verdict', of(runs, 'casesPerSecond').toFixed(0)],
  [`share of the cases' time without a sign for ${silence} ms or more`, percent(of(runs, 'waiting'))],
  [`share of the run without a message for ${silence} ms or more`, percent(of(runs, 'still'))],
  ['SIP messages read, looked at and written each second', of(codecs, 'plain').toFixed(0)],
  ['the same, each judged by every rule', of(codecs, 'judged').toFixed(0)],
]
console.log(
  `medians of ${times}; ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, load ${loadavg()[0]?.toFixed(1)}, Node.js ${process.versions.node}`,
)
for (const [what, figure] of rows) console.log(`${figure.padStart(10)}  ${what}`)
await import('./bench-media.ts')
await import('./bench-fuzz.ts')
