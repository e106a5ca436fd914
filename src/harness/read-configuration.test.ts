import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { configurationOf, primaryServer } from './example-configuration.testing.ts'
import { checkConfiguration, readConfiguration, UsageError } from './read-configuration.ts'

/** What is said about a configuration, without the name of its file; empty when nothing is wrong. */
const saidOf = (value: unknown): readonly string[] => {
  try {
    checkConfiguration(value, 'harness.config.ts')
    return []
  } catch (problem) {
    if (!(problem instanceof UsageError)) throw problem
    return problem.message.split('\n').map((line) => line.replace('harness.config.ts: ', ''))
  }
}
const tls = { certificate: 'c', key: 'k', authorities: ['a'] }
const sut = (change: object): unknown => configurationOf({ ...primaryServer, ...change })
const whole = (change: object): unknown => ({ ...configurationOf({}), ...change })

describe('one thing wrong is one line that names the key, what came and the repair', () => {
  test.each<readonly [what: string, value: unknown, key: RegExp, repair: RegExp]>([
    ['no object', 7, /the default export/, /object/],
    ['no system under test', { suts: [] }, /^suts/, /name at least one system under test/],
    ['no list of them', {}, /^suts is missing/, /list/],
    ['a mistyped key', whole({ seeed: 7 }), /^seeed/, /did you mean seed\?/],
    ['a strange key', whole({ colour: 'red' }), /^colour/, /keys here: .*suts/],
    ['a mistyped key of a system', sut({ adress: '127.0.0.1' }), /^suts\[0\]\.adress/, /did you mean address\?/],
    ['a mistyped key further in', sut({ timers: { migrationRespons: 1 } }), /migrationRespons/, /migrationResponse\?/],
    ['a mistyped key of control', sut({ control: { htpp: 'http://127.0.0.1:1' } }), /control\.htpp/, /http\?/],
    ['another profile', whole({ profile: 'rel-99' }), /^profile is "rel-99"/, /there is rel-18/],
    ['a seed with a fraction', whole({ seed: 1.5 }), /^seed is 1.5/, /whole number/],
    ['a negative seed', whole({ seed: -1 }), /^seed is -1/, /at least 0/],
    ['no concurrency', whole({ concurrency: 0 }), /^concurrency is 0/, /at least 1/],
    ['nowhere to write', whole({ out: '' }), /^out/, /text/],
    ['a name to listen on', whole({ tester: { address: 'localhost' } }), /^tester\.address/, /IP address/],
    ['a port of none', whole({ tester: { ports: { client: 70_000 } } }), /^tester\.ports\.client/, /port/],
    ['two roles at a port', whole({ tester: { ports: { client: 15_062 } } }), /tester\.ports/, /its own port/],
    ['an unknown role', sut({ roles: ['secondaryServer'] }), /^suts\[0\]\.roles\[0\]/, /primaryServer/],
    ['no role', sut({ roles: [] }), /^suts\[0\]\.roles/, /name at least one role/],
    ['a role twice', sut({ roles: ['primaryServer', 'primaryServer'] }), /^suts\[0\]\.roles/, /each once/],
    ['a transport twice', sut({ transports: ['udp', 'tcp', 'udp'] }), /^suts\[0\]\.transports: udp/, /each once/],
    ['roles of two systems', sut({ roles: ['partnerServer', 'primaryServer'] }), /roles/, /one for the primary/],
    ['a mistyped address', sut({ address: '300.1.1.1' }), /^suts\[0\]\.address/, /neither an IP address nor a domain/],
    ['an address without a port', sut({ port: undefined }), /^suts\[0\]\.port is missing/, /a number/],
    ['a missing address', sut({ address: undefined }), /^suts\[0\]\.address/, /add it|IP address/],
    ['an upper-case domain', sut({ system: 'A.Example' }), /^suts\[0\]\.system/, /domain name in lower case/],
    ['an identity of another scheme', sut({ identity: 'tel:+1' }), /^suts\[0\]\.identity/, /sip:server@/],
    ['a stranger in a group', whole({ together: [['our build', 'nobody']] }), /^together\[0\]/, /they are: our build/],
    ['an unknown transport', sut({ transports: ['sctp'] }), /^suts\[0\]\.transports\[0\]/, /udp, tcp/],
    [
      'TLS at no port',
      { ...configurationOf({ transports: ['tls'] }), tester: { tls } },
      /^suts\[0\]\.transports names tls/,
      /tls: \{ port: 5061 \}/,
    ],
    [
      'TLS without a certificate',
      sut({ transports: ['tls'], tls: { port: 5061 } }),
      /^suts\[0\]\.transports names tls/,
      /tester\.tls: \{ certificate, key, authorities \}/,
    ],
    ['TLS at the port of TCP', sut({ tls: { port: 5060 } }), /^suts\[0\]: 127\.0\.0\.1:5060/, /choose another port/],
    [
      'no authority',
      whole({ tester: { tls: { ...tls, authorities: [] } } }),
      /^tester\.tls\.authorities/,
      /name at least one authority/,
    ],
    [
      'a port for TLS that is taken',
      whole({ tester: { tls: { ...tls, ports: { client: 15_062 } } } }),
      /^tester\.tls\.ports\.client/,
      /its own port/,
    ],
    [
      'versions of TLS the wrong way round',
      whole({
        tester: {
          tls: { ...tls, lowest: 'TLSv1.3', highest: 'TLSv1.2' },
        },
      }),
      /^tester\.tls\.lowest/,
      /exchange them/,
    ],
    ['IPv6 from IPv4', sut({ address: '::1' }), /^suts\[0\]\.address ::1/, /an address of the same kind/],
    ['an unknown variant', sut({ variants: ['gateways'] }), /^suts\[0\]\.variants\[0\]/, /no-gateways/],
    ['a claim that is no yes or no', sut({ ics: { topologyHiding: 'yes' } }), /ics\.topologyHiding/, /true or false/],
    ['a claim nobody knows', sut({ ics: { telepathy: true } }), /ics\.telepathy/, /capabilities: topologyHiding/],
    ['a control interface without scheme', sut({ control: { http: '127.0.0.1:80' } }), /control\.http/, /http/],
    ['an empty command', sut({ control: { start: [] } }), /control\.start/, /program and its arguments/],
    ['a timer below a millisecond', sut({ timers: { migrationResponse: 0 } }), /migrationResponse/, /at least 1/],
    ['no permitted user', sut({ users: { permitted: [] } }), /users\.permitted/, /at least 1/],
    [
      'an expected failure without owner',
      sut({ expectedFailures: [{ case: '*', message: 'm', reason: 'r', expires: '2027-01-31' }] }),
      /expectedFailures\[0\]\.owner/,
      /text|add it/,
    ],
    [
      'an expected failure that expires some day',
      sut({ expectedFailures: [{ case: '*', message: 'm', reason: 'r', owner: 'o', expires: 'soon' }] }),
      /expectedFailures\[0\]\.expires/,
      /2027-01-31/,
    ],
    [
      'an expected failure of no case',
      sut({ expectedFailures: [{ case: 'all', message: 'm', reason: 'r', owner: 'o', expires: '2027-01-31' }] }),
      /expectedFailures\[0\]\.case/,
      /mcx list/,
    ],
    [
      'a mistyped profile value',
      whole({ bindings: { values: { refusalStatu: 1 } } }),
      /refusalStatu/,
      /refusalStatus\?/,
    ],
    [
      'a profile value of another type',
      whole({ bindings: { values: { refusalStatus: '403' } } }),
      /bindings\.values\.refusalStatus/,
      /number/,
    ],
    ['two systems of one name', configurationOf({}, { port: 5061 }), /^suts\[1\]\.name/, /its own/],
    ['two systems at one address', configurationOf({}, { name: 'another' }), /^suts\[1\]/, /choose another port/],
    ['a system where the tester listens', sut({ port: 15_061 }), /^suts\[0\].*tester\.ports\.client/, /another port/],
  ])('%s', (_what, value, key, repair) => {
    const [line = '', ...more] = saidOf(value)
    expect(more).toEqual([])
    expect(line).toMatch(key)
    expect(line).toMatch(repair)
    expect(line).not.toMatch(/undefined|\[object|Invalid input|ZodError/)
  })
})

test('several things wrong are several lines', () => {
  expect(saidOf({ ...configurationOf({ port: 0 }), seed: -1 })).toHaveLength(2)
})

test('an IPv6 address is read as sockets write it', () => {
  const { suts } = checkConfiguration(
    { ...configurationOf({ address: '2001:DB8:0:0::1' }), tester: { address: '::1' } },
    'harness.config.ts',
  )
  expect(suts[0]?.address).toBe('2001:db8::1')
})

test('a right configuration has its defaults', () => {
  expect(checkConfiguration(configurationOf({}), 'harness.config.ts')).toMatchObject({
    seed: 1,
    out: 'reports',
    tester: { address: '127.0.0.1' },
    suts: [{ transports: ['udp', 'tcp'], alternatives: ['publish', 'register'], expectedFailures: [] }],
  })
})

describe('reading a file', () => {
  const place = mkdtempSync(join(tmpdir(), 'mcx-configuration-'))
  afterAll(() => rmSync(place, { recursive: true, force: true }))
  const reading = (name: string, text: string): Promise<unknown> => {
    writeFileSync(join(place, name), text)
    return readConfiguration(name, place)
  }
  const right = JSON.stringify(configurationOf({}))

  test('says where it was read from', async () => {
    expect(await reading('right.config.ts', `export default ${right} as const`)).toMatchObject({
      path: join(place, 'right.config.ts'),
      directory: place,
      configuration: { suts: [{ name: 'our build' }] },
    })
  })

  test.each([
    ['there is none', 'none.config.ts', undefined, /there is no none\.config\.ts; write one with `mcx init`/],
    ['it is a directory', '.', undefined, /is a directory/],
    ['it exports nothing', 'empty.config.ts', 'export const x = 1', /no default export; write `export default/],
    ['it exports a promise', 'late.config.ts', 'export default Promise.resolve({})', /export default await/],
    ['it is no TypeScript', 'broken.config.ts', 'export default {', /broken\.config\.ts/],
    ['it throws', 'throwing.config.ts', "throw new Error('out of order')", /out of order; mend that line/],
    ['it lacks a package', 'lacking.config.ts', "import 'nowhere-at-all'", /npm install nowhere-at-all/],
    ['it lacks a file', 'missing.config.ts', "import './nowhere.ts'", /nowhere\.ts, which is not there; mend the path/],
  ])('%s', async (_what, name, text, said) => {
    if (text !== undefined) writeFileSync(join(place, name), text)
    const problem: unknown = await readConfiguration(name, place).catch((one: unknown) => one)
    expect(problem).toBeInstanceOf(UsageError)
    const { message } = problem as UsageError
    expect(message).toMatch(said)
    expect(message).not.toContain('\n')
  })
})
