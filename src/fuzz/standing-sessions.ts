import { header, type SipMessage } from '#wire/sip'
import type { Flying } from './flight.ts'
import { tagIn } from './oracle.ts'
import type { EntityRole } from './world.ts'

/** Sessions that stand at entities which the fuzzer plays: answered by a 2xx, and not ended. */
export interface StandingSessions {
  /** Something came that may be within one of them. */
  follow(message: SipMessage, method: string): void
  /** One was answered: it stands until BYE, and its 2xx comes again until ACK (RFC 3261 13.3.1.4). */
  begin(flying: Flying, invite: SipMessage, answer: Answered): void
  forget(flying: Flying): void
}

interface Answered {
  readonly to: EntityRole
  /** Of the entity that answers. */
  readonly tag: string
  readonly again: () => void
}

export function createStandingSessions(): StandingSessions {
  const sessions = new Map<string, Flying>()
  return {
    follow(message, method) {
      if (sessions.size === 0) return
      const session = `${header(message, 'Call-ID')} ${tagIn(message, 'To')}`
      const standing = sessions.get(session)?.standing
      const place = standing?.get(session)
      if (method === 'ACK' && place !== undefined) place.acknowledged = true
      if (method !== 'BYE') return
      standing?.delete(session)
      sessions.delete(session)
    },
    begin(flying, invite, { to, tag, again }) {
      const session = `${header(invite, 'Call-ID')} ${tag}`
      // A 2xx that comes again, maybe after the end.
      if (flying.begun.has(session)) return
      flying.begun.add(session)
      sessions.set(session, flying)
      flying.standing.set(session, { to, acknowledged: false })
      for (const after of [500, 1000, 1500])
        setTimeout(() => {
          if (!flying.over && flying.standing.get(session)?.acknowledged === false) again()
        }, after)
    },
    forget({ standing }) {
      for (const session of standing.keys()) sessions.delete(session)
    },
  }
}
