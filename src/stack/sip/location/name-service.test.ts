import { afterEach, describe, expect, test } from 'vitest'
import type { Endpoint } from '#transport'
import { address, answerTo, closeAll, element, message, tcpPeer, udpPeer, until } from '../element.testing.ts'
import { createManualClock } from '../manual-clock.ts'
import { locateServer } from './locate-server.ts'
import { nameServer, type ZoneLine } from './name-server.testing.ts'
import { createNameService, type NameServiceOptions } from './name-service.ts'
import { requestInTurn } from './request-in-turn.ts'

afterEach(closeAll)

async function located(zone: readonly ZoneLine[], options: NameServiceOptions = {}, random = () => 0) {
  const { server, asked } = await nameServer(zone)
  const resolver = createNameService({ servers: [server], timeout: 200, tries: 1, ...options })
  const find = (uri: string): Promise<readonly Endpoint[]> => locateServer(uri, { resolver, random })
  const places = async (uri: string): Promise<string[]> =>
    (await find(uri)).map(({ transport, address: to, port }) => `${transport} ${to} ${port}`)
  return { find, places, asked, resolver }
}

const zone: readonly ZoneLine[] = [
  'example.com NAPTR 90 50 "s" "SIP+D2T" "" _sip._tcp.example.com',
  'example.com NAPTR 50 50 "s" "SIPS+D2T" "" _sips._tcp.example.com',
  'example.com NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.example.com',
  '_sips._tcp.example.com SRV 0 0 5061 secure.example.com',
  '_sip._tcp.example.com SRV 2 0 5060 second.example.com',
  '_sip._tcp.example.com SRV 1 0 5070 first.example.com',
  '_sip._udp.example.com SRV 0 0 5060 alias.example.com',
  '_sip._udp.none.example.com SRV 0 0 0 .',
  'none.example.com A 192.0.2.9',
  'secure.example.com A 192.0.2.3',
  'first.example.com A 192.0.2.1',
  'second.example.com A 192.0.2.2',
  'second.example.com AAAA 2001:db8::2',
  'alias.example.com CNAME first.example.com',
  '_sip._udp.half.example.com SRV 0 0 5060 host.broken.example.com',
  '_sip._udp.half.example.com SRV 1 0 5060 first.example.com',
]

describe('the domain name system (RFC 3263 4)', () => {
  test('NAPTR, SRV and addresses, as a server says them', async () => {
    const { places, asked } = await located(zone)
    expect(await places('sip:example.com')).toEqual([
      'tls 192.0.2.3 5061',
      'tcp 192.0.2.1 5070',
      'tcp 192.0.2.2 5060',
      'tcp 2001:db8::2 5060',
      'udp 192.0.2.1 5060',
    ])
    expect(asked[0]).toBe('NAPTR example.com')
    expect(asked.slice(1, 2)).toEqual(['SRV _sips._tcp.example.com'])
  })

  test('the families an element reaches, the preferred one first', async () => {
    const sixFirst = await located(zone, { families: [6, 4] })
    expect(await sixFirst.places('sip:second.example.com:5060')).toEqual(['udp 2001:db8::2 5060', 'udp 192.0.2.2 5060'])
    const fourAlone = await located(zone, { families: [4] })
    expect(await fourAlone.places('sip:second.example.com:5060')).toEqual(['udp 192.0.2.2 5060'])
    expect(fourAlone.asked).toEqual(['A second.example.com'])
  })

  test('a service that is not offered, a name that is not there', async () => {
    const { places } = await located(zone)
    expect(await places('sip:none.example.com;transport=udp')).toEqual([])
    expect(await places('sip:absent.example.com')).toEqual([])
  })

  test.each([
    ['SERVFAIL to SRV', 'sip:broken.example.com;transport=udp', 'SRV of _sip._udp.broken.example.com'],
    ['SERVFAIL to NAPTR', 'sip:broken.example.com', 'NAPTR of broken.example.com'],
    ['silence', 'sip:host.silent.example.com:5060', 'host.silent.example.com'],
  ])('%s is no empty answer', async (_kind, uri, named) => {
    const { places } = await located(zone)
    await expect(places(uri)).rejects.toThrow(named)
  })

  test('one server whose address is not told does not keep from the others', async () => {
    const { places } = await located(zone)
    expect(await places('sip:half.example.com;transport=udp')).toEqual(['udp 192.0.2.1 5060'])
  })

  test('of one priority by weight, in the long run (RFC 2782)', async () => {
    let state = 7
    const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
    const { places } = await located(
      [
        '_sip._udp.shared.example.com SRV 1 30 5060 heavy.example.com',
        '_sip._udp.shared.example.com SRV 1 10 5060 light.example.com',
        '_sip._udp.shared.example.com SRV 2 90 5060 last.example.com',
        'heavy.example.com A 192.0.2.1',
        'light.example.com A 192.0.2.2',
        'last.example.com A 192.0.2.3',
      ],
      { families: [4] },
      random,
    )
    const first: string[] = []
    for (let draw = 0; draw < 400; draw += 1) {
      const found = await places('sip:shared.example.com;transport=udp')
      expect(found).toHaveLength(3)
      expect(found[2]).toBe('udp 192.0.2.3 5060')
      first.push(found[0]!)
    }
    const share = first.filter((one) => one === 'udp 192.0.2.1 5060').length / first.length
    expect(share).toBeGreaterThan(0.65)
    expect(share).toBeLessThan(0.85)
  })
})

