import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readEvents } from '#report'
import { planCases } from '../../src/harness/case-plan.ts'
import { flows } from '../../src/harness/flows.ts'
import { checkConfiguration } from '../../src/harness/read-configuration.ts'
import { provisioningOf } from '../../src/harness/world/provisioning.ts'
import { resultsIn } from './printed-verdicts.ts'
import type { Row } from './row.ts'
import { freePorts, mcx, start, withScratch } from './stranger.ts'
import { configurationFor } from './two-testers.config.ts'

const configuration = fileURLToPath(new URL('two-testers.config.ts', import.meta.url))
const cases = ['migration/service-authorization@*', 'redirection/private-call@*#mcptt*']
/** A defect that both must find, where it is, and none of their own making. */
const defect = { name: 'temporary-identity-lost', step: '3', role: 'partnerServer' }

interface Tester {
  readonly seed: number
  readonly variant: 'both-gateways' | 'no-gateways'
  readonly port: number
}

export const row: Row = {
  shows: 'two testers with seeds of their own against one reference system at once: right verdicts, no cross-talk',
  async look(_args, say) {
    const sutPort = await freePorts()
    const testers: readonly Tester[] = [
      { seed: 7, variant: 'both-gateways', port: await freePorts() },
      { seed: 8, variant: 'no-gateways', port: await freePorts() },
    ]
    const control = `http://127.0.0.1:${sutPort + 5}`
    const reference = start(['reference', '--control', `127.0.0.1:${sutPort + 5}`], { patience: 400 })
    try {
      await serving(control)
      const document = together(testers.map((tester) => documentOf(tester, sutPort)))
      await post(control, 'provision', document)
      const faults = await both(testers, sutPort, say, () => [])
      // As new: with the same seeds the same requests come, and would be taken for retransmissions.
      await post(control, 'provision', document)
      await post(control, 'defects', { names: [defect.name] })
      const found = await both(
        testers,
        sutPort,
        say,
        (failed) =>
          failed.length > 0 && failed.every((one) => one.role === defect.role && one.step === defect.step)
            ? []
            : [
                `${defect.name} is not found at step ${defect.step} of the ${defect.role} alone: ${JSON.stringify(failed.slice(0, 3))}`,
              ],
        true,
      )
      return [...faults, ...found]
    } finally {
      reference.child.kill('SIGTERM')
      await reference.ended
    }
  },
}

interface Failed {
  readonly role: string
  readonly step: string
}

async function both(
  testers: readonly Tester[],
  sutPort: number,
  say: (line: string) => void,
  judge: (failed: readonly Failed[]) => readonly string[],
  defective = false,
): Promise<readonly string[]> {
  const played = await Promise.all(testers.map((tester) => play(tester, sutPort, defective)))
  const faults: string[] = []
  for (const [index, { seed, variant }] of testers.entries()) {
    const [own, other] = [played[index], played[1 - index]]
    if (!own || !other) continue
    const strange = [...own.received].filter((name) => other.sent.has(name) && !own.sent.has(name))
    say(
      `seed ${seed}, ${variant}: ${own.cases} cases, ${own.failed.length} failed, ${strange.length} users of the other tester`,
    )
    if (own.cases === 0) faults.push(`seed ${seed}: nothing was played`)
    if (!defective && own.failed.length > 0) faults.push(`seed ${seed}: ${JSON.stringify(own.failed.slice(0, 3))}`)
    if (strange.length > 0)
      faults.push(`seed ${seed} was told of ${strange.slice(0, 3).join(' ')}, users of the other tester`)
    faults.push(...judge(own.failed).map((fault) => `seed ${seed}: ${fault}`))
  }
  return faults
}

/** Users of either kind, by the part of their name that follows from the seed. */
const users = /(?:user|visitor|caller)-[0-9a-f]{12}/g

const play = ({ seed, variant, port }: Tester, sutPort: number, defective: boolean) =>
  withScratch(async (directory) => {
    const env = { MCX_PORT: `${port}`, MCX_SUT_PORT: `${sutPort}`, MCX_VARIANT: variant, MCX_SEED: `${seed}` }
    const ended = await mcx(['run', '-c', configuration, '-o', directory, ...cases], { env, patience: 180 })
    if (ended.code !== 0 && ended.code !== 1) throw new Error(`seed ${seed}: exit ${ended.code}: ${ended.stderr}`)
    const results = resultsIn(directory)
    const failed = results.cases.flatMap(({ verdict, findings: [first] }): readonly Failed[] =>
      verdict === 'pass' || (defective && verdict !== 'fail')
        ? []
        : [{ role: first?.role ?? '-', step: first?.step ?? '-' }],
    )
    const names = { sent: new Set<string>(), received: new Set<string>() }
    for await (const event of readEvents(join(directory, 'events.ndjson')))
      if (event.event === 'message')
        for (const name of Buffer.from(event.octets, 'base64').toString('latin1').match(users) ?? [])
          names[event.direction].add(name)
    return { ...names, failed, cases: results.cases.length }
  })

function documentOf({ port, variant, seed }: Tester, sutPort: number) {
  const read = checkConfiguration(configurationFor(port, sutPort, variant, seed), 'two-testers.config.ts')
  return provisioningOf(
    read.suts,
    planCases(flows, read).filter(({ excluded }) => excluded === undefined),
    read,
  )
}

type Document = ReturnType<typeof documentOf>

/** One provisioning for both: the same functions, with the users and the neighbours of either. */
function together([one, other]: readonly Document[]): object {
  const others = new Map(other?.functions.map((each) => [each['name'], each]))
  return { ...one, functions: one?.functions.map((each) => united(each, others.get(each['name']) ?? {})) }
}

const united = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => {
      const [mine, theirs] = [one[key], other[key]]
      return [key, isTable(mine) && isTable(theirs) ? { ...theirs, ...mine } : (mine ?? theirs)]
    }),
  )

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

async function post(control: string, what: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${control}/${what}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`)
}

async function serving(control: string): Promise<void> {
  const until = performance.now() + 20_000
  for (;;) {
    const answer = await fetch(`${control}/health`).catch(() => undefined)
    if (answer?.ok) return
    if (performance.now() > until) throw new Error(`nobody serves at ${control}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
