export type TransportName = 'udp' | 'tcp'

/** An IP address and port. */
export interface Address {
  readonly address: string
  readonly port: number
}

export interface Endpoint extends Address {
  readonly transport: TransportName
}
