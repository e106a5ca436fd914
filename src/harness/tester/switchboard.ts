import type { CaseLine } from './case-line.ts'

/**
 * Finds the case a message belongs to by the identities in it, never by the order in which things come. Identities are
 * compared without regard to case; they are unique to a case.
 */
export function createSwitchboard() {
  const byIdentity = new Map<string, CaseLine>()
  const byCallId = new Map<string, CaseLine>()
  const byContact = new Map<string, CaseLine>()
  const keysOf = new Map<CaseLine, string[]>()
  return {
    connect(line: CaseLine, identities: readonly string[]): void {
      const keys = identities.map((identity) => identity.toLowerCase())
      for (const key of keys) byIdentity.set(key, line)
      keysOf.set(line, keys)
    },
    callId(line: CaseLine, callId: string): void {
      byCallId.set(callId, line)
    },
    /** Where a client of this line is reached. */
    contact(line: CaseLine, uri: string): void {
      byContact.set(uri.toLowerCase(), line)
    },
    /** Whose client is reached there. */
    reachedAt(uri: string): CaseLine | undefined {
      return byContact.get(uri.toLowerCase()) ?? byIdentity.get(uri.toLowerCase())
    },
    /** By identity first: a wrong Call-ID must not move a message to another case. */
    find(identities: readonly (string | undefined)[], callIds: readonly (string | undefined)[]): CaseLine | undefined {
      for (const identity of identities) {
        const line = identity === undefined ? undefined : byIdentity.get(identity.toLowerCase())
        if (line) return line
      }
      for (const callId of callIds) {
        const line = callId === undefined ? undefined : byCallId.get(callId)
        if (line) return line
      }
      return undefined
    },
    disconnect(line: CaseLine): void {
      for (const key of keysOf.get(line) ?? []) if (byIdentity.get(key) === line) byIdentity.delete(key)
      for (const [callId, owner] of byCallId) if (owner === line) byCallId.delete(callId)
      for (const [contact, owner] of byContact) if (owner === line) byContact.delete(contact)
      keysOf.delete(line)
    },
  }
}
export type Switchboard = ReturnType<typeof createSwitchboard>
