import { boundedTable } from './bounded-table.ts'
import { keyOf } from './mc-service-id.ts'
import { mostEntries } from './mc-function.ts'

/** Where a user is now (TR 23.781 6.x.1 step 7). */
export interface Migration {
  readonly partnerSystem: string | undefined
  readonly temporaryId: string | undefined
}

/** Which users of the primary MC system have migrated. All keys are those of MC service IDs. */
export interface MigrationRecords {
  of(key: string): Migration | undefined
  /** The user to whom a partner MC system gave that identity. */
  ownerOf(temporaryKey: string): string | undefined
  set(key: string, migration: Migration): void
  /** Where a user was whose migration has ended (only ever for a defect). */
  formerOf(key: string): Migration | undefined
  delete(key: string): void
  clear(): void
}

export function migrationRecords(): MigrationRecords {
  const migrated = boundedTable<Migration>(mostEntries)
  const owners = boundedTable<string>(mostEntries)
  const ended = boundedTable<Migration>(mostEntries)
  const forget = (key: string): void => {
    const temporaryKey = keyOf(migrated.get(key)?.temporaryId)
    if (temporaryKey !== undefined && owners.get(temporaryKey) === key) owners.delete(temporaryKey)
    const former = migrated.get(key)
    if (former !== undefined) ended.set(key, former)
    migrated.delete(key)
  }
  return {
    of: (key) => migrated.get(key),
    ownerOf: (temporaryKey) => owners.get(temporaryKey),
    set(key, migration) {
      forget(key)
      migrated.set(key, migration)
      const temporaryKey = keyOf(migration.temporaryId)
      if (temporaryKey !== undefined) owners.set(temporaryKey, key)
    },
    formerOf: (key) => ended.get(key),
    delete: forget,
    clear() {
      migrated.clear()
      owners.clear()
      ended.clear()
    },
  }
}
