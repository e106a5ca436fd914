import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { lostIn, resultsIn, verdictsIn } from './printed-verdicts.ts'
import { aliveAfter, descendantsOf } from './processes.ts'
import type { Row } from './row.ts'
import { seeded } from './seeded.ts'
import { freePorts, isFree, mcx, ownPorts, start, withScratch } from './stranger.ts'

/** A part of the cases that takes a few seconds: what matters is when the run is killed. */
const cases = ['*,udp', '--role', 'partnerServer']

export const row: Row = {
  shows: 'kill -9 at random moments: every verdict printed before is in what `mcx report` renders; no process stays',
  async look([count = '20', seed = '7'], say) {
    const random = seeded(Number(seed))
    const port = await freePorts()
    const faults: string[] = []
    let [verdicts, midway] = [0, 0]
    const length = await wholeRun(port)
    say(`a whole run takes ${length.toFixed(1)} s; ${count} kills within it, seed ${seed}, ports ${port} and on`)
    for (let kill = 1; kill <= Number(count); kill++) {
      // By the clock, and by verdicts, since how long a run takes to begin depends on the machine.
      const moment = kill % 2 === 0 ? { seconds: random() * length } : { verdicts: Math.ceil(random() * 250) }
      const when = 'seconds' in moment ? `after ${moment.seconds.toFixed(2)} s` : `at verdict ${moment.verdicts}`
      const killed = await withScratch((directory) => killOne(port, directory, moment))
      verdicts += killed.printed
      if (killed.printed > 0 && !killed.ended) midway += 1
      say(
        `${String(kill).padStart(3)}  ${when.padEnd(15)}  ${killed.ended ? 'had ended' : 'killed   '}  ${String(killed.printed).padStart(3)} verdicts printed, ${killed.kept} kept`,
      )
      faults.push(...killed.faults.map((fault) => `kill ${kill} ${when}: ${fault}`))
    }
    say(
      `${count} kills, ${midway} of them between verdicts; ${verdicts} verdicts printed before, ${faults.length} faults`,
    )
    if (midway === 0 && Number(count) >= 5) faults.push('no kill fell between verdicts: nothing was shown')
    return faults
  },
}

const words = (out: string): readonly string[] => ['run', '-c', ownPorts, '-o', out, '--verbose', ...cases]

/** Seconds. */
const wholeRun = (port: number): Promise<number> =>
  withScratch(async (directory) => {
    const ended = await mcx([...words(directory), '--no-render'], { env: { MCX_PORT: String(port) } })
    if (ended.code !== 0)
      throw new Error(`an undisturbed run ended with ${ended.code}: ${ended.stderr || ended.stdout}`)
    return ended.seconds
  })

type Moment = { readonly seconds: number } | { readonly verdicts: number }

async function killOne(port: number, directory: string, moment: Moment) {
  const run = start(words(directory), { env: { MCX_PORT: String(port) } })
  if ('seconds' in moment) await Promise.race([setTimeout(moment.seconds * 1000), run.ended])
  else while (run.child.exitCode === null && verdictsIn(run.printed()).size < moment.verdicts) await setTimeout(1)
  const below = run.child.pid === undefined ? [] : descendantsOf(run.child.pid)
  const ended = run.child.exitCode !== null
  run.child.kill('SIGKILL')
  await run.ended
  const printed = verdictsIn(run.printed())
  const faults: string[] = []
  const orphans = await aliveAfter(below, 3000)
  if (orphans.length > 0) faults.push(`processes ${orphans.join(', ')} live on`)
  for (const orphan of orphans) process.kill(orphan, 'SIGKILL')
  const taken = (await Promise.all(Array.from({ length: 11 }, (_, offset) => isFree(port + offset)))).flatMap(
    (free, offset) => (free ? [] : [port + offset]),
  )
  if (taken.length > 0) faults.push(`ports ${taken.join(', ')} are still taken`)
  if (!existsSync(join(directory, 'events.ndjson'))) {
    if (printed.size > 0) faults.push(`${printed.size} verdicts printed and no record`)
    return { printed: printed.size, kept: 0, ended, faults }
  }
  const report = await mcx(['report', directory])
  if (report.code !== 0) faults.push(`mcx report ended with ${report.code}: ${report.stderr}`)
  const results = resultsIn(directory)
  faults.push(...lostIn(results, printed))
  if (!readFileSync(join(directory, 'report.html'), 'utf8').trimEnd().endsWith('</html>'))
    faults.push('report.html has no end')
  if (!readFileSync(join(directory, 'junit.xml'), 'utf8').trimEnd().endsWith('</testsuites>'))
    faults.push('junit.xml has no end')
  if (!ended && results.ending === 'completed' && results.cases.some((one) => !one.finished))
    faults.push('a run that was killed counts as completed')
  return { printed: printed.size, kept: results.cases.filter((one) => one.finished).length, ended, faults }
}
