import { boundedTable } from './bounded-table.ts'
import { keyOf } from './mc-service-id.ts'
import type { McServiceId } from './mc-service-id.ts'
import { mostEntries } from './mc-function.ts'
import type { Peer } from './mc-function.ts'

/** A user of another MC system whom this one serves, and how the client is reached. */
interface Visitor {
  /** As known in the primary MC system. */
  readonly user: McServiceId
  readonly temporaryId: string | undefined
  readonly client: Peer | undefined
}

/** The migrated users at a partner MC system, and who has left it again. All keys are those of MC service IDs. */
export interface Visitors {
  /** By the MC service ID of the primary MC system. */
  of(key: string): Visitor | undefined
  /** By the identity under which the user is served here. */
  servedAs(key: string): Visitor | undefined
  /** Who was served under that identity, and has left. */
  departedFrom(key: string): Visitor | undefined
  /** Whoever came last, but for the one served under that identity (only ever by a defect). */
  latestBut(key: string): Visitor | undefined
  admit(visitor: Visitor): void
  dismiss(key: string): void
  /** As `dismiss`, and remembers it. */
  depart(key: string): void
  clear(): void
}

export function visitors(): Visitors {
  const admitted = boundedTable<Visitor>(mostEntries, (oldest) => served.delete(servedKey(oldest)))
  const served = boundedTable<Visitor>(mostEntries)
  const departed = boundedTable<Visitor>(mostEntries)

  function dismiss(key: string): Visitor | undefined {
    const visitor = admitted.get(key)
    if (visitor === undefined) return undefined
    if (served.get(servedKey(visitor)) === visitor) served.delete(servedKey(visitor))
    admitted.delete(key)
    return visitor
  }

  return {
    of: (key) => admitted.get(key),
    servedAs: (key) => served.get(key),
    departedFrom: (key) => departed.get(key),
    latestBut: (key) => [...served.values()].findLast((each) => servedKey(each) !== key && each.client !== undefined),
    admit(visitor) {
      dismiss(visitor.user.key)
      departed.delete(servedKey(visitor))
      admitted.set(visitor.user.key, visitor)
      served.set(servedKey(visitor), visitor)
    },
    dismiss(key) {
      dismiss(key)
      departed.deleteWhere(({ user }) => user.key === key)
    },
    depart(key) {
      const visitor = dismiss(key)
      if (visitor !== undefined) departed.set(servedKey(visitor), visitor)
    },
    clear() {
      for (const table of [admitted, served, departed]) table.clear()
    },
  }
}

const servedKey = ({ user, temporaryId }: Visitor): string => keyOf(temporaryId) ?? user.key
