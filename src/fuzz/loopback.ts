import type { Address } from '#transport'

/** Whether it is on this machine (RFC 1122 3.2.1.3, RFC 4291 2.5.3). */
export const isLoopback = (address: string): boolean => address === '::1' || /^127(?:\.\d{1,3}){3}$/.test(address)

export const notAllowed = ({ address }: Address): string =>
  `${address} is not on this machine: what is fuzzed beyond it has to be named in the configuration, with consent`
