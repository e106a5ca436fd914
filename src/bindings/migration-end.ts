import { migrationMessage } from './migration-message.ts'
import { defaultBinding, sources } from './sources.ts'

// How the primary MC system learns that a user has left: as it learnt of the migration (default binding departure, D6).

const typeSource = defaultBinding('departure')

/** From the partner MC system to the primary one: the user has left. */
export const migrationEndRequest = migrationMessage({
  message: 'migration end request',
  source: sources.departure,
  summary: 'MESSAGE with req-type migration-service-deauthorization-request',
  when: 'The partner MC service server sends it towards the primary MC system when the user has left (step 3); every gateway server forwards it in a MESSAGE of its own (steps 4 and 5).',
  type: 'req-type',
  typeSource,
  word: () => 'migration-service-deauthorization-request',
  ies: { mcServiceId: 'M', partnerSystem: 'M' },
})

/** The answer is a SIP MESSAGE of its own, the other way round. */
export const migrationEndResponse = migrationMessage({
  message: 'migration end response',
  source: sources.departure,
  summary: 'MESSAGE with resp-type migration-service-deauthorization-response',
  when: 'The primary MC service server sends it back the way the migration end request came (step 6); every gateway server forwards it in a MESSAGE of its own (steps 7 and 8).',
  type: 'resp-type',
  typeSource,
  word: () => 'migration-service-deauthorization-response',
  ies: { mcServiceId: 'M', result: 'M' },
  answers: { message: 'migration end request', source: typeSource },
})

/** From the primary MC system to the partner one: the user has returned. 200 (OK) is all that answers it. */
export const migrationEndNotification = migrationMessage({
  message: 'migration end notification',
  source: sources.departure,
  summary: 'MESSAGE with req-type migration-end-notification',
  when: 'The primary MC service server sends it towards the partner MC system when the user has returned without leaving that one (step 5); every gateway server forwards it in a MESSAGE of its own (steps 6 and 7).',
  type: 'req-type',
  typeSource,
  word: () => 'migration-end-notification',
  ies: { mcServiceId: 'M', partnerSystem: 'M' },
})
