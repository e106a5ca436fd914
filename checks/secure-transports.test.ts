import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTls, type TlsIdentity } from '#transport'
import { createAuthority, type TestAuthority } from '../src/transport/certificates.testing.ts'
import { freePorts, mcx } from './acceptance/stranger.ts'

// Whole runs by TLS with mutual authentication and by IPv6, with certificates made for the occasion.

const configuration = fileURLToPath(new URL('secure-transports.config.ts', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'mcx-secure-'))
let authority: TestAuthority
let stranger: TestAuthority
beforeAll(() => {
  authority = createAuthority()
  stranger = createAuthority('A stranger')
})
afterAll(() => {
  authority.close()
  stranger.close()
  rmSync(directory, { recursive: true, force: true })
})

const here = ['IP:127.0.0.1', 'IP:::1']

let folders = 0
/** A folder with the identities of both ends, as the configuration wants it. */
function certificates(tester: TlsIdentity, system: TlsIdentity): string {
  const folder = mkdtempSync(join(directory, `${(folders += 1)}-`))
  for (const [end, identity] of Object.entries({ tester, system })) {
    writeFileSync(join(folder, `${end}.pem`), identity.certificate)
    writeFileSync(join(folder, `${end}.key`), identity.key, { mode: 0o600 })
    writeFileSync(join(folder, `${end}-trusts.pem`), identity.authorities.join('\n'))
  }
  return folder
}

interface Ran {
  readonly code: number | null
  readonly said: string
  readonly verdicts: readonly string[]
  /** Of every message: its transport and both addresses. */
  readonly ways: ReadonlySet<string>
  readonly text: string
}

async function run(folder: string, cases: string, address = '127.0.0.1', system = address): Promise<Ran> {
  const out = mkdtempSync(join(directory, 'out-'))
  const [port, other] = [await freePorts(), await freePorts()]
  const env = {
    MCX_FOLDER: folder,
    MCX_ADDRESS: address,
    MCX_SYSTEM: system,
    MCX_PORT: `${port}`,
    MCX_OTHER_PORT: `${other}`,
  }
  const ended = await mcx(['run', '-c', configuration, '-o', out, cases], { env })
  const text = readFileSync(join(out, 'events.ndjson'), 'utf8')
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  return {
    code: ended.code,
    said: ended.stdout + ended.stderr,
    verdicts: events.filter(({ event }) => event === 'case-finished').map(({ verdict }) => String(verdict)),
    ways: new Set(
      events
        .filter(({ event }) => event === 'message')
        .map((one) => {
          const { transport, local, remote } = one as unknown as Record<'local' | 'remote', { address: string }> & {
            transport: string
          }
          return `${transport} ${local.address} ${remote.address}`
        }),
    ),
    text,
  }
}

describe('TLS, mutually authenticated', () => {
  test('each role as written passes, every message by TLS', async () => {
    const folder = certificates(authority.issue(here), authority.issue(here))
    const { code, said, verdicts, ways } = await run(folder, 'redirection/private-call@*/as-written#mcptt*tls')
    expect(code, said).toBe(0)
    expect(verdicts.length).toBeGreaterThan(15)
    expect(new Set(verdicts)).toEqual(new Set(['pass']))
    expect([...ways]).toEqual(['tls 127.0.0.1 127.0.0.1'])
  }, 300_000)

  test.each([
    {
      whose: 'of the system under test',
      make: () => [authority.issue(here), { ...stranger.issue(here), authorities: [authority.certificate] }] as const,
      why: 'authority that is trusted',
    },
    {
      whose: 'of the tester',
      make: () => [{ ...stranger.issue(here), authorities: [authority.certificate] }, authority.issue(here)] as const,
      why: '',
    },
    {
      whose: 'of the system under test, made for another address',
      make: () => [authority.issue(here), authority.issue(['IP:192.0.2.1'])] as const,
      why: 'expected a certificate of 127.0.0.1 (RFC 5922 7.3)',
    },
  ])(
    'a certificate $whose that is refused: nothing passes',
    async ({ make, why }) => {
      const { code, said, verdicts, text } = await run(
        certificates(...make()),
        `migration/service-authorization@primaryServer/as-written#no-gateways*tls`,
      )
      expect(verdicts, said).toHaveLength(1)
      expect(verdicts).not.toContain('pass')
      expect(code).not.toBe(0)
      expect(text).toContain(why)
    },
    300_000,
  )

  test('a certificate without its key is a mistake of the configuration', async () => {
    const [one, other] = [authority.issue(here), authority.issue(here)]
    const folder = certificates({ ...one, key: other.key }, one)
    const ended = await mcx(['run', '-c', configuration, '-o', join(directory, 'none')], {
      env: { MCX_FOLDER: folder },
    })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(/tester\.tls\.key: .*tester\.key is not the key of .*tester\.pem; name the key/)
  }, 180_000)
})

