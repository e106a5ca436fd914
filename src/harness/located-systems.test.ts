import { describe, expect, test } from 'vitest'
import type { Resolver } from '#stack/sip'
import { configurationOf } from './example-configuration.testing.ts'
import { locateSystems, withPlaces } from './located-systems.ts'
import { checkConfiguration } from './read-configuration.ts'

const tls = { certificate: 'c', key: 'k', authorities: ['a'] }
const read = (change: object) =>
  checkConfiguration({ ...configurationOf(change), tester: { tls } }, 'harness.config.ts')

const srv = (port: number, target: string) => [{ priority: 0, weight: 0, port, target }]

/** A name service of two hosts: a service with SRV records at the one. */
const resolver: Resolver = {
  naptr: () => Promise.resolve([]),
  srv: (name) =>
    Promise.resolve(
      {
        '_sip._udp.mc.example': srv(5070, 'one.mc.example'),
        '_sip._tcp.mc.example': srv(5070, 'one.mc.example'),
        '_sips._tcp.mc.example': srv(5071, 'one.mc.example'),
        '_sip._udp.split.example': srv(5070, 'one.mc.example'),
        '_sip._tcp.split.example': srv(5070, 'two.mc.example'),
      }[name] ?? [],
    ),
  addresses: (name) =>
    name === 'silent.example'
      ? Promise.reject(new Error('no answer'))
      : Promise.resolve({ 'one.mc.example': ['192.0.2.1'], 'two.mc.example': ['192.0.2.2'] }[name] ?? []),
}

const placed = async (change: object) => {
  const configuration = read({ port: undefined, ...change })
  const [sut] = withPlaces(configuration, await locateSystems(configuration, resolver, () => 0)).suts
  return { address: sut?.address, port: sut?.port, tls: sut?.tls }
}

describe('a system under test that is known by name (RFC 3263 4)', () => {
  test('an address is no name', async () => {
    const configuration = read({})
    expect(await locateSystems(configuration, resolver)).toEqual({})
    expect(withPlaces(configuration, {})).toEqual(configuration)
  })
  test('with a port, its address alone is asked for', async () => {
    const found = await placed({ address: 'one.mc.example', port: 5099 })
    expect(found).toEqual({ address: '192.0.2.1', port: 5099, tls: undefined })
  })
  test('without one, SRV says the ports, and its certificate is of the name', async () => {
    const found = await placed({ address: 'mc.example', transports: ['udp', 'tcp', 'tls'], tls: {} })
    expect(found).toEqual({ address: '192.0.2.1', port: 5070, tls: { port: 5071, name: 'mc.example' } })
  })
  test('without SRV records, the usual port', async () => {
    expect(await placed({ address: 'two.mc.example' })).toEqual({ address: '192.0.2.2', port: 5060, tls: undefined })
  })
  test.each([
    ['split.example', 'is 192.0.2.1 by udp, 192.0.2.2 by tcp; name one system under test for each'],
    ['nobody.example', 'is the name of no server by udp; give its IP address'],
    ['silent.example', 'cannot be looked up: no answer; give its IP address'],
  ])('%s: %s', async (address, said) => {
    await expect(placed({ address })).rejects.toThrow(`suts[0].address ${address} ${said}`)
  })
})
