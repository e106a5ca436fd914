import type { SipStack } from '#stack/sip'
import type { Address, Endpoint } from '#transport'
import type { SutConfiguration, Transport } from '../configuration.ts'

/** Where a system under test is reached by that transport. */
export function wayTo({ address, port, tls }: SutConfiguration, transport: Transport): Endpoint {
  if (transport !== 'tls') return { transport, address, port }
  return { transport, address, port: tls?.port ?? port, name: tls?.name }
}

/** Where a stack of the tester is reached by that transport. */
export const addressOf = (stack: SipStack, transport: Transport): Address =>
  transport === 'tls' ? (stack.secure ?? stack.local) : stack.local