describe('mcx doctor shakes hands', () => {
  /** A system under test that does no more than that, and what the doctor says of it. */
  async function examined(system: TlsIdentity): Promise<{ readonly code: number | null; readonly said: string }> {
    const folder = certificates(authority.issue(here), authority.issue(here))
    const nothing = { onOctets: () => undefined, onClosed: () => undefined, onFailure: () => undefined }
    const listener = await openTls({ address: '127.0.0.1', port: 0, identity: system, ...nothing })
    const first = await freePorts()
    const ports = { client: 0, partnerServer: 1, partnerGateway: 2, primaryGateway: 3, primaryServer: 4 }
    const from = (lowest: number) => Object.fromEntries(Object.entries(ports).map(([role, at]) => [role, lowest + at]))
    const tls = {
      certificate: 'tester.pem',
      key: 'tester.key',
      authorities: ['tester-trusts.pem'],
      ports: from(first + 5),
    }
    const sut = {
      ...{ name: 'our build', roles: ['primaryServer'], system: 'a.example', identity: 'sip:mc-server@a.example' },
      ...{ address: '127.0.0.1', port: first + 10, transports: ['tls'], tls: { port: listener.local.port } },
    }
    const file = join(folder, 'harness.config.js')
    const text = JSON.stringify({ tester: { ports: from(first), tls }, suts: [sut] })
    writeFileSync(file, `export default ${text}`)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    try {
      const { code, stdout, stderr } = await mcx(['doctor', '-c', file])
      return { code, said: stdout + stderr }
    } finally {
      await listener.close()
    }
  }

  test('with a system whose certificate is good', async () => {
    const { code, said } = await examined(authority.issue(here))
    expect(said).toMatch(/good +TLS certificate of the tester: .*127\.0\.0\.1/)
    expect(said).toMatch(
      /good +our build at 127\.0\.0\.1 port \d+ over TLS: TLSv1\.3, \S+, certificate of .*127\.0\.0\.1/,
    )
    expect(code).toBe(0)
  }, 180_000)

  test.each([
    [
      'of an authority nobody knows',
      () => ({ ...stranger.issue(here), authorities: [authority.certificate] }),
      /trusted/,
    ],
    ['that trusts another authority', () => ({ ...authority.issue(here), authorities: [stranger.certificate] }), /./],
  ])(
    'with a system %s',
    async (_what, system, why) => {
      const { code, said } = await examined(system())
      expect(said).toMatch(/bad +our build at 127\.0\.0\.1 port \d+ over TLS: /)
      expect(said).toMatch(why)
      expect(code).toBe(2)
    },
    60_000,
  )
})

test('systems under test that are known by name', async () => {
  const folder = certificates(authority.issue(here), authority.issue(['DNS:localhost', ...here]))
  const { code, said, verdicts, ways } = await run(
    folder,
    'migration/service-authorization@primaryServer/as-written#no-gateways*',
    undefined,
    'localhost',
  )
  expect(code, said).toBe(0)
  expect(verdicts).toEqual(['pass', 'pass', 'pass'])
  expect(ways).toContain('tls 127.0.0.1 127.0.0.1')
}, 300_000)

describe('IPv6', () => {
  const absent = !Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))
  test.skipIf(absent)(
    'a case by each transport',
    async () => {
      const folder = certificates(authority.issue(here), authority.issue(here))
      const { code, said, verdicts, ways } = await run(
        folder,
        'migration/service-authorization@primaryServer/as-written#no-gateways*',
        '::1',
      )
      expect(code, said).toBe(0)
      expect(verdicts).toEqual(['pass', 'pass', 'pass'])
      expect([...ways].toSorted()).toEqual(['tcp ::1 ::1', 'tls ::1 ::1', 'udp ::1 ::1'])
    },
    300_000,
  )
})
