import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBench, openJournal, type FuzzTarget, type Load } from '#fuzz'
import { openEventLog } from '#report'

// One process of `npm run bench:fuzz`: fuzzes the element at that port as it is told, and says how fast.

const port = Number(process.argv[2])
const target: FuzzTarget = {
  places: { element: { address: '127.0.0.1', port, identity: `sip:element@127.0.0.1:${port}` } },
  isProbed: true,
  restarts: false,
  ended: () => undefined,
  reset: () => Promise.resolve(),
  restart: () => Promise.resolve(),
  stop: () => Promise.resolve(),
}
const folder = mkdtempSync(join(tmpdir(), 'mcx-bench-fuzz-'))
const log = openEventLog(folder)
const journal = openJournal(log.appendLines)
const bench = await createBench(target, () => performance.now(), journal)

/** A load and for how many milliseconds; without one it is over. */
export type Task = readonly [load: Load, milliseconds: number] | 'end'

process.on('message', (task: Task) => {
  if (task === 'end') void end()
  else void bench.run(...task).then((throughput) => process.send?.(throughput))
})
process.send?.('ready')

async function end(): Promise<void> {
  await bench.close()
  journal.end({ executions: 0, findings: 0, milliseconds: 0 })
  log.close()
  rmSync(folder, { recursive: true })
  process.disconnect()
}
