export type TransportName = 'udp' | 'tcp' | 'tls'

/** An IP address and port. */
export interface Address {
  readonly address: string
  readonly port: number
}

export interface Endpoint extends Address {
  readonly transport: TransportName
  /** With TLS: the domain that the peer's certificate must be of (RFC 5922 7); its address unless said. */
  readonly name?: string | undefined
}
