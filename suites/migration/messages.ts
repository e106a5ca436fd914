import { C, M, message, O } from '#flow'
import { temporaryIdentityAllocated } from '../vocabulary/conditions.ts'
import {
  authorizationRequestTable,
  authorizationResponseTable,
  migrationServiceAuthorization,
  returnFromMigration,
  serviceAuthorizationInPrimary,
  userProfileRetrieval,
} from '../vocabulary/specifications.ts'

export const AuthorizationRequest = message('migration service authorization request', migrationServiceAuthorization, {
  mcServiceId: M('mcServiceId', 'The MC service user who wishes to migrate, as known in the primary MC system'),
  credentials: M('credentials', 'The authorization credentials that result from user authentication'),
  temporaryId: C(
    'mcServiceId',
    'The identity the partner MC system allocated for use whilst migrated',
    temporaryIdentityAllocated,
    { basis: 'default-binding' },
  ),
  userProfileIndex: O('profileIndex', 'The user profile selected for use whilst migrated'),
})

export const MigrationRequest = message('migration request', authorizationRequestTable, {
  mcServiceId: M('mcServiceId', 'The migrating MC service user, as known in the primary MC system', { basis: 'seed' }),
  partnerSystem: M('systemId', 'The partner MC system migrated to', { basis: 'default-binding' }),
  temporaryId: C(
    'mcServiceId',
    'The identity the partner MC system allocated for use whilst migrated',
    temporaryIdentityAllocated,
    { basis: 'seed' },
  ),
  userProfileIndex: O('profileIndex', 'The user profile selected for use whilst migrated'),
})

export const MigrationResponse = message('migration response', authorizationResponseTable, {
  mcServiceId: M('mcServiceId', 'The migrating MC service user', { basis: 'default-binding' }),
  result: M('result', 'Whether the primary MC system authorized the migration', { basis: 'seed' }),
  temporaryId: O('mcServiceId', 'The identity the partner MC system allocated for use whilst migrated'),
})

export const AuthorizationResponse = message(
  'migration service authorization response',
  migrationServiceAuthorization,
  {
    mcServiceId: M('mcServiceId', 'The migrating MC service user', { basis: 'default-binding' }),
    result: M('result', 'Whether migration has taken place', { basis: 'default-binding' }),
    temporaryId: O('mcServiceId', 'The identity the partner MC system allocated for use whilst migrated'),
  },
)

export const DeauthorizationRequest = message(
  'migration service de-authorization request',
  returnFromMigration,
  {
    mcServiceId: M('mcServiceId', 'The MC service user who leaves, as known in the primary MC system'),
    temporaryId: C(
      'mcServiceId',
      'The identity the partner MC system allocated for use whilst migrated',
      temporaryIdentityAllocated,
    ),
  },
  { releases: true },
)

export const DeauthorizationResponse = message('migration service de-authorization response', returnFromMigration, {
  result: M('result', 'Whether the MC service user has left'),
})

export const MigrationEndRequest = message(
  'migration end request',
  returnFromMigration,
  {
    mcServiceId: M('mcServiceId', 'The MC service user who has left the partner MC system'),
    partnerSystem: M('systemId', 'The partner MC system that the user has left'),
  },
  { releases: true },
)

export const MigrationEndResponse = message('migration end response', returnFromMigration, {
  mcServiceId: M('mcServiceId', 'The MC service user who has left'),
  result: M('result', 'Whether the primary MC system took note'),
})

export const ServiceAuthorizationRequest = message('service authorization request', serviceAuthorizationInPrimary, {
  mcServiceId: M('mcServiceId', 'The MC service user, as known in the primary MC system', { basis: 'default-binding' }),
  credentials: M('credentials', 'The access token for the primary MC system'),
})

export const ServiceAuthorizationResponse = message('service authorization response', serviceAuthorizationInPrimary, {
  result: M('result', 'Whether the MC service user is served by the primary MC system'),
})

export const MigrationEndNotification = message('migration end notification', returnFromMigration, {
  mcServiceId: M('mcServiceId', 'The MC service user who has returned to the primary MC system'),
  partnerSystem: M('systemId', 'The partner MC system that served the user'),
})

export const UserProfileRequest = message('get MC service user profile request', userProfileRetrieval, {
  mcServiceId: M('mcServiceId', 'The MC service user whose profile it is, as known in the MC system migrated to', {
    basis: 'default-binding',
  }),
  credentials: M('credentials', 'The access token for the configuration management service'),
  userProfileIndex: M('profileIndex', 'The user profile selected for use whilst migrated', {
    basis: 'default-binding',
  }),
})

export const UserProfileResponse = message('get MC service user profile response', userProfileRetrieval, {
  result: M('result', 'Whether the user profile is in the response'),
  mcServiceId: O('mcServiceId', 'The MC service user whose profile it is', { basis: 'default-binding' }),
  userProfileIndex: O('profileIndex', 'Which of the profiles of the user it is', { basis: 'default-binding' }),
})
