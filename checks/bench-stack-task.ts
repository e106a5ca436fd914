import type { TransportName } from '#transport'

/** What one side of a benchmark is asked to do. */
export interface SideTask {
  readonly role: 'uac' | 'uas' | 'options-client' | 'options-server'
  readonly transport: TransportName
  readonly port: number
  readonly remotePort: number
  readonly calls: number
  /** Calls at once. */
  readonly limit: number
}

/** What it tells of it. */
export interface SideReport {
  readonly done: number
  readonly failed: number
  readonly seconds: number
  /** Processor time of a call, all threads: those that collect garbage take from the other side's processor. */
  readonly microseconds: number
  /** That of the thread that does the work. */
  readonly ownMicroseconds: number
  readonly retransmissions: number
}

export const address = '127.0.0.1'
