/** RFC 3261 17.1.1.1 and 17.1.2.2, milliseconds. */
export interface SipTimers {
  /** Round-trip estimate. */
  readonly t1: number
  /** Longest interval between retransmissions. */
  readonly t2: number
  /** Longest life of a message in the network. */
  readonly t4: number
}

/** The defaults of RFC 3261 table 4. */
export const defaultTimers: SipTimers = { t1: 500, t2: 4000, t4: 5000 }
