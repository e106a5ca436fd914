export type FailureKind =
  | 'connection-reset'
  | 'connection-refused'
  | 'connection-limit'
  | 'connection-idle'
  | 'write-buffer-full'
  | 'send-failed'
  | 'keep-alive-lost'
  | 'handshake-failed'
  | 'certificate-refused'
  | 'socket-error'

/** A socket error as a value. */
export interface Failure {
  readonly kind: FailureKind
  /** One line: what was tried, towards whom, what the operating system said. */
  readonly text: string
}

const kinds: Readonly<Record<string, FailureKind>> = {
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  ECONNABORTED: 'connection-reset',
  ECONNREFUSED: 'connection-refused',
}

/** The code an operating system error carries, `ECONNRESET` and the like; empty when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

export function failureOf(error: unknown, what: string, otherwise: FailureKind = 'socket-error'): Failure {
  const text = error instanceof Error ? error.message : String(error)
  return { kind: kinds[errorCode(error)] ?? otherwise, text: `${what}: ${text}` }
}
