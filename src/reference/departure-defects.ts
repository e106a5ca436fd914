import type { DefectRows } from './defects.ts'

const procedure = 'TS 23.280 10.16.y.3'

/** Wrong behaviours where a migrated user leaves a partner MC system, or migrates once more (TS 23.280 10.16.y.3). */
export const departureDefects = {
  'departed-user-still-served': [
    'partnerServer',
    'TS 24.379 7.2',
    'accepts that the user leaves but goes on to serve the user',
  ],
  'departure-not-reported': [
    'partnerServer',
    'TS 24.379 7.2',
    'does not tell the primary MC system that the user has left',
  ],
  'departure-of-another-user-reported': [
    'partnerServer',
    'TS 24.379 7.2',
    'tells the primary MC system that another user has left',
  ],
  'departed-user-still-called': ['partnerServer', procedure, 'calls the client of a user who has left'],
  'departed-user-not-redirected': [
    'partnerServer',
    procedure,
    'refuses a private call to a user who has left, without a redirection',
  ],
  'departed-user-redirected-to-former-identity': [
    'partnerServer',
    procedure,
    'redirects a private call to a user who has left to the identity that was called',
  ],

  'migration-end-not-recorded': [
    'primaryServer',
    'TS 24.379 7.2',
    'keeps the user marked as migrated after the partner MC system said that the user has left',
  ],
  'migration-end-of-former-partner-recorded': [
    'primaryServer',
    'TS 24.379 7.2',
    'takes the end of an earlier migration for that of the newest one',
  ],
  'newer-migration-not-recorded': [
    'primaryServer',
    procedure,
    'goes on to redirect to the partner MC system that the user migrated to first',
  ],
  'redirection-not-passed-on': [
    'primaryServer',
    procedure,
    'does not pass the redirection of a partner MC system on to the caller',
  ],
  'release-not-passed-on': [
    'primaryServer',
    procedure,
    'does not pass the release of a private call request on to the partner MC system',
  ],

  'second-redirection-ignored': ['client', procedure, 'does nothing about the redirection of a redirected call'],
  'redirections-followed-without-end': [
    'client',
    procedure,
    'follows redirections to identities that it has called before, and any number of them',
  ],
} as const satisfies DefectRows
