import type { DefectRows } from './defects.ts'

const procedure = (step: string) => `TS 23.280 10.16.2.2 step ${step}` as const

const status = 'TS 24.379 9.2.1.3'

/** Wrong behaviours in TS 23.280 10.16.2.2, migration during an ongoing group communication. */
export const groupCommunicationDefects = {
  'deaffiliation-ignored': [
    'primaryServer',
    procedure('1'),
    'accepts a group de-affiliation and keeps the user affiliated and in the group call',
  ],
  'leg-kept-after-deaffiliation': [
    'primaryServer',
    procedure('1'),
    'keeps a user who has de-affiliated in the group call',
  ],
  'deaffiliation-refused': ['primaryServer', procedure('1'), 'refuses every group de-affiliation'],
  'deaffiliation-of-unknown-user-accepted': [
    'primaryServer',
    procedure('1'),
    'accepts a group de-affiliation of a user whom it does not know',
  ],
  'affiliation-without-service-authorization': [
    'partnerServer',
    procedure('3'),
    'affiliates a user who is not service authorized',
  ],
  'group-membership-unchecked': [
    'partnerServer',
    procedure('3'),
    'affiliates a user to a group of which the user is no member',
  ],
  'affiliation-to-unknown-group-accepted': [
    'partnerServer',
    procedure('3'),
    'accepts an affiliation to a group that it does not know',
  ],
  'affiliation-refused': ['partnerServer', procedure('3'), 'refuses every group affiliation'],
  'late-entry-missing': [
    'partnerServer',
    procedure('4'),
    'does not call an affiliated user into the ongoing group call',
  ],
  'late-entry-without-affiliation': [
    'partnerServer',
    procedure('4'),
    'calls a user into the ongoing group call whose affiliation it has refused',
  ],
  'late-entry-into-another-group': [
    'partnerServer',
    procedure('4'),
    'calls an affiliated user into the group call of another group',
  ],
  'late-entry-of-another-user': ['partnerServer', procedure('4'), 'names another user in the group call request'],
  'late-entry-of-another-session-type': [
    'partnerServer',
    procedure('4'),
    'gives the session type chat to a prearranged group call',
  ],
  'deaffiliation-lists-group': [
    'client',
    procedure('1'),
    'lists the group in the affiliations that are to be without it',
  ],
  'group-call-end-not-answered': ['client', procedure('1'), 'does not answer the end of its leg of a group call'],
  'affiliates-to-another-group': ['client', procedure('3'), 'affiliates to another group than its user wishes'],
  'affiliates-another-user': ['client', procedure('3'), 'affiliates another user than its own'],
  'group-call-declined': ['client', 'TS 23.379 10.6.2.3.1.1.4', 'declines every group call'],
  'calls-of-other-groups-accepted': [
    'client',
    procedure('4'),
    'accepts a group call of a group to which its user is not affiliated',
  ],
  'affiliation-forgotten': ['primaryServer', 'TS 23.280 10.8.3.1', 'accepts a group affiliation and does not keep it'],
  'affiliation-status-not-notified': [
    'primaryServer',
    status,
    'accepts a subscription to the affiliations of a user and sends no notification',
  ],
  'affiliation-status-of-another-group': ['primaryServer', status, 'notifies of another group than the affiliated one'],
  'affiliation-status-of-unserved-user-told': [
    'primaryServer',
    status,
    'tells the affiliations of a user whom it does not know',
  ],
  'affiliation-status-of-another-user-asked': ['client', status, 'asks for the affiliations of another user'],
  'affiliation-notification-refused': ['client', 'RFC 6665 4.1.3', 'refuses the notification that it asked for'],
} as const satisfies DefectRows
