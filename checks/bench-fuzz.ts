import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBench, openJournal, type FuzzTarget } from '#fuzz'
import { launchKamailio } from './interoperability/kamailio.ts'

// `npm run bench:fuzz [seconds]`: executions each second against one worker of Kamailio that answers OPTIONS without state: changed messages, each judged by
// the strict reading before and by all oracles after, and written to the journal. Valid ones alone, and what one process of ours spends on each, beside it.

const seconds = Number(process.argv[2] ?? 10)
/** boofuzz 0.4.2, cases each second, measured once and not here: two quiet cores, the same Kamailio; at its best it only sends, and judges nothing. */
const boofuzz = { byDefault: 332, atBest: 5107 }
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

const program = await launchKamailio(script, port)
const folder = mkdtempSync(join(tmpdir(), 'mcx-bench-fuzz-'))
const target: FuzzTarget = {
  places: { element: { address: '127.0.0.1', port, identity: `sip:element@127.0.0.1:${port}` } },
  isProbed: true,
  restarts: false,
  ended: () => undefined,
  reset: () => Promise.resolve(),
  restart: () => Promise.resolve(),
  stop: () => Promise.resolve(),
}
try {
  const journal = openJournal(join(folder, 'events.ndjson'))
  const bench = await createBench(target, () => performance.now(), journal)
  try {
    await bench.run('changed', 2000)
    for (const [name, what] of [
      ['valid', 'valid messages'],
      ['changed', 'changed messages, judged and recorded'],
      ['flows', 'whole flows, from INVITE to the response to BYE'],
    ] as const) {
      const { executions, silent, complaints, milliseconds, microseconds } = await bench.run(name, seconds * 1000)
      const rate = Math.round((1000 * executions) / milliseconds)
      console.log(
        `${what}: ${rate} each second, ${microseconds.toFixed(0)} µs of our process for each; ${silent} unanswered, ${complaints} complained of`,
      )
      if (name === 'changed')
        console.log(
          `  ${(rate / boofuzz.byDefault).toFixed(0)} times boofuzz as it comes, ${(rate / boofuzz.atBest).toFixed(1)} times boofuzz at its best`,
        )
    }
    console.log(`load ${loadavg()[0]?.toFixed(1)}; Node.js ${process.versions.node}`)
  } finally {
    await bench.close()
    await journal.end({ executions: 0, findings: 0, milliseconds: 0 })
  }
} finally {
  await program.stop()
  rmSync(folder, { recursive: true })
}
