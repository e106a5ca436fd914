import type { z } from 'zod'
import { isConfigurable, profileValues, rel18 } from '#bindings'
import { roles } from './defects.ts'
import { provisioningDocument } from './provision.ts'
import type { Provision } from './provision.ts'

export type ProvisionReading =
  { readonly ok: true; readonly provision: Provision } | { readonly ok: false; readonly faults: readonly string[] }

/** More are not told at once. */
const mostFaults = 20

/** Reads a provisioning document; every fault is one line that names the key, what came and the repair. */
export function readProvision(document: unknown): ProvisionReading {
  const read = provisioningDocument.safeParse(document, { reportInput: true })
  const faults = read.success ? contradictions(read.data) : read.error.issues.flatMap(lineOf)
  if (read.success && faults.length === 0) return { ok: true, provision: read.data }
  const told = faults.slice(0, mostFaults)
  return {
    ok: false,
    faults: told.length < faults.length ? [...told, `and ${faults.length - told.length} more`] : told,
  }
}

/** What is right by itself, but not together. */
function contradictions(provision: Provision): readonly string[] {
  const names = new Map<string, number>()
  const sockets = new Map<string, number>()
  const faults: string[] = []
  for (const [index, each] of provision.functions.entries()) {
    const at = `functions[${index}]`
    if (names.has(each.name))
      faults.push(`${at}.name: '${each.name}' is taken by functions[${names.get(each.name)}]: write another`)
    for (const port of [each.listen.port, each.listen.tlsPort]) {
      const socket = `${each.listen.address} port ${port}`
      if (sockets.has(socket))
        faults.push(
          `${at}.listen: ${socket} is taken by functions[${sockets.get(socket)}]: write another port, or 0 for a free one`,
        )
      if (port !== undefined && port !== 0) sockets.set(socket, index)
    }
    names.set(each.name, index)
  }
  for (const [key, value] of Object.entries(provision.profileValues)) {
    const usual: unknown = isConfigurable(key) ? rel18.values[key] : undefined
    if (usual === undefined)
      faults.push(
        `profileValues.${key}: is no value of the profile: write one of ${Object.keys(profileValues).join(', ')}`,
      )
    else if (typeof usual !== typeof value)
      faults.push(
        `profileValues.${key}: is a ${typeof value}: write a ${typeof usual}, for example ${JSON.stringify(usual)}`,
      )
  }
  return faults
}

function lineOf(issue: z.core.$ZodIssue): readonly string[] {
  const at = pathText(issue.path)
  const key = issue.path.findLast((part) => typeof part === 'string')
  const repair =
    typeof key === 'string' && Object.hasOwn(examples, key) ? `write, for example, ${examples[key]}` : undefined
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(
        (unknown) => `${pathText([...issue.path, unknown])}: is not known: remove it, or mend its spelling`,
      )
    case 'invalid_type':
      if (issue.input === undefined) return [`${at}: is missing: ${repair ?? `add a value of type ${issue.expected}`}`]
      return [
        `${at}: expected ${issue.expected}, got ${shown(issue.input)}: ${repair ?? `write a value of type ${issue.expected}`}`,
      ]
    case 'invalid_union':
      if (key === 'role')
        return [`${at}: expected a role, got ${shown(roleIn(issue.input))}: write one of ${roles.join(', ')}`]
      return [`${at}: ${shown(issue.input)} ${issue.message}: ${repair ?? 'mend it'}`]
    case 'invalid_value':
      if (issue.input === undefined) return [`${at}: is missing: ${repair ?? 'add it'}`]
      return [
        `${at}: got ${shown(issue.input)}: write ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`,
      ]
    case 'too_big':
      return [`${at}: got ${shown(issue.input)}: the most is ${issue.maximum}`]
    case 'too_small':
      return [`${at}: got ${shown(issue.input)}: the least is ${issue.minimum}`]
    case 'invalid_key':
      return [`${at}: the key ${issue.issues[0]?.message ?? 'cannot be used'}: ${keyRepair(issue.path)}`]
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'not_multiple_of':
      break
  }
  return [`${at}: ${shown(issue.input)} ${issue.message}: ${repair ?? 'mend it'}`]
}

const roleIn = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && 'role' in input ? input.role : undefined

/** A value of each key as it should look. */
const examples: Readonly<Record<string, string>> = {
  format: '1',
  seed: '1',
  now: '"2030-01-01T00:00:00Z"',
  timers: '{ "migrationResponse": 500 }',
  migrationResponse: '500',
  functions: '[{ "name": "partner server", "role": "partnerServer", ... }]',
  name: '"partner server"',
  role: '"partnerServer"',
  listen: '{ "address": "127.0.0.1", "port": 5060 }',
  address: '"127.0.0.1"',
  port: '5060',
  tlsPort: '5061',
  identity: '"sip:mc-service-server@partner.example"',
  system: '"partner.example"',
  refusedSystems: '["primary.example"]',
  idm: '{ "issuer": "https://idm.partner.example", "audience": "mc-service-server", "jwks": { "keys": [...] } }',
  issuer: '"https://idm.partner.example"',
  audience: '"mc-service-server"',
  jwks: '{ "keys": [{ "kty": "EC", ... }] }',
  keys: '[{ "kty": "EC", ... }], the public keys alone',
  kty: '"EC"',
  migrationFrom: '{ "primary.example": { "permitted": true, "deniedUsers": [] } }',
  permitted: 'true',
  deniedUsers: '["sip:user@primary.example"]',
  peers:
    '{ "primary.example": { "identity": "sip:gateway.primary.example", "transport": "udp", "address": "127.0.0.1", "port": 5062 } }',
  inside: '{ "identity": "sip:mc-service-server@primary.example", "address": "127.0.0.1", "port": 5063 }',
  transport: '"udp"',
  partners:
    '{ "partner.example": { "permitted": true, "identity": "sip:gateway.partner.example", "transport": "udp", "address": "127.0.0.1", "port": 5061 } }',
  users: '{ "sip:user@primary.example": { "permittedPartners": "*" } }',
  permittedPartners: '"*"',
  digest:
    '{ "realm": "primary.example", "users": { "alice": { "password": "secret", "mcServiceIds": ["sip:alice@primary.example"] } } }',
  realm: '"primary.example"',
  password: '"secret"',
  mcServiceIds: '["sip:alice@primary.example"]',
  profile: '"rel-18"',
  securityDomain: '"https://kms.partner.example"',
  privateCalls: '{ "permitted": true, "deniedTo": [] }',
  deniedTo: '["sip:user@primary.example"]',
}

const keyRepair = (path: readonly PropertyKey[]): string =>
  path.includes('users')
    ? 'write, for example, "sip:user@primary.example"'
    : 'write the domain of an MC system, for example "primary.example"'

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  ) || 'the document'

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value
  return text.length > 60 ? `${text.slice(0, 60)}...` : text
}
