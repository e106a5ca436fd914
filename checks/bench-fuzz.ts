import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Load, Throughput } from '#fuzz'
import type { Task } from './bench-fuzz-side.ts'
import { hasBoofuzz, measureBoofuzz, type BoofuzzMode } from './bench-fuzz-boofuzz.ts'
import { watchHost } from './bench-host.ts'
import { startSipp } from './bench-stack-sipp.ts'
import { launchKamailio } from './interoperability/kamailio.ts'
import { hasProgram } from './interoperability/program.ts'

// `npm run bench:fuzz [seconds]`: executions each second against one worker of Kamailio that answers OPTIONS without state: changed messages, each judged by
// the strict reading before and by all oracles after, and written to the journal. Valid ones alone, and what one process of ours spends on each, beside it,
// SIPp in the same run, which only sends and counts, and boofuzz where it is installed. Then a real campaign against the reference system.

const seconds = Number(process.argv[2] ?? 10)
/** boofuzz 0.4.2, cases each second, measured once and not here: two quiet cores, the same Kamailio. Where boofuzz is installed it is measured beside us. */
const boofuzzElsewhere: Boofuzz = { 'as it comes': 332, 'at its best': 5107 }
const spans = 16
/** Milliseconds. */
const warming = 20_000
const port = 24_000 + (process.pid % 900)

/** Tuned as for the benchmarks of others: buffers wide, one worker, nothing remembered. */
const script = `#!KAMAILIO
debug=-5
log_stderror=yes
children=1
maxbuffer=4194304
auto_aliases=no
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
tcp_children=1
server_signature=no
loadmodule "sl.so"
loadmodule "sanity.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (!sanity_check()) { exit; }
  if (is_method("ACK")) { exit; }
  if (is_method("INVITE")) { append_to_reply("Contact: <sip:element@127.0.0.1:${port}>\r\n"); }
  sl_send_reply("200", "OK");
}
`

/** A process that fuzzes it. */
async function startSide(): Promise<ChildProcess> {
  const side = fork(fileURLToPath(new URL('bench-fuzz-side.ts', import.meta.url)), [String(port)])
  await once(side, 'message')
  return side
}

const told = (side: ChildProcess, task: Task): boolean => side.send(task)

async function measured(side: ChildProcess, load: Load, milliseconds: number): Promise<Throughput> {
  told(side, [load, milliseconds])
  const [throughput] = (await once(side, 'message')) as [Throughput]
  return throughput
}

const rateOf = ({ executions, milliseconds }: Throughput): number => Math.round((1000 * executions) / milliseconds)

/** SIPp, as many OPTIONS at once as we have changed messages: each second. */
async function measureSipp(processes: number): Promise<number> {
  const reports = await Promise.all(
    Array.from({ length: processes }, (_, index) => {
      const own = { port: port + 1000 + 10 * index, remotePort: port }
      return startSipp({ role: 'options-client', transport: 'udp', calls: 10_000 * seconds, limit: 256, ...own })
        .finished
    }),
  )
  return reports.reduce((sum, { callsPerSecond }) => sum + Math.round(callsPerSecond), 0)
}

/** A machine that is shared is twice as quick in one second as in another: rates of spans that follow each other, of all processes together. */
async function inSpans(sides: readonly ChildProcess[], load: Load): Promise<readonly number[]> {
  const rates: number[] = []
  for (let span = 0; span < spans; span += 1) {
    const all = await Promise.all(sides.map((side) => measured(side, load, (4000 * seconds) / spans)))
    rates.push(all.reduce((sum, each) => sum + rateOf(each), 0))
  }
  return rates.sort((one, other) => one - other)
}

/** Of rates in order. */
const medianOf = (rates: readonly number[]): number => rates[rates.length >> 1] ?? 0

const spansInWords = (rates: readonly number[]): string =>
  `${medianOf(rates)} each second at the median of ${spans} spans, ${rates[0]} to ${rates.at(-1)}`

