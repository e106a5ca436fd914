import type { DefectRows } from './defects.ts'

const procedure = (step: string) => `TS 23.280 10.16.4.2 step ${step}` as const

/** Wrong behaviours in TS 23.280 10.16.4, migration during an ongoing private communication. */
export const migrationDuringCommunicationDefects = {
  'ongoing-call-not-released': ['client', procedure('3'), 'migrates without releasing the private call that goes on'],
  'ongoing-call-released-for-another-reason': [
    'client',
    procedure('3'),
    'gives another reason than migration when it releases the private call',
  ],
  'new-call-from-former-system': [
    'client',
    procedure('6'),
    'sets the new private call up from the MC system that it has left',
  ],
  'new-call-by-former-identity': [
    'client',
    procedure('6'),
    'sets the new private call up with the identity of its primary MC system',
  ],
  'new-call-to-another-user': ['client', procedure('6'), 'sets the new private call up to another user'],
  'new-call-without-floor-control': [
    'client',
    procedure('6'),
    'does not offer floor control in the new private call as it did in the one it released',
  ],
  'primary-server-release-reason-dropped': [
    'primaryServer',
    procedure('3'),
    'does not pass on why the private call ends',
  ],
  'partner-server-release-reason-dropped': [
    'partnerServer',
    procedure('3'),
    'does not tell the called client why the private call ends',
  ],
  'ended-call-not-forgotten': [
    'partnerServer',
    procedure('6'),
    'refuses the new private call, since it holds the released one to go on',
  ],
  'call-of-visitor-refused': ['partnerServer', procedure('6'), 'refuses the private call of a user who has migrated'],
  'call-of-visitor-by-primary-identity': [
    'partnerServer',
    procedure('6'),
    'names the caller who has migrated by the identity of the primary MC system',
  ],

  'another-profile-requested': ['client', procedure('4'), 'asks for another user profile than the one selected'],
  'profile-requested-without-token': ['client', procedure('4'), 'asks for the user profile without an access token'],
  'profile-of-another-user-requested': ['client', procedure('4'), 'asks for the user profile of another user'],
  'profile-served-without-token': [
    'configurationServer',
    procedure('4'),
    'serves a user profile to whoever asks without an access token',
  ],
  'profile-token-signature-unchecked': [
    'configurationServer',
    procedure('4'),
    'takes an access token that bears no valid signature',
  ],
  'profile-token-expiry-unchecked': ['configurationServer', procedure('4'), 'takes an access token that has expired'],
  'profile-token-scope-unchecked': [
    'configurationServer',
    procedure('4'),
    'takes an access token without the scope of configuration management',
  ],
  'profile-token-of-another-user-accepted': [
    'configurationServer',
    procedure('4'),
    'serves a user profile to another user',
  ],
  'profile-of-another-user-served': ['configurationServer', procedure('4'), 'serves the user profile of another user'],
  'another-profile-served': [
    'configurationServer',
    procedure('4'),
    'serves another user profile than the one asked for',
  ],
} as const satisfies DefectRows
