export type TransportName = 'udp' | 'tcp' | 'tls'

/** An IP address and port. */
export interface Address {
  readonly address: string
  readonly port: number
}

/** Whether it is on this machine (RFC 1122 3.2.1.3, RFC 4291 2.5.3). */
export const isLoopback = (address: string): boolean => address === '::1' || /^127(?:\.\d{1,3}){3}$/.test(address)

export interface Endpoint extends Address {
  readonly transport: TransportName
  /** With TLS: the domain that the peer's certificate must be of (RFC 5922 7); its address unless said. */
  readonly name?: string | undefined
}