const takenInWords = (part: number | undefined): string =>
  part === undefined ? '' : `; the host gave ${(100 * part).toFixed(0)} % of the processors to others`

/** What boofuzz makes, each second. */
type Boofuzz = Readonly<Record<BoofuzzMode, number>>

/** Here and now, or what it made elsewhere. */
async function playBoofuzz(): Promise<Boofuzz> {
  if (!hasBoofuzz()) return boofuzzElsewhere
  const played = (mode: BoofuzzMode): Promise<number> => measureBoofuzz(port, seconds / 2, mode)
  return { 'as it comes': await played('as it comes'), 'at its best': await played('at its best') }
}

function timesBoofuzz(rate: number, before: Boofuzz, after: Boofuzz): string {
  const where = before === boofuzzElsewhere ? 'measured elsewhere' : 'beside it'
  const modes = ['as it comes', 'at its best'] as const
  return modes
    .map((mode) => {
      const whole = (before[mode] + after[mode]) / 2
      return `${(rate / whole).toFixed(1)} times boofuzz ${mode} (${whole.toFixed(0)}/s, ${where})`
    })
    .join(', ')
}

async function measureAll(): Promise<void> {
  const program = await launchKamailio(script, port)
  const sides = [await startSide(), await startSide()]
  const [one] = sides
  try {
    if (one === undefined) return
    // As long as functions are still compiled, an execution costs up to four times what it costs from then on: a campaign goes on for much longer.
    for (const load of ['changed', 'flows'] as const)
      await Promise.all(sides.map((side) => measured(side, load, warming)))
    for (const [load, what] of [
      ['valid', 'valid messages'],
      ['changed', 'changed messages, judged and recorded'],
      ['short', 'those of them with at most 4,096 octets'],
      ['flows', 'whole flows, from INVITE to the response to BYE'],
    ] as const) {
      const before = load === 'changed' ? await playBoofuzz() : boofuzzElsewhere
      const alone = await measured(one, load, seconds * 1000)
      const { silent, complaints, microseconds, octets } = alone
      const taken = watchHost()
      const together = await inSpans(sides, load)
      const each = `${octets.toFixed(0)} octets and ${microseconds.toFixed(0)} µs of a process for each`
      console.log(
        `${what}: ${rateOf(alone)} each second by one process; ${each}; ${silent} unanswered, ${complaints} complained of`,
      )
      console.log(`  by two processes: ${spansInWords(together)}${takenInWords(taken())}`)
      const times = (sipp: number, ours: number): string => `${(ours / sipp).toFixed(2)} times SIPp (${sipp}/s)`
      if (load !== 'flows' && hasProgram('sipp'))
        console.log(
          `  one: ${times(await measureSipp(1), rateOf(alone))}; two: ${times(await measureSipp(2), medianOf(together))}`,
        )
      if (load === 'changed') console.log(`  two: ${timesBoofuzz(medianOf(together), before, await playBoofuzz())}`)
    }
    if (!hasProgram('sipp')) console.log('not held against SIPp: there is no sipp')
    console.log(`${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}; Node.js ${process.versions.node}`)
  } finally {
    for (const side of sides) told(side, 'end')
    await program.stop()
  }
}

/** All that a campaign does, its start and its second looks with it, against the reference system: half a minute. */
async function measureCampaign(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mcx-bench-campaign-'))
  const program = fileURLToPath(new URL('../src/cli/mcx.ts', import.meta.url))
  const words = ['fuzz', 'migration/*@primaryServer/*', '--no-self-test', '--budget', '30s', '--out', folder]
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = (await child.stdout.toArray()).join('').split('\n')
  for (const line of lines)
    if (/^\d+ executions in |^of them |findings?:?$/.test(line)) console.log(`campaign: ${line}`)
  rmSync(folder, { recursive: true })
}

if (hasProgram('kamailio')) await measureAll()
else console.log('single executions were not measured: there is no kamailio')
await measureCampaign()
