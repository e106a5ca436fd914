import { expect, test } from 'vitest'
import { readProvision } from './read-provision.ts'
import { document } from './two-mc-systems.world.ts'

const ports = { client: 1, partnerServer: 2, partnerGateway: 3, primaryGateway: 4, primaryServer: 5 }

type Path = readonly (string | number)[]

/** The sound document with one value changed, or taken out. */
function changed(path: Path, value: unknown): unknown {
  const written: unknown = JSON.parse(
    JSON.stringify(document(ports, { partnerGateway: true, primaryGateway: true }, 'udp')),
  )
  let holder = written as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>
  const last = path.at(-1)
  if (last !== undefined && value === undefined) delete holder[last]
  else if (last !== undefined) holder[last] = value
  return written
}

test('the sound document is read', () => {
  expect(readProvision(changed([], undefined))).toMatchObject({ ok: true })
})

test.each<[string, Path, unknown, string]>([
  ['no format', ['format'], undefined, 'format: is missing: write, for example, 1'],
  ['another format', ['format'], 2, 'format: got 2: write 1'],
  ['a text for a number', ['seed'], '1', 'seed: expected number, got "1": write, for example, 1'],
  ['no time', ['now'], 'noon', 'now: "noon" is no time: write, for example, "2030-01-01T00:00:00Z"'],
  ['an unknown key', ['function'], [], 'function: is not known: remove it, or mend its spelling'],
  [
    'an unknown role',
    ['functions', 0, 'role'],
    'server',
    'functions[0].role: expected a role, got "server": write one of client, partnerServer, partnerGateway, primaryGateway, primaryServer',
  ],
  [
    'a port too large',
    ['functions', 0, 'listen', 'port'],
    70000,
    'functions[0].listen.port: got 70000: the most is 65535',
  ],
  [
    'a host name for an address',
    ['functions', 0, 'listen', 'address'],
    'localhost',
    'functions[0].listen.address: "localhost" is no IP address: write, for example, "127.0.0.1"',
  ],
  [
    'no SIP URI',
    ['functions', 0, 'identity'],
    'alice',
    'functions[0].identity: "alice" is no SIP URI: write, for example, "sip:mc-service-server@partner.example"',
  ],
  [
    'a name twice',
    ['functions', 1, 'name'],
    'client',
    "functions[1].name: 'client' is taken by functions[0]: write another",
  ],
  [
    'a port twice',
    ['functions', 1, 'listen', 'port'],
    1,
    'functions[1].listen: 127.0.0.1 port 1 is taken by functions[0]: write another port, or 0 for a free one',
  ],
  [
    'a port for TLS that is taken',
    ['functions', 1, 'listen', 'tlsPort'],
    1,
    'functions[1].listen: 127.0.0.1 port 1 is taken by functions[0]: write another port, or 0 for a free one',
  ],
  [
    'a private key',
    ['functions', 1, 'idm', 'jwks', 'keys', 0, 'd'],
    'x',
    'holds a private key: write, for example, [{ "kty": "EC", ... }], the public keys alone',
  ],
  [
    'a shared key',
    ['functions', 1, 'idm', 'jwks', 'keys', 0, 'kty'],
    'oct',
    'functions[1].idm.jwks.keys[0].kty: got "oct": write "RSA" or "EC" or "OKP"',
  ],
  [
    'a denied user that is none',
    ['functions', 1, 'migrationFrom', 'primary.example', 'deniedUsers'],
    ['bob'],
    'functions[1].migrationFrom.primary.example.deniedUsers[0]: "bob" is no MC service ID: write, for example, ["sip:user@primary.example"]',
  ],
  [
    'a peer that is no domain',
    ['functions', 2, 'peers'],
    { 'sip:x': {} },
    'functions[2].peers.sip:x: the key is no domain name: write the domain of an MC system, for example "primary.example"',
  ],
  [
    'a user that is no MC service ID',
    ['functions', 4, 'users'],
    { bob: { permittedPartners: '*' } },
    'functions[4].users.bob: the key is no MC service ID: write, for example, "sip:user@primary.example"',
  ],
  [
    'a permission of the wrong kind',
    ['functions', 4, 'users'],
    { 'sip:b@c': { permittedPartners: 7 } },
    `functions[4].users.sip:b@c.permittedPartners: 7 is neither '*' nor a list of MC systems: write, for example, "*"`,
  ],
  [
    'an unknown profile value',
    ['profileValues'],
    { evnt: 'x' },
    'profileValues.evnt: is no value of the profile: write one of serviceIdentifier, ',
  ],
  [
    'a profile value of the wrong kind',
    ['profileValues'],
    { expires: 'x' },
    'profileValues.expires: is a string: write a number, for example 3600',
  ],
])('%s is one fault that names key and repair', (_title, path, value, line) => {
  const read = readProvision(changed(path, value))
  expect(read).toMatchObject({ ok: false })
  if (read.ok) return
  expect(read.faults).toEqual([expect.stringContaining(line)])
})

test.each([[undefined], [null], [7], ['{}'], [[]]])('%j is no document', (given) => {
  expect(readProvision(given)).toEqual({ ok: false, faults: [expect.stringMatching(/^the document: /)] })
})
