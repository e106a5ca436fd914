import type { DefectRows } from './defects.ts'

const authorization = 'TS 23.280 10.6.1'
const returning = 'TS 23.280 10.16.y.3'

/** Wrong behaviours where a migrated user returns to the primary MC system (TS 23.280 10.16.y.3). */
export const returnDefects = {
  'primary-token-issuer-unchecked': [
    'primaryServer',
    authorization,
    'takes an access token of the identity management server of another MC system',
  ],
  'primary-token-expiry-unchecked': ['primaryServer', authorization, 'takes an access token that has expired'],
  'primary-token-of-another-user-accepted': [
    'primaryServer',
    authorization,
    'takes an access token that was issued to another user',
  ],
  'service-check-skipped': ['primaryServer', authorization, 'serves a user who may not use the MC service'],
  'return-not-recorded': [
    'primaryServer',
    returning,
    'keeps the user marked as migrated who is service authorized in the primary MC system',
  ],
  'refused-return-recorded': [
    'primaryServer',
    returning,
    'no longer marks the user as migrated whose service authorization it has refused',
  ],
  'return-not-told': ['primaryServer', returning, 'does not tell the partner MC system that the user has returned'],
  'return-of-another-user-told': [
    'primaryServer',
    returning,
    'tells the partner MC system that another user has returned',
  ],
  'ended-migration-told-again': [
    'primaryServer',
    returning,
    'tells the partner MC system of the end of a migration that it had told of itself',
  ],
  'returned-user-not-called': ['primaryServer', returning, 'refuses a private call to a user who has returned'],

  'returned-user-still-served': [
    'partnerServer',
    returning,
    'acknowledges that the user has returned but goes on to serve the user',
  ],
  'returned-user-unknown': [
    'partnerServer',
    returning,
    'forgets the user who has returned, so that callers are refused and not redirected',
  ],

  'primary-gateway-return-kept': [
    'primaryGateway',
    returning,
    'acknowledges the migration end notification but does not forward it',
  ],
  'partner-gateway-return-kept': [
    'partnerGateway',
    returning,
    'acknowledges the migration end notification but does not forward it',
  ],
  'partner-gateway-return-rewritten': [
    'partnerGateway',
    returning,
    'forwards the migration end notification with another MC service ID',
  ],

  'returns-with-former-credentials': [
    'client',
    authorization,
    'asks the primary MC system for service authorization with the access token for the partner MC system',
  ],
  'refused-return-taken-as-success': ['client', authorization, 'takes a refused service authorization for success'],
  'returned-client-not-called': [
    'client',
    returning,
    'refuses a private call by the identity of the primary MC system after the user has returned there',
  ],
} as const satisfies DefectRows
