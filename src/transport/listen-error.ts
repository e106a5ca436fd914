import { errorCode } from './failure.ts'
import type { Endpoint } from './endpoint.ts'

/** Whether the port is taken: another may be tried. */
export const isAddressInUse = (error: unknown): boolean => errorCode(error) === 'EADDRINUSE'

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another socket has that port: free it or choose another in the configuration',
  EADDRNOTAVAIL: 'that is no address of this machine: choose one of its own in the configuration',
  EACCES: 'that port is not allowed to this user: choose one above 1023 in the configuration',
}

/** An error to show: what could not be listened on, why, and the repair. Keeps the code of its cause. */
export function listenError(cause: unknown, { transport, address, port }: Endpoint): Error {
  const code = errorCode(cause)
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause))
  const error = new Error(`Cannot listen on ${transport} ${address} port ${port}: ${reason}`, { cause })
  return Object.assign(error, { code })
}
