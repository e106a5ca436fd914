import type { History, Passage } from './history.ts'
import type { IeValues } from './port.ts'

/** A migration of the user of a case, as far as the messages show it. */
export interface Migration {
  /** MC service ID of the primary MC system. */
  readonly user: string
  /** Under which the partner MC system serves the user. */
  readonly servedAs: string | undefined
  /** Domain of that MC system, once a message has named it. */
  system: string | undefined
  state: 'asked for' | 'authorized' | 'ended'
  /** What the state rests on. */
  seq?: number
}

/** The migrations that these messages speak of, in the order in which they were asked for. */
export function migrationsIn(history: History): readonly Migration[] {
  const migrations: Migration[] = []
  let leaving: IeValues = {}
  /** What a message does not say fits any; where several fit it is the newest. */
  const become = (from: Migration['state'], to: Migration['state'], { seq }: Passage, of: IeValues): void => {
    const fits = (said: string | undefined, known: string | undefined): boolean =>
      said === undefined || known === undefined || said === known
    const possible = migrations.filter(
      ({ state, user, servedAs, system }) =>
        state === from &&
        fits(of['mcServiceId'], user) &&
        fits(of['temporaryId'], servedAs) &&
        fits(of['partnerSystem'], system),
    )
    const migration = possible.findLast(({ system }) => system === of['partnerSystem']) ?? possible.at(-1)
    if (!migration) return
    migration.state = to
    if (seq !== undefined) migration.seq = seq
  }
  for (const passage of history) {
    const { mcServiceId, temporaryId, partnerSystem, result } = passage.ies
    switch (passage.message) {
      case 'migration service authorization request':
      case 'migration request': {
        const known = migrations.find((one) => one.state === 'asked for' && one.servedAs === temporaryId)
        if (known) known.system ??= partnerSystem
        else if (mcServiceId !== undefined)
          migrations.push({ user: mcServiceId, servedAs: temporaryId, system: partnerSystem, state: 'asked for' })
        break
      }
      case 'migration service authorization response':
      case 'migration response':
        if (result === 'accepted') become('asked for', 'authorized', passage, passage.ies)
        break
      case 'migration service de-authorization request':
        leaving = passage.ies
        break
      case 'migration service de-authorization response':
        if (result === 'accepted') become('authorized', 'ended', passage, leaving)
        break
      case 'service authorization request':
        leaving = passage.ies
        break
      case 'service authorization response':
        if (result !== 'accepted') break
        // Who is served by the primary MC system has migrated nowhere.
        for (const migration of migrations)
          if (migration.user === leaving['mcServiceId'] && migration.state === 'authorized') {
            migration.state = 'ended'
            if (passage.seq !== undefined) migration.seq = passage.seq
          }
        break
      case 'migration end notification':
      case 'migration end request':
        become('authorized', 'ended', passage, passage.ies)
        break
    }
  }
  return migrations
}
