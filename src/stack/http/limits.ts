/** What one exchange may take, at either end. */
export interface HttpLimits {
  /** Octets of a body. */
  readonly body: number
  /** Octets of all header fields. */
  readonly headers: number
  /** Milliseconds until an exchange is over, whatever came. */
  readonly exchange: number
}

/** A user profile has some kilobytes. */
export const httpLimits: HttpLimits = { body: 262_144, headers: 32_768, exchange: 10_000 }

/** Connections that a server holds at once. */
export const mostConnections = 1000
