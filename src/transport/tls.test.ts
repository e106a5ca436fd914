import { connect as connectTcp } from 'node:net'
import { connect } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createAuthority, type TestAuthority } from './certificates.testing.ts'
import { domainIdentities, identityProblem } from './domain-identity.ts'
import {
  type Failure,
  openTls,
  type TcpConnection,
  type TcpListener,
  type TlsIdentity,
  type TlsOptions,
} from './index.ts'

const address = '127.0.0.1'
const here = ['IP:127.0.0.1', 'URI:sip:a.example.org']

let ours: TestAuthority
let theirs: TestAuthority
let good: TlsIdentity
beforeAll(() => {
  ours = createAuthority()
  theirs = createAuthority('Another authority')
  good = ours.issue(here)
})
afterAll(() => {
  ours.close()
  theirs.close()
})
const closing: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const until = async (met: () => boolean): Promise<void> => {
  const end = performance.now() + 5000
  while (!met()) {
    if (performance.now() > end) throw new Error('waited 5 s in vain')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

interface Seen {
  readonly tls: TcpListener
  readonly octets: string[]
  readonly closed: (Failure | undefined)[]
  readonly failures: Failure[]
  readonly connections: TcpConnection[]
}

async function listener(options: Partial<TlsOptions> = {}): Promise<Seen> {
  const seen: Omit<Seen, 'tls'> = { octets: [], closed: [], failures: [], connections: [] }
  const tls = await openTls({
    address,
    port: 0,
    identity: good,
    ...options,
    onOctets(connection, octets) {
      if (!seen.connections.includes(connection)) seen.connections.push(connection)
      seen.octets.push(Buffer.from(octets).toString())
    },
    onClosed: (_connection, failure) => seen.closed.push(failure),
    onFailure: (failure) => seen.failures.push(failure),
  })
  closing.push(() => tls.close())
  return { tls, ...seen }
}

/** Sends a word from one to the other; the failure of the connection, or of sending, if any. */
async function say(from: Seen, to: Seen, name?: string): Promise<Failure | undefined> {
  const connection = from.tls.connectionTo({ ...to.tls.local, name })
  if ('kind' in connection) return connection
  let failed: Failure | undefined
  connection.send(Buffer.from('word'), undefined, (failure) => (failed = failure))
  await until(() => failed !== undefined || to.octets.length > 0 || from.closed.length > 0)
  return failed ?? from.closed[0]
}

describe('TLS', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    '%s both ways, both sides known by their certificates',
    async (version) => {
      const one = await listener({ versions: { lowest: version, highest: version } })
      const other = await listener({ identity: ours.issue([...here, 'URI:sip:b.example.org']) })
      expect(await say(one, other, 'b.example.org')).toBeUndefined()
      const [accepted] = other.connections
      accepted!.send(Buffer.from('back'))
      await until(() => one.octets.length === 1)
      expect([one.octets, other.octets]).toEqual([['back'], ['word']])
      expect(accepted!.security).toMatchObject({ protocol: version, peerNames: ['a.example.org', address] })
      expect(one.connections[0]!.security?.peerNames).toContain('b.example.org')
      const again = one.tls.connectionTo({ ...other.tls.local, name: 'b.example.org' })
      expect(again).toBe(one.connections[0])
      expect(one.tls.connectionTo({ ...other.tls.local, name: 'a.example.org' })).not.toBe(again)
    },
  )

  test('what is written before the handshake is done arrives, in order', async () => {
    const [one, other] = [await listener(), await listener()]
    const connection = one.tls.connectionTo(other.tls.local)
    if ('kind' in connection) throw new Error(connection.text)
    for (const word of ['a', 'b', 'c']) connection.send(Buffer.from(word))
    await until(() => other.octets.join('').length === 3)
    expect(other.octets.join('')).toBe('abc')
  })
})

describe('certificates that are refused, each with its reason', () => {
  test('a server of another domain', async () => {
    const [one, other] = [await listener(), await listener()]
    expect(await say(one, other, 'c.example.org')).toEqual({
      kind: 'certificate-refused',
      text:
        `TLS 127.0.0.1 port ${other.tls.local.port}: expected a certificate of c.example.org (RFC 5922 7.3), came one of ` +
        'a.example.org, 127.0.0.1: name the domain it is of in the configuration, or give the server another certificate',
    })
  })
  test('a server of an authority nobody trusts', async () => {
    const one = await listener()
    const other = await listener({ identity: { ...theirs.issue(here), authorities: [ours.certificate] } })
    expect((await say(one, other))?.text).toContain('authority that is trusted: add the authority to the configuration')
  })
  test('a server whose certificate has expired', async () => {
    const one = await listener()
    const other = await listener({ identity: ours.issue(here, { expired: true }) })
    expect(await say(one, other)).toMatchObject({
      kind: 'certificate-refused',
      text: expect.stringContaining('has expired'),
    })
  })
  test('a client of an authority nobody trusts', async () => {
    const one = await listener({ identity: { ...theirs.issue(here), authorities: [ours.certificate] } })
    const other = await listener()
    await say(one, other)
    await until(() => other.failures.length === 1)
    expect(other.failures[0]).toMatchObject({
      kind: 'certificate-refused',
      text: expect.stringContaining('authority that is trusted'),
    })
    expect(other.octets).toEqual([])
  })
  test('a client that shows none; without mutual authentication it may', async () => {
    for (const mutual of [true, false]) {
      const other = await listener({ mutual })
      const client = connect({
        port: other.tls.local.port,
        host: address,
        ca: ours.certificate,
        checkServerIdentity: () => undefined,
      })
      client.on('error', () => undefined)
      closing.push(() => void client.destroy())
      client.once('secureConnect', () => client.write('word'))
      await until(() => other.failures.length + other.octets.length === 1)
      if (mutual) expect(other.failures[0]?.text).toContain('it showed no certificate, and mutual authentication')
      else expect(other.octets).toEqual(['word'])
    }
  })
  test('a client of a domain that is not admitted (RFC 5922 7.4)', async () => {
    const [one, other] = [await listener(), await listener({ admits: (names) => names.includes('b.example.org') })]
    await say(one, other)
    await until(() => other.failures.length === 1)
    expect(other.failures[0]?.text).toContain('certificates of a.example.org, 127.0.0.1 are not admitted')
  })
})

