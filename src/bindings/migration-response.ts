import { migrationMessage, type MigrationMessage } from './migration-message.ts'
import { defaultBinding, sources } from './sources.ts'

/** The answer is a SIP MESSAGE of its own, the other way round. */
export const describedMigrationResponse: MigrationMessage = {
  message: 'migration response',
  source: sources.procedure,
  summary: 'MESSAGE with resp-type',
  when: 'The primary MC service server sends it back the way the migration request came, when it has recorded the migration or refused it (step 8); every gateway server forwards it in a MESSAGE of its own (steps 9 and 10).',
  type: 'resp-type',
  typeSource: defaultBinding('request-types'),
  word: (values) => values.migrationResponseType,
  ies: { mcServiceId: 'M', result: 'M', temporaryId: 'O' },
  answers: { message: 'migration request', source: defaultBinding('correlation') },
}

export const migrationResponse = migrationMessage(describedMigrationResponse)
