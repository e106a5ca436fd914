import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { lostIn, resultsIn, verdictsIn } from './printed-verdicts.ts'
import { aliveAfter, descendantsOf } from './processes.ts'
import type { Row } from './row.ts'
import { freePorts, isFree, mcx, ownPorts, start, withScratch } from './stranger.ts'

const reports = ['results.json', 'junit.xml', 'report.html', 'capture.pcapng', 'allure-results']
/** Seconds from Ctrl-C to the end, reports and all. */
const bounded = 30

export const row: Row = {
  shows: 'Ctrl-C in the middle: exit 3, a summary, every report, nothing lost, no process left; the next run works',
  async look(_, say) {
    const port = await freePorts()
    const faults: string[] = []
    for (const [what, verdicts] of [
      ['before the first verdict', 0],
      ['at the first verdict', 1],
      ['in the middle', 200],
    ] as const)
      faults.push(
        ...(await withScratch((directory) => interrupt(port, directory, verdicts, what, say))).map(
          (fault) => `${what}: ${fault}`,
        ),
      )
    faults.push(...(await withScratch((directory) => twice(port, directory, say))))
    faults.push(...(await withScratch((directory) => unread(port, directory, say))))
    const again = await withScratch((directory) =>
      mcx(['run', '-c', ownPorts, '-o', directory, '--role', 'client'], { env: { MCX_PORT: String(port) } }),
    )
    say(`the next run on the same ports: exit ${again.code}`)
    if (again.code !== 0) faults.push(`the next run ended with ${again.code}: ${again.stderr}`)
    return faults
  },
}

const words = (directory: string): readonly string[] => ['run', '-c', ownPorts, '-o', directory, '--verbose']

async function reached(run: ReturnType<typeof start>, directory: string, verdicts: number): Promise<void> {
  while (run.child.exitCode === null && !existsSync(join(directory, 'events.ndjson'))) await setTimeout(10)
  while (run.child.exitCode === null && verdictsIn(run.printed()).size < verdicts) await setTimeout(10)
}

/** A terminal sends Ctrl-C to the whole process group: so does this. Returns what the run has started. */
function controlC({ child: { pid } }: ReturnType<typeof start>): readonly number[] {
  if (pid === undefined) return []
  const below = descendantsOf(pid)
  process.kill(-pid, 'SIGINT')
  return below
}

async function interrupt(
  port: number,
  directory: string,
  verdicts: number,
  what: string,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const run = start(words(directory), { env: { MCX_PORT: String(port) }, ownGroup: true })
  await reached(run, directory, verdicts)
  const since = performance.now()
  const below = controlC(run)
  const ended = await run.ended
  const seconds = (performance.now() - since) / 1000
  const printed = verdictsIn(ended.stdout)
  const faults: string[] = []
  if (ended.code !== 3) faults.push(`ended with ${ended.code ?? ended.signal} and not 3: ${ended.stderr}`)
  if (seconds > bounded) faults.push(`took ${seconds.toFixed(1)} s to end`)
  if (!/interrupted/.test(ended.stdout)) faults.push('the summary does not say that it was interrupted')
  if (!/interrupted/.test(ended.stderr)) faults.push('nothing says that the key was heard')
  const missing = reports.filter((name) => !existsSync(join(directory, name)))
  if (missing.length > 0) return [...faults, `no ${missing.join(', ')}`]
  const results = resultsIn(directory)
  faults.push(...lostIn(results, printed))
  if (results.ending !== 'interrupted') faults.push(`results.json says ${results.ending}`)
  const wrong = results.cases.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'none')
  if (wrong.length > 0)
    faults.push(
      `${wrong.length} cases blame somebody for the interruption: ${wrong[0]?.id} ${wrong[0]?.findings[0]?.actual}`,
    )
  const orphans = await aliveAfter(below, 3000)
  if (orphans.length > 0) faults.push(`processes ${orphans.join(', ')} live on`)
  const free = await Promise.all(Array.from({ length: 11 }, (_, offset) => isFree(port + offset)))
  if (free.includes(false)) faults.push('ports are still taken')
  say(
    `${what}: exit ${ended.code} ${seconds.toFixed(1)} s after Ctrl-C; ${printed.size} of ${results.cases.length} cases judged, all in results.json; ${results.totals.verdicts.pass} pass`,
  )
  return faults
}

async function twice(port: number, directory: string, say: (line: string) => void): Promise<readonly string[]> {
  const run = start(words(directory), { env: { MCX_PORT: String(port) }, ownGroup: true })
  await reached(run, directory, 100)
  const since = performance.now()
  const below = controlC(run)
  await setTimeout(100)
  if (run.child.exitCode === null) controlC(run)
  const ended = await run.ended
  const seconds = (performance.now() - since) / 1000
  say(`twice: exit ${ended.code} ${seconds.toFixed(1)} s after the first`)
  const orphans = await aliveAfter(below, 3000)
  const report = await mcx(['report', directory])
  return [
    ...(ended.code === 3 ? [] : [`twice: ended with ${ended.code ?? ended.signal}: ${ended.stderr}`]),
    ...(orphans.length === 0 ? [] : [`twice: processes ${orphans.join(', ')} live on`]),
    ...(report.code === 0
      ? lostIn(resultsIn(directory), verdictsIn(ended.stdout))
      : [`twice: mcx report: ${report.stderr}`]),
  ]
}

/** `mcx run | head`: whoever reads goes away after the first line. */
async function unread(port: number, directory: string, say: (line: string) => void): Promise<readonly string[]> {
  const run = start([...words(directory), '--role', 'partnerGateway'], { env: { MCX_PORT: String(port) } })
  run.child.stdout?.once('data', () => run.child.stdout?.destroy())
  const ended = await run.ended
  const judged = existsSync(join(directory, 'results.json'))
    ? resultsIn(directory).cases.filter(({ finished }) => finished).length
    : 0
  say(`unread after the first line: exit ${ended.code}, ${judged} cases judged and rendered`)
  return [
    ...(ended.code === 0 && judged > 0 ? [] : [`unread: exit ${ended.code ?? ended.signal}, ${judged} cases judged`]),
    ...(/\n\s+at /.test(ended.stderr) ? [`unread: a stack trace: ${ended.stderr}`] : []),
  ]
}
