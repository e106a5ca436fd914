import type { SipLimits } from './stack.ts'

export const defaultLimits: SipLimits = {
  maxHead: 65_536,
  maxBody: 1024 * 1024,
  messageTime: () => 32_000,
  maxConnections: 1024,
  maxTransactions: 32_768,
  maxTransactionOctets: 128 * 1024 * 1024,
}

/** Octets of what was refused that go with a trouble. */
export const troubleOctets = 4096
