import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rel18 } from '#bindings'
import type { z } from 'zod'
import { configurationSchema, type Configuration } from './configuration.ts'
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
  if (!existsSync(path))
    throw new UsageError(
      `configuration: there is no ${given}; write one with \`mcx init\` or name another with --config`,
    )
  let module: { readonly default?: unknown }
  try {
    module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown }
  } catch (problem) {
    throw new UsageError(`configuration: ${given} cannot be loaded: ${oneLine(problem)}; mend that line`)
  }
  if (module.default === undefined)
    throw new UsageError(
      `configuration: ${given} has no default export; write \`export default defineConfig({ ... })\``,
    )
  return { configuration: checkConfiguration(module.default, given), path, directory: dirname(path) }
}

/** Returns the configuration with its defaults; throws a UsageError that names the key, what came and the repair. */
export function checkConfiguration(value: unknown, named: string): Configuration {
  const read = configurationSchema.safeParse(value)
  if (!read.success)
    throw new UsageError(
      read.error.issues
        .slice(0, 3)
        .map((issue) => `${named}: ${explain(issue, value)}`)
        .join('\n'),
    )
  const faults = faultsOf(read.data)
  if (faults.length > 0) throw new UsageError(faults.map((fault) => `${named}: ${fault}`).join('\n'))
  return read.data
}

function explain(issue: z.core.$ZodIssue, value: unknown): string {
  const at = keyOf(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(shapeAt(issue.path) ?? {})
    const key = issue.keys[0] ?? ''
    const near = nearest(key, known)
    return `${at ? `${at}.` : ''}${key} is no key of the configuration; ${near ? `did you mean ${near}?` : `keys here: ${known.join(', ')}`}`
  }
  const came = valueAt(value, issue.path)
  const what = came === undefined ? 'is missing' : `is ${JSON.stringify(came)?.slice(0, 60) ?? typeof came}`
  return `${at || 'the default export'} ${what}: ${issue.message}`
}

const keyOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('')

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((inner: unknown, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value)

/** The keys a strict object of the schema knows, found by the path of the issue. */
function shapeAt(path: readonly PropertyKey[]): Record<string, unknown> | undefined {
  let schema: unknown = configurationSchema
  for (const key of path) schema = stepInto(unwrapped(schema), key)
  return (unwrapped(schema) as { shape?: Record<string, unknown> } | undefined)?.shape
}
const unwrapped = (schema: unknown): unknown => {
  const inner = (schema as { def?: { innerType?: unknown } } | undefined)?.def?.innerType
  return inner === undefined ? schema : unwrapped(inner)
}
const stepInto = (schema: unknown, key: PropertyKey): unknown =>
  typeof key === 'number'
    ? (schema as { element?: unknown }).element
    : (schema as { shape?: Record<string, unknown> }).shape?.[String(key)]

/** What only the whole configuration can show. */
function faultsOf(configuration: Configuration): readonly string[] {
  const faults: string[] = []
  const names = new Set<string>()
  const taken = new Map<string, string>(
    Object.entries(configuration.tester.ports).map(([role, port]) => [
      `${configuration.tester.address}:${port}`,
      `tester.ports.${role}`,
    ]),
  )
  if (taken.size < 5) faults.push('tester.ports: two roles have the same port; give each its own')
  for (const [index, sut] of configuration.suts.entries()) {
    const at = `suts[${index}]`
    if (names.has(sut.name)) faults.push(`${at}.name "${sut.name}" is used twice; give each system under test its own`)
    names.add(sut.name)
    const clash = taken.get(`${sut.address}:${sut.port}`)
    if (clash) faults.push(`${at}: ${sut.address}:${sut.port} is also the address of ${clash}; choose another port`)
    taken.set(`${sut.address}:${sut.port}`, at)
    const sides = new Set(sut.roles.filter((role) => role !== 'client').map((role) => role.slice(0, 7)))
    if (sides.size > 1)
      faults.push(
        `${at}.roles: ${sut.roles.join(', ')} belong to two MC systems; name one system under test for the partner and one for the primary MC system`,
      )
    if (new Set(sut.roles).size < sut.roles.length) faults.push(`${at}.roles: a role is named twice; name each once`)
    for (const [key, value] of Object.entries(sut.ics))
      if (!(key in capabilities))
        faults.push(
          `${at}.ics.${key} (${value}) is no capability; capabilities: ${Object.keys(capabilities).join(', ')}`,
        )
    for (const [number, declared] of sut.expectedFailures.entries())
      if (!declared.case.includes('@') && !declared.case.includes('*'))
        faults.push(`${at}.expectedFailures[${number}].case "${declared.case}" is no case id; see \`mcx list\``)
  }
  for (const [key, value] of Object.entries(configuration.bindings.values)) {
    const known = rel18.values as unknown as Record<string, unknown>
    if (!(key in known)) {
      const near = nearest(key, Object.keys(known))
      faults.push(
        `bindings.values.${key} is no value of the profile; ${near ? `did you mean ${near}?` : 'see docs/bindings.md'}`,
      )
    } else if (typeof known[key] !== typeof value)
      faults.push(
        `bindings.values.${key} is ${JSON.stringify(value)}; it takes a ${typeof known[key]} such as ${JSON.stringify(known[key])}`,
      )
  }
  return faults
}

/** What an implementation conformance statement can claim, and what it means when it is claimed absent. */
const capabilities: Readonly<Record<string, string>> = {
  topologyHiding:
    'a gateway server hides the topology of its MC system (TS 24.379 6.8.2); without it a leak is inconclusive',
  temporaryIdentity: 'the partner MC system allocates temporary identities; without it only that world is played',
  userProfileIndex: 'the user profile index is understood; without it cases about it are left out',
}

export const oneLine = (problem: unknown): string =>
  (problem instanceof Error ? problem.message : String(problem)).split('\n')[0]?.slice(0, 300) ?? ''