describe('handshakes that fail', () => {
  test('no version in common', async () => {
    const one = await listener({ versions: { lowest: 'TLSv1.3', highest: 'TLSv1.3' } })
    const other = await listener({ versions: { lowest: 'TLSv1.2', highest: 'TLSv1.2' } })
    expect((await say(one, other))?.kind).toBe('handshake-failed')
    await until(() => other.failures.length === 1)
    expect(other.failures[0]).toMatchObject({ kind: 'handshake-failed' })
  })
  test('what was agreed on can still be asked for when the connection is gone', async () => {
    const [one, other] = [await listener(), await listener()]
    await say(one, other)
    const [connection] = other.connections
    connection!.reset()
    await until(() => other.closed.length === 1)
    expect(connection!.security?.peerNames).toEqual([])
  })
  test('a peer that speaks no TLS', async () => {
    const other = await listener()
    const client = connectTcp(other.tls.local.port, address, () => client.write('OPTIONS sip:a SIP/2.0\r\n\r\n'))
    client.on('error', () => undefined)
    closing.push(() => void client.destroy())
    await until(() => other.failures.length === 1)
    expect(other.failures[0]?.kind).toBe('handshake-failed')
  })
  test('a peer that says nothing is not waited for, and counts as a connection until then', async () => {
    const other = await listener({ limits: { handshake: 60, maxConnections: 1 } })
    const silent = connectTcp(other.tls.local.port, address)
    silent.on('error', () => undefined)
    closing.push(() => void silent.destroy())
    await new Promise((resolve) => silent.once('connect', resolve))
    const refused = connectTcp(other.tls.local.port, address)
    refused.on('error', () => undefined)
    closing.push(() => void refused.destroy())
    await until(() => other.failures.length === 2)
    expect(other.failures.map(({ kind }) => kind).sort()).toEqual(['connection-limit', 'handshake-failed'])
    await until(() => silent.destroyed || silent.readableEnded)
  })
  test('certificate and key that are no pair are refused at once', async () => {
    const identity = { ...good, key: ours.issue(here).key }
    await expect(listener({ identity })).rejects.toThrow(
      /^Cannot listen on tls 127\.0\.0\.1 port 0: certificate and key are to be PEM, and a pair \(.*\): mend them/,
    )
    await expect(listener({ identity: { ...good, certificate: 'none' } })).rejects.toThrow('are to be PEM')
  })
})

describe('the domains a certificate is of (RFC 5922 7.1, 7.2)', () => {
  const cases: readonly (readonly [string, Parameters<typeof domainIdentities>[0], readonly string[]])[] = [
    ['SIP URIs before DNS names', { subjectaltname: 'DNS:a.example, URI:sip:B.example' }, ['b.example']],
    ['a URI of a user names no domain', { subjectaltname: 'URI:sip:alice@b.example' }, []],
    ['SIPS and other schemes count not', { subjectaltname: 'URI:sips:a.example, URI:https://b.example' }, []],
    ['parameters and ports of a URI fall away', { subjectaltname: 'URI:sip:a.example:5061;lr' }, ['a.example']],
    ['DNS names', { subjectaltname: 'DNS:a.example, DNS:*.b.example' }, ['a.example', '*.b.example']],
    ['addresses', { subjectaltname: 'IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1' }, ['127.0.0.1', '::1']],
    ['the common name, only without subjectAltName', { subject: { CN: 'A.example' } }, ['a.example']],
    ['not beside one', { subjectaltname: 'DNS:a.example', subject: { CN: 'b.example' } }, ['a.example']],
    [
      'a value that tries to be two',
      { subjectaltname: 'DNS:"a.example, DNS:b.example"' },
      ['a.example, dns:b.example'],
    ],
  ]
  test.each(cases)('%s', (_name, names, expected) => expect(domainIdentities(names)).toEqual(expected))
  test('compared whole, without wildcards', () => {
    const names = { subjectaltname: 'DNS:*.example.org, DNS:a.example' }
    expect(identityProblem(names, 'b.example.org')).toContain('expected a certificate of b.example.org')
    expect(identityProblem(names, 'x.a.example')).toBeDefined()
    expect(identityProblem(names, 'A.EXAMPLE')).toBeUndefined()
  })
})