describe('failover (RFC 3263 4.3)', () => {
  let branches = 0
  const makeBranch = (): string => `z9hG4bK-turn-${(branches += 1)}`

  /** Servers of a domain in the order of their priority, found by SRV; the first ports fail. */
  async function servers(transport: 'udp' | 'tcp', ports: readonly number[]) {
    const lines = ports.map(
      (port, index): ZoneLine => `_sip._${transport}.example.com SRV ${index} 0 ${port} host.example.com`,
    )
    const { find } = await located([...lines, `host.example.com A ${address}`], { families: [4] })
    return find(`sip:example.com;transport=${transport}`)
  }

  const answering = (status?: string) => {
    const vias: string[] = []
    const peer = udpPeer((octets, reply) => {
      vias.push(/^Via: .*branch=(\S+)/m.exec(octets.toString())?.[1] ?? '')
      if (status !== undefined) reply(answerTo(octets, status))
    })
    return peer.then(({ port }) => ({ port, vias }))
  }

  test('a 503 goes on to the next, with another branch', async () => {
    const [tired, fresh] = [await answering('503 Service Unavailable'), await answering('200 OK')]
    const { stack } = await element()
    const places = await servers('udp', [tired.port, fresh.port])
    const { outcome, place } = await requestInTurn(stack, message(), places, { makeBranch })
    expect(outcome).toMatchObject({ kind: 'response', message: { startLine: { status: 200 } } })
    expect(place?.port).toBe(fresh.port)
    expect(fresh.vias[0]).not.toBe(tired.vias[0])
  })

  test('any other refusal is an answer', async () => {
    const [busy, fresh] = [await answering('486 Busy Here'), await answering('200 OK')]
    const { stack } = await element()
    const { place } = await requestInTurn(stack, message(), await servers('udp', [busy.port, fresh.port]), {
      makeBranch,
    })
    expect(place?.port).toBe(busy.port)
    expect(fresh.vias).toEqual([])
  })

  test('a connection that is refused', async () => {
    // A port that UDP has and TCP has not.
    const { port: closed } = await udpPeer(() => undefined)
    const { port } = await tcpPeer((socket) => socket.on('data', (octets) => socket.write(answerTo(octets))))
    const { stack } = await element()
    const { outcome, place } = await requestInTurn(stack, message(), await servers('tcp', [closed, port]), {
      makeBranch,
    })
    expect(outcome.kind).toBe('response')
    expect(place?.port).toBe(port)
  })

  test.each([
    { first: undefined, expected: 'response' },
    // Whoever says 100 is alive.
    { first: '100 Trying', expected: 'timeout' },
  ])('silence after $first: $expected', async ({ first, expected }) => {
    const clock = createManualClock()
    const { stack } = await element({ clock })
    const [slow, fresh] = [await answering(first), await answering('200 OK')]
    const places = await servers('udp', [slow.port, fresh.port])
    const result = requestInTurn(stack, message(), places, { makeBranch })
    await until(() => slow.vias.length > 0)
    if (first !== undefined) await new Promise((resolve) => setTimeout(resolve, 40))
    clock.advance(33_000)
    expect((await result).outcome.kind).toBe(expected)
  })

  test('nowhere to go', async () => {
    const { stack } = await element()
    const { outcome, place } = await requestInTurn(stack, message(), [], { makeBranch })
    expect(outcome.kind).toBe('transport-error')
    expect(place).toBeUndefined()
  })
})
