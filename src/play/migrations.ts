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
  const latest = (state: Migration['state']): Migration | undefined => migrations.findLast((one) => one.state === state)
  const become = (from: Migration['state'], to: Migration['state'], { seq }: Passage): void => {
    const migration = latest(from)
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
        if (result === 'accepted') become('asked for', 'authorized', passage)
        break
      case 'migration service de-authorization response':
        if (result === 'accepted') become('authorized', 'ended', passage)
        break
      case 'migration end request':
        become('authorized', 'ended', passage)
        break
    }
  }
  return migrations
}
