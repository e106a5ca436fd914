import { statSync } from 'node:fs'
import { isIP } from 'node:net'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { defaultValues, isConfigurable, profileValues } from '#bindings'
import { explainIssue } from './configuration-issue.ts'
import { configurationSchema, type Configuration } from './configuration.ts'
import { loadingProblem } from './loading-problem.ts'
import { nearest } from './nearest.ts'

/** What is wrong with how the tool is used: one line for the user, exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

export interface LoadedConfiguration {
  readonly configuration: Configuration
  /** Absolute path. */
  readonly path: string
  readonly directory: string
}

export async function readConfiguration(given: string, from: string): Promise<LoadedConfiguration> {
  const path = resolve(from, given)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) throw new UsageError(`${given} is a directory; name the file in it with --config`)
  if (found === undefined)
    throw new UsageError(`there is no ${given}; write one with \`mcx init\` or name another with --config`)
  let module: { readonly default?: unknown }
  try {
    module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown }
  } catch (problem) {
    throw new UsageError(loadingProblem(problem, given, dirname(path)))
  }
  if (module.default === undefined)
    throw new UsageError(`${given} has no default export; write \`export default defineConfig({ ... })\``)
  if (module.default instanceof Promise)
    throw new UsageError(`${given}: the default export is a promise; write \`export default await ...\``)
  return { configuration: checkConfiguration(module.default, given), path, directory: dirname(path) }
}

/** More than these are seldom more mistakes. */
const mostIssues = 6

/** Returns the configuration with its defaults; throws a UsageError that names the key, what came and the repair. */
export function checkConfiguration(value: unknown, named: string): Configuration {
  const read = configurationSchema.safeParse(value)
  if (!read.success)
    throw new UsageError(
      read.error.issues
        .flatMap((issue) => explainIssue(issue, value))
        .slice(0, mostIssues)
        .map((line) => `${named}: ${line}`)
        .join('\n'),
    )
  const faults = faultsOf(read.data)
  if (faults.length > 0) throw new UsageError(faults.map((fault) => `${named}: ${fault}`).join('\n'))
  return read.data
}

/** What only the whole configuration can show. */
function faultsOf(configuration: Configuration): readonly string[] {
  const faults: string[] = []
  const names = new Set<string>()
  const taken = new Map<string, string>()
  const { tester } = configuration
  for (const [at, ports] of [
    ['tester.ports', tester.ports],
    ['tester.tls.ports', tester.tls?.ports ?? {}],
  ] as const)
    for (const [role, port] of Object.entries(ports)) {
      const address = `${tester.address}:${port}`
      const other = taken.get(address)
      if (other) faults.push(`${at}.${role} is ${port}, and so is ${other}; give each role its own port`)
      else taken.set(address, `${at}.${role}`)
    }
  if (tester.tls && tester.tls.lowest > tester.tls.highest)
    faults.push(`tester.tls.lowest ${tester.tls.lowest} is above tester.tls.highest; exchange them`)
  for (const [index, sut] of configuration.suts.entries()) {
    const at = `suts[${index}]`
    if (names.has(sut.name)) faults.push(`${at}.name "${sut.name}" is used twice; give each system under test its own`)
    names.add(sut.name)
    const isName = isIP(sut.address) === 0
    if (!isName && sut.port === 0) faults.push(`${at}.port is missing; it takes a number`)
    if (!isName && sut.tls?.port === 0) faults.push(`${at}.tls.port is missing; it takes a number`)
    for (const port of [sut.port, ...(sut.tls ? [sut.tls.port] : [])].filter((one) => one !== 0)) {
      const clash = taken.get(`${sut.address}:${port}`)
      if (clash) faults.push(`${at}: ${sut.address}:${port} is also the address of ${clash}; choose another port`)
      taken.set(`${sut.address}:${port}`, at)
    }
    if (!isName && isIP(sut.address) !== isIP(tester.address))
      faults.push(
        `${at}.address ${sut.address} and tester.address ${tester.address} are IPv4 and IPv6; give the tester an address of the same kind`,
      )
    if (sut.transports.includes('tls')) {
      if (!sut.tls) faults.push(`${at}.transports names tls; say where it is reached by it: ${at}.tls: { port: 5061 }`)
      if (!tester.tls)
        faults.push(
          `${at}.transports names tls; give the tester a certificate: tester.tls: { certificate, key, authorities }`,
        )
    }
    if (sut.roles.includes('configurationServer') && (sut.roles.length > 1 || sut.transports.join() !== 'tcp'))
      faults.push(
        `${at}.roles: a configurationServer speaks HTTP and no SIP; make it a system under test of its own, with transports: ['tcp'] and its port of HTTP`,
      )
    const sides = new Set(sut.roles.filter((role) => role !== 'client').map((role) => role.slice(0, 7)))
    if (sides.size > 1)
      faults.push(
        `${at}.roles: ${sut.roles.join(', ')} belong to two MC systems; name one system under test for the partner and one for the primary MC system`,
      )
    for (const key of ['roles', 'transports', 'variants', 'alternatives'] as const) {
      const named: readonly string[] = sut[key]
      for (const again of new Set(named.filter((one, place) => named.indexOf(one) < place)))
        faults.push(`${at}.${key}: ${again} is named twice; name each once`)
    }
    for (const [key, value] of Object.entries(sut.ics))
      if (!(key in capabilities))
        faults.push(
          `${at}.ics.${key} (${value}) is no capability; capabilities: ${Object.keys(capabilities).join(', ')}`,
        )
    for (const [number, declared] of sut.expectedFailures.entries())
      if (!declared.case.includes('@') && !declared.case.includes('*'))
        faults.push(`${at}.expectedFailures[${number}].case "${declared.case}" is no case id; see \`mcx list\``)
  }
  for (const [index, group] of configuration.together.entries())
    for (const name of group.filter((one) => !names.has(one)))
      faults.push(
        `together[${index}] names "${name}", which is no system under test; they are: ${[...names].join(', ')}`,
      )
  for (const [key, value] of Object.entries(configuration.bindings.values)) {
    if (!isConfigurable(key)) {
      const near = nearest(key, Object.keys(profileValues))
      faults.push(
        `bindings.values.${key} is no value of the profile; ${near ? `did you mean ${near}?` : 'see docs/bindings.md'}`,
      )
    } else if (typeof defaultValues[key] !== typeof value)
      faults.push(
        `bindings.values.${key} is ${JSON.stringify(value)}; it takes a ${typeof defaultValues[key]} such as ${JSON.stringify(defaultValues[key])}`,
      )
  }
  return faults
}

/** What an implementation conformance statement can claim, and what it means when it is claimed absent. */
export const capabilities: Readonly<Record<string, string>> = {
  topologyHiding:
    'a gateway server hides the topology of its MC system (TS 24.379 6.8.2); without it a leak is inconclusive',
  temporaryIdentity: 'the partner MC system allocates temporary identities; without it only that world is played',
  userProfileIndex: 'the user profile index is understood; without it cases about it are left out',
  emergencyCommunication:
    'users may begin emergency communications; without it none is. A system that is not on this machine is spared them unless it says `true`',
}

export const oneLine = (problem: unknown): string =>
  (problem instanceof Error ? problem.message : String(problem)).split('\n')[0]?.slice(0, 300) ?? ''
