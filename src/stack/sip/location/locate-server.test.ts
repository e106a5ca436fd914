import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LocateOptions, locateServer, type Resolver } from './locate-server.ts'
import { type NamingRecord, type ServiceRecord, serviceOrder } from './service-order.ts'

interface Zone {
  readonly naptr?: Readonly<Record<string, readonly NamingRecord[]>>
  readonly srv?: Readonly<Record<string, readonly ServiceRecord[]>>
  readonly addresses?: Readonly<Record<string, readonly string[]>>
}

/** A name service with that zone, and what it was asked. */
function resolverOf(zone: Zone): Resolver & { readonly asked: string[] } {
  const asked: string[] = []
  const look = <T>(kind: string, table: Readonly<Record<string, readonly T[]>> | undefined, name: string) => {
    asked.push(`${kind} ${name}`)
    return Promise.resolve(table?.[name] ?? [])
  }
  return {
    asked,
    naptr: (name) => look('naptr', zone.naptr, name),
    srv: (name) => look('srv', zone.srv, name),
    addresses: (name) => look('addresses', zone.addresses, name),
  }
}

const naptr = (order: number, service: string, replacement: string, preference = 0): NamingRecord => ({
  ...{ order, preference, flags: 's', service, replacement },
})
const srv = (priority: number, weight: number, target: string, port = 5060): ServiceRecord => ({
  ...{ priority, weight, port, target },
})

const zone: Zone = {
  naptr: {
    'example.com': [
      naptr(100, 'SIP+D2U', '_sip._udp.example.com'),
      naptr(50, 'SIPS+D2T', '_sips._tcp.example.com'),
      naptr(90, 'SIP+D2T', '_sip._tcp.example.com'),
    ],
  },
  srv: {
    '_sip._tcp.example.com': [srv(2, 0, 'second.example.com'), srv(1, 0, 'first.example.com', 5070)],
    '_sips._tcp.example.com': [srv(0, 0, 'secure.example.com', 5061)],
    '_sip._udp.example.com': [srv(0, 0, 'first.example.com')],
    '_sip._udp.plain.example.com': [srv(0, 0, 'first.example.com', 5080)],
  },
  addresses: {
    'first.example.com': ['192.0.2.1'],
    'second.example.com': ['192.0.2.2', '2001:db8::2'],
    'secure.example.com': ['192.0.2.3'],
    'bare.example.com': ['192.0.2.4'],
  },
}

const places = async (uri: string, options: Partial<LocateOptions> = {}): Promise<string[]> => {
  const found = await locateServer(uri, { resolver: resolverOf(zone), random: () => 0, ...options })
  return found.map(({ transport, address, port, name }) => [transport, address, port, name].filter(Boolean).join(' '))
}

describe('RFC 3263 4', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'NAPTR decides the transport, SRV the server',
      'sip:example.com',
      [
        'tls 192.0.2.3 5061 example.com',
        'tcp 192.0.2.1 5070',
        'tcp 192.0.2.2 5060',
        'tcp 2001:db8::2 5060',
        'udp 192.0.2.1 5060',
      ],
    ],
    ['SIPS asks for TLS alone', 'sips:example.com', ['tls 192.0.2.3 5061 example.com']],
    [
      'a transport in the URI skips NAPTR',
      'sip:example.com;transport=tcp',
      ['tcp 192.0.2.1 5070', 'tcp 192.0.2.2 5060', 'tcp 2001:db8::2 5060'],
    ],
    ['SIPS with transport=tcp is TLS', 'sips:example.com;transport=tcp', ['tls 192.0.2.3 5061 example.com']],
    ['without NAPTR, SRV under its well-known name', 'sip:plain.example.com', ['udp 192.0.2.1 5080']],
    ['without SRV, the address, by UDP', 'sip:bare.example.com', ['udp 192.0.2.4 5060']],
    ['without SRV and SIPS, by TLS', 'sips:bare.example.com', ['tls 192.0.2.4 5061 bare.example.com']],
    ['a port asks for the address alone', 'sip:first.example.com:5099', ['udp 192.0.2.1 5099']],
    ['a port with a transport', 'sip:first.example.com:5099;transport=tcp', ['tcp 192.0.2.1 5099']],
    ['an address is taken as it is', 'sip:192.0.2.9', ['udp 192.0.2.9 5060']],
    ['an IPv6 address with its port', 'sips:a@[2001:db8::1]:5099', ['tls 2001:db8::1 5099 2001:db8::1']],
    ['maddr stands for the host', 'sip:example.com;maddr=192.0.2.8', ['udp 192.0.2.8 5060']],
    ['nothing of a name nobody knows', 'sip:unknown.example.com', []],
    ['nothing of a transport nobody speaks', 'sip:192.0.2.9;transport=sctp', []],
    ['nothing of another scheme', 'tel:+1', []],
  ]
  test.each(cases)('%s', async (_name, uri, expected) => expect(await places(uri)).toEqual(expected))

  test('what an element does not speak is left out', async () => {
    expect(await places('sip:example.com', { transports: ['udp'] })).toEqual(['udp 192.0.2.1 5060'])
    expect(await places('sips:example.com', { transports: ['udp', 'tcp'] })).toEqual([])
    expect(await places('sip:192.0.2.9;transport=tcp', { transports: ['udp'] })).toEqual([])
  })

  test('no more is asked than is needed', async () => {
    const resolver = resolverOf(zone)
    await locateServer('sip:192.0.2.1:5060', { resolver, random: () => 0 })
    expect(resolver.asked).toEqual([])
    await locateServer('sip:bare.example.com:5060', { resolver, random: () => 0 })
    expect(resolver.asked).toEqual(['addresses bare.example.com'])
  })

  test('a zone that is far too large is read in part', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => srv(index, 0, 'first.example.com'))
    const resolver = resolverOf({ ...zone, srv: { '_sip._udp.example.com': many } })
    const found = await locateServer('sip:example.com;transport=udp', { resolver, random: () => 0 })
    expect(found).toHaveLength(32)
  })
})

describe('the order of servers (RFC 2782)', () => {
  test('every record once, never a later priority first', () => {
    const record = fc.record({
      priority: fc.nat(3),
      weight: fc.nat(10),
      port: fc.nat(65_535),
      target: fc.constantFrom('a', 'b'),
    })
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 20 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (records, drawn) => {
          const order = serviceOrder(records, () => drawn)
          expect(order.toSorted(compare)).toEqual(records.toSorted(compare))
          expect(order.map(({ priority }) => priority)).toEqual(
            records.map(({ priority }) => priority).sort((a, b) => a - b),
          )
        },
      ),
    )
  })
  test('by weight, in the long run', () => {
    let state = 1
    const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
    const records = [srv(0, 30, 'heavy'), srv(0, 10, 'light')]
    const first = Array.from({ length: 4000 }, () => serviceOrder(records, random)[0]!.target)
    const share = first.filter((target) => target === 'heavy').length / first.length
    expect(share).toBeGreaterThan(0.7)
    expect(share).toBeLessThan(0.8)
  })
  test('a target of . says that there is no such service', () => {
    expect(serviceOrder([srv(0, 0, '.')], () => 0)).toEqual([])
  })
})

const compare = (one: ServiceRecord, other: ServiceRecord): number =>
  JSON.stringify(one).localeCompare(JSON.stringify(other))
