import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { Ajv, type AnySchema } from 'ajv'
import { resultsIn, verdictsIn } from './printed-verdicts.ts'
import type { Row } from './row.ts'
import { freePorts, mcx, ownPorts, start, withScratch, type Ended } from './stranger.ts'

const least = 400
/** Seconds. */
const longest = 60
const soonest = 3
/** Times the first verdict is waited for, when it comes late. */
const most = 4

const everywhere = ['both-gateways', 'partner-gateway-only', 'primary-gateway-only', 'no-gateways']
/** The topologies in which a role exists. */
const topologies: Readonly<Record<string, readonly string[]>> = {
  client: everywhere,
  partnerServer: everywhere,
  partnerGateway: ['both-gateways', 'partner-gateway-only'],
  primaryGateway: ['both-gateways', 'primary-gateway-only'],
  primaryServer: everywhere,
}
const crossed = 'migration/service-authorization'
const transports = ['udp', 'tcp']
const kinds = ['positive', 'negative']

const required = {
  case: ['id', 'flow', 'role', 'verdict', 'findings'],
  finding: ['clause', 'step', 'basis', 'expected', 'actual'],
}

interface Listed {
  readonly id: string
  readonly flow: string
  readonly role: string
  readonly variant: string
  readonly transport: string
  readonly tags: readonly string[]
}

export const row: Row = {
  shows: `at least ${least} cases, all roles × their topologies × UDP and TCP, positives and negatives; a run in ${longest} s, a verdict in ${soonest} s`,
  async look(_, say) {
    const port = await freePorts()
    const env = { MCX_PORT: String(port) }
    const list = await mcx(['list', '-c', ownPorts, '--json'], { env })
    const cases = JSON.parse(list.stdout) as readonly Listed[]
    const faults = [
      ...crossProduct(
        cases.filter(({ flow }) => flow === crossed),
        say,
      ),
    ]
    if (cases.length < least) faults.push(`${cases.length} cases and not ${least}`)
    if (new Set(cases.map(({ id }) => id)).size < cases.length) faults.push('an id is listed twice')
    faults.push(...(await withScratch((directory) => wholeRun(directory, env, cases, say))))
    faults.push(
      ...(await withScratch((directory) => findings(directory, { ...env, MCX_DEFECT: 'token-expiry-unchecked' }, say))),
    )
    return faults
  },
}

function* crossProduct(cases: readonly Listed[], say: (line: string) => void): Generator<string> {
  say(`${cases.length} cases listed: positives + negatives, UDP | TCP`)
  for (const [role, variants] of Object.entries(topologies))
    for (const variant of variants) {
      const counts = transports.map((transport) =>
        kinds.map((kind) => {
          const fits = (one: Listed): boolean =>
            one.role === role && one.variant.split(',')[0] === variant && one.transport === transport
          return cases.filter((one) => fits(one) && one.tags.includes(kind)).length
        }),
      )
      say(
        `  ${role.padEnd(15)} ${variant.padEnd(21)} ${counts.map((each) => each.map((count) => String(count).padStart(3)).join(' +')).join('  | ')}`,
      )
      for (const [at, transport] of transports.entries())
        for (const [which, kind] of kinds.entries())
          if (counts[at]?.[which] === 0) yield `no ${kind} case for ${role} in ${variant} over ${transport}`
    }
  const foreign = cases.filter(({ role, variant }) => topologies[role]?.includes(variant.split(',')[0] ?? '') !== true)
  if (foreign.length > 0) yield `${foreign.length} cases of roles where they do not exist, such as ${foreign[0]?.id}`
}

async function wholeRun(
  directory: string,
  env: Readonly<Record<string, string>>,
  listed: readonly Listed[],
  say: (line: string) => void,
): Promise<readonly string[]> {
  const { ended, first } = await firstVerdict(['-o', directory], env)
  const results = resultsIn(directory)
  say(
    `mcx run: ${results.cases.length} cases in ${ended.seconds.toFixed(1)} s (at most ${longest}), first verdict after ${first.toFixed(2)} s (at most ${soonest}), reports and all; ${loaded()}`,
  )
  const faults = schemaFaults(results)
  if (ended.code !== 0) faults.push(`the run ended with ${ended.code}: ${ended.stdout.slice(-600)}${ended.stderr}`)
  if (results.cases.length !== listed.length)
    faults.push(`${results.cases.length} cases in results.json, ${listed.length} listed`)
  if (ended.seconds > longest) faults.push(`the run took ${ended.seconds.toFixed(1)} s`)
  const tries = [first]
  while (Math.min(...tries) > soonest && tries.length < most) {
    tries.push((await firstVerdict(['-o', directory, '--no-render', '--role', 'client'], env)).first)
    say(`again, since others work on this machine: ${tries.at(-1)?.toFixed(2)} s; ${loaded()}`)
  }
  if (Math.min(...tries) > soonest) faults.push(`the first verdict took ${Math.min(...tries).toFixed(2)} s at best`)
  return faults
}

async function firstVerdict(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly ended: Ended; readonly first: number }> {
  const since = performance.now()
  const run = start(['run', '-c', ownPorts, '--verbose', ...words], { env })
  while (run.child.exitCode === null && verdictsIn(run.printed()).size === 0) await setTimeout(5)
  const first = (performance.now() - since) / 1000
  return { ended: await run.ended, first }
}

const loaded = (): string => `load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`

/** A defect, so that there are findings to look at. */
async function findings(
  directory: string,
  env: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const ended = await mcx(['run', '-c', ownPorts, '-o', directory, '*@partnerServer/*redentials*'], { env })
  const results = resultsIn(directory)
  const found = results.cases.flatMap((one) => one.findings)
  say(`against a defect: exit ${ended.code}, ${found.length} findings in ${results.cases.length} cases`)
  const faults = schemaFaults(results)
  if (ended.code !== 1) faults.push(`a run with a defect ended with ${ended.code}`)
  if (found.length === 0) faults.push('a run with a defect has no finding')
  const lacking = (keys: readonly string[], value: object): readonly string[] => keys.filter((key) => !(key in value))
  for (const one of results.cases) for (const key of lacking(required.case, one)) faults.push(`${one.id} has no ${key}`)
  for (const one of found) for (const key of lacking(required.finding, one)) faults.push(`a finding has no ${key}`)
  return faults
}

function schemaFaults(results: object): string[] {
  const schema = JSON.parse(
    readFileSync(new URL('../../src/report/results.schema.json', import.meta.url), 'utf8'),
  ) as AnySchema
  const valid = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema)
  void valid(results)
  return (valid.errors ?? []).slice(0, 5).map(({ instancePath, message }) => `results.json${instancePath} ${message}`)
}
