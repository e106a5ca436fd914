import { isIP } from 'node:net'
import { createNameService, hostOf, locateServer, type Resolver } from '#stack/sip'
import type { Endpoint } from '#transport'
import type { Configuration, SutConfiguration, Transport } from './configuration.ts'
import { oneLine, UsageError } from './read-configuration.ts'

/** Where a system under test was found that the configuration knows by name. */
interface Place {
  readonly address: string
  readonly port: number
  readonly tlsPort?: number
}

/** By the name of the system under test. */
export type Places = Readonly<Record<string, Place>>

/** The domain name system as a tester of that address can use it. */
export const nameServiceFor = ({ tester }: Configuration): Resolver =>
  createNameService({ families: [isIP(tester.address) === 6 ? 6 : 4] })

/**
 * Looks up the systems under test that are known by name (RFC 3263 4): the port of the configuration, else what SRV says, the first server of each
 * transport. Throws a UsageError that names the key when there is none, or when its transports lead to several addresses.
 */
export async function locateSystems(
  { suts }: Configuration,
  resolver: Resolver,
  random: () => number = Math.random,
): Promise<Places> {
  const places: Record<string, Place> = {}
  for (const [index, sut] of suts.entries()) {
    if (isIP(sut.address) !== 0) continue
    const at = `suts[${index}].address ${sut.address}`
    const found = await Promise.all(
      sut.transports.map((transport) => serverOf(sut, transport, at, { resolver, random })),
    )
    const addresses = new Set(found.map(({ address }) => address))
    if (addresses.size > 1)
      throw new UsageError(
        `${at} is ${found.map(({ transport, address }) => `${hostOf(address)} by ${transport}`).join(', ')}; name one system under test for each`,
      )
    const portBy = (...wanted: readonly Transport[]): number | undefined =>
      found.find(({ transport }) => wanted.includes(transport))?.port
    const [address = ''] = addresses
    const tlsPort = portBy('tls')
    places[sut.name] = {
      address,
      port: portBy('udp', 'tcp') ?? sut.port,
      ...(tlsPort !== undefined && { tlsPort }),
    }
  }
  return places
}

async function serverOf(
  { address, port, tls }: SutConfiguration,
  transport: Transport,
  at: string,
  options: { readonly resolver: Resolver; readonly random: () => number },
): Promise<Endpoint> {
  const said = transport === 'tls' ? tls?.port : port
  const uri = `sip:${address}${said === undefined || said === 0 ? '' : `:${said}`};transport=${transport}`
  let found: readonly Endpoint[]
  try {
    found = await locateServer(uri, options)
  } catch (problem) {
    throw new UsageError(`${at} cannot be looked up: ${oneLine(problem)}; give its IP address`)
  }
  const [first] = found
  if (first !== undefined) return first
  throw new UsageError(`${at} is the name of no server by ${transport}; give its IP address`)
}

/** The configuration with addresses in the place of names. The certificate must still be of the name. */
export const withPlaces = (configuration: Configuration, places: Places): Configuration => ({
  ...configuration,
  suts: configuration.suts.map((sut) => {
    const place = places[sut.name]
    if (place === undefined) return sut
    const { address, port, tlsPort } = place
    const name = sut.tls?.name ?? sut.address
    return { ...sut, address, port, ...(sut.tls && { tls: { port: tlsPort ?? sut.tls.port, name } }) }
  }),
})
