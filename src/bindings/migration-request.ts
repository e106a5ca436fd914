import { migrationMessage, type MigrationMessage } from './migration-message.ts'
import { defaultBinding, sources } from './sources.ts'

/** Between servers, through gateway servers or not, it is one SIP MESSAGE a leg. */
export const describedMigrationRequest: MigrationMessage = {
  message: 'migration request',
  source: sources.procedure,
  summary: 'MESSAGE with req-type',
  when: 'The partner MC service server sends it towards the primary MC system when its own authorization check has passed (step 3); every gateway server forwards it in a MESSAGE of its own (steps 4 and 5). Where a system has no gateway server, its MC service server speaks to the other system itself.',
  type: 'req-type',
  typeSource: defaultBinding('request-types'),
  word: (values) => values.migrationRequestType,
  ies: { mcServiceId: 'M', partnerSystem: 'M', temporaryId: 'C', userProfileIndex: 'O' },
}

export const migrationRequest = migrationMessage(describedMigrationRequest)
