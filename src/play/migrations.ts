import type { History, Passage } from './history.ts'

/** A migration of the user of a case, as far as the messages show it. */
export interface Migration {
  /** MC service ID of the primary MC system. */
  readonly user: string
  /** Under which the partner MC system serves the user. */
  readonly servedAs: string | undefined
  state: 'asked for' | 'authorized' | 'ended'
  /** What the state rests on. */
  seq?: number
}

/** The migrations that these messages speak of, in the order in which they were asked for. */
export function migrationsIn(history: History): readonly Migration[] {
  const migrations: Migration[] = []
  let leaving: string | undefined
  /** Where a message names no user, it is about whoever was spoken of last. */
  const become = (from: Migration['state'], to: Migration['state'], { seq }: Passage, of?: string): void => {
    const migration = migrations.findLast(({ state, user }) => state === from && (of === undefined || user === of))
    if (!migration) return
    migration.state = to
    if (seq !== undefined) migration.seq = seq
  }
  for (const passage of history) {
    const { mcServiceId, temporaryId, result } = passage.ies
    switch (passage.message) {
      case 'migration service authorization request':
      case 'migration request': {
        const known = migrations.some((one) => one.state === 'asked for' && one.servedAs === temporaryId)
        if (mcServiceId !== undefined && !known)
          migrations.push({ user: mcServiceId, servedAs: temporaryId, state: 'asked for' })
        break
      }
      case 'migration service authorization response':
      case 'migration response':
        if (result === 'accepted') become('asked for', 'authorized', passage, mcServiceId)
        break
      case 'migration service de-authorization request':
        leaving = mcServiceId
        break
      case 'migration service de-authorization response':
        if (result === 'accepted') become('authorized', 'ended', passage, leaving)
        break
      case 'migration end request':
        become('authorized', 'ended', passage, mcServiceId)
        break
    }
  }
  return migrations
}
