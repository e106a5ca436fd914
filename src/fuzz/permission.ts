import { isLoopback, type Address } from '#transport'

/** What the one who answers for a system lets the fuzzer do to it. */
export interface Permission {
  /** Where the fuzzer listens, and sends from. */
  readonly address: string
  /** Addresses beyond this machine that may be fuzzed. */
  readonly consent: readonly string[]
  /** Requests each second at most; 0: as many as are answered. */
  readonly rate: number
  /** Whether emergency indications may leave. */
  readonly emergency: boolean
}

/** On this machine, in our own reference system. */
export const onThisMachine: Permission = { address: '127.0.0.1', consent: [], rate: 0, emergency: true }

export const isPermitted = ({ address }: Address, { consent }: Permission): boolean =>
  isLoopback(address) || consent.includes(address)

export const notAllowed = ({ address }: Address): string =>
  `${address} is not on this machine; where it may be fuzzed, say so: fuzz: { consent: { '${address}': 'I may fuzz this system' } }`
