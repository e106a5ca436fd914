import { boundedTable } from './bounded-table.ts'
import { clientParties } from './client-identity.ts'
import { derivedIdentifier } from './derived-identifier.ts'
import { present } from './information-elements.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import { mostEntries } from './mc-function.ts'
import type { IncomingRequest, Sent, Stimulus, Surroundings } from './mc-function.ts'

/** An MC service client that asks to which MC service groups its user is affiliated (TS 24.379 9.2.1.3). */
export interface AffiliationStatusClient {
  subscribe(stimulus: Stimulus): Sent
  /** A NOTIFY: one of no subscription of ours is answered 481 (RFC 6665 4.1.3). */
  receive(request: IncomingRequest): void
  clear(): void
}

/** `series` counts the requests of one kind. */
export function affiliationStatusClient(
  around: Surroundings,
  series: (what: string) => number,
): AffiliationStatusClient {
  const { seed, name, host, defective } = around
  /** The users of whom was asked, by the Call-ID of the SUBSCRIBE. */
  const asked = boundedTable<string>(mostEntries)
  return {
    subscribe({ action, service, ies, towards, callId: given }) {
      const messages = around.messages.of(service)
      const user = ies['mcServiceId'] ?? around.identity
      const key = keyOf(user) ?? user
      const cseq = series(given ?? `${action} ${key}`)
      const callId = given ?? `${derivedIdentifier(seed, name, key, action, String(cseq))}@${host}`
      const parties = clientParties(around, key, user, { towards })
      const id = readMcServiceId(user)
      const other = id !== undefined && defective('affiliation-status-of-another-user-asked')
      const wished = present({ mcServiceId: other ? anotherUserOf(id) : ies['mcServiceId'] })
      const wire = messages.request(action).encode(wished, parties, messages.values)
      asked.set(callId, key)
      return around.send(wire, towards, callId, `${action} ${cseq}`, { callId, cseq })
    },
    receive(request) {
      const known = asked.get(request.callId) !== undefined && !defective('affiliation-notification-refused')
      if (known) return request.respond({ status: 200, reason: 'OK', headers: [] })
      request.respond({ status: 481, reason: 'Subscription Does Not Exist', headers: [] })
    },
    clear: () => asked.clear(),
  }
}
