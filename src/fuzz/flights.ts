import { byCorrelation } from './by-correlation.ts'
import type { Flying } from './flight.ts'

/** What is on its way, and what was and may still be heard of. */
export interface Flights {
  add(flying: Flying): void
  /** By the identifier of an execution. */
  named(correlation: string): Flying | undefined
  /** By the number of its user: the last one that left. */
  ofUser(user: number): Flying | undefined
  /** By the Call-ID of a session on another leg. */
  ofSession(callId: string): Flying | undefined
  /** A session on another leg is asked for because of it. */
  join(callId: string, flying: Flying): void
  /** It is over; what comes late is known to be its own, where that is of any interest. */
  settle(flying: Flying): void
  /** All that are not over. */
  current(): readonly Flying[]
  /** Forgets those that left before then. */
  forget(before: number, forgotten: (flying: Flying) => void): void
}

export function createFlights(): Flights {
  const current = byCorrelation<Flying>()
  const past = new Map<string, Flying>()
  // One that is challenged has the identifier of the one that comes with credentials, and is forgotten all the same.
  const remembered = new Set<Flying>()
  const users: (Flying | undefined)[] = []
  const sessions = new Map<string, Flying>()
  const leave = (flying: Flying): void => {
    for (const callId of flying.callIds) sessions.delete(callId)
    if (users[flying.user] === flying) users[flying.user] = undefined
  }
  return {
    add(flying) {
      current.set(flying.correlation, flying)
      users[flying.user] = flying
    },
    named: (correlation) => current.get(correlation) ?? past.get(correlation),
    ofUser: (user) => users[user],
    ofSession: (callId) => sessions.get(callId),
    join(callId, flying) {
      flying.callIds.add(callId)
      sessions.set(callId, flying)
    },
    settle(flying) {
      current.delete(flying.correlation)
      if (!isRemembered(flying)) return leave(flying)
      past.set(flying.correlation, flying)
      remembered.add(flying)
    },
    current: current.values,
    forget(before, forgotten) {
      for (const flying of remembered) {
        if (flying.since > before) return
        remembered.delete(flying)
        if (past.get(flying.correlation) === flying) past.delete(flying.correlation)
        leave(flying)
        forgotten(flying)
      }
    },
  }
}

/** Whether more belongs to it than one request and its response: a session, other legs, or somebody who asks for what comes late. */
const isRemembered = ({ late, answer, react, asides, inside, octets }: Flying): boolean =>
  late !== undefined ||
  answer !== undefined ||
  react !== undefined ||
  asides !== undefined ||
  inside !== undefined ||
  isInvite(octets)

const [I, N, V] = [0x49, 0x4e, 0x56]
const isInvite = (octets: Uint8Array): boolean => octets[0] === I && octets[1] === N && octets[2] === V
