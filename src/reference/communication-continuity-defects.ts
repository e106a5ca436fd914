import type { DefectRows } from './defects.ts'

const step = (number: string) => `TR 23.778 6.X.2 step ${number}` as const

/** Wrong behaviours in TR 23.778 6.X.2, continuity of a communication from IOPS to macro. */
export const communicationContinuityDefects = {
  'continuity-requested-for-another-user': ['client', step('2a'), 'names another user in the call continuity request'],
  'continuity-requested-for-another-communication': [
    'client',
    step('2a'),
    'names another group or another user of the communication in the call continuity request',
  ],
  'continuity-request-without-communication': ['client', step('2a'), 'names no communication to continue'],
  'continuity-request-without-former-server': [
    'client',
    step('2a'),
    'does not say which server of the IOPS MC system served it',
  ],
  'continuity-request-names-primary-server': [
    'client',
    step('2a'),
    'names the server of the primary MC system in the place of that of the IOPS MC system',
  ],
  'joins-another-communication': ['client', step('7'), 'joins another communication than the one that it continues'],
  'emergency-lost-in-join': ['client', step('7'), 'joins an emergency communication anew as a normal one'],
  'join-without-resource-priority': [
    'client',
    'TS 24.379 6.2.8.1.2',
    'joins an emergency communication anew without a Resource-Priority',
  ],

  'continuity-without-service-authorization': [
    'participatingServer',
    step('2a'),
    'takes up the request of a user who is not service authorized',
  ],
  'continuity-with-untrusted-system': [
    'participatingServer',
    step('2a'),
    'takes up a request that leads to an IOPS MC system outside of the trust domain',
  ],
  'continuity-refused': ['participatingServer', step('2b'), 'refuses every call continuity request'],
  'continuity-response-missing': ['participatingServer', step('2b'), 'does not answer the call continuity request'],
  'continuity-response-for-another-user': [
    'participatingServer',
    step('2b'),
    'names another user in the call continuity response',
  ],
  'continuity-request-taken-twice': [
    'participatingServer',
    'RFC 3261 17.2.2',
    'takes the retransmission of a call continuity request for another one',
  ],
  'switch-request-without-user': ['participatingServer', step('3a'), 'leaves the user out of the switch request'],
  'switch-request-for-another-user': ['participatingServer', step('3a'), 'names another user in the switch request'],
  'switch-request-without-group': ['participatingServer', step('3a'), 'leaves the group out of the switch request'],
  'switch-request-for-another-group': ['participatingServer', step('3a'), 'names another group in the switch request'],
  'switch-request-without-other-user': [
    'participatingServer',
    step('3a'),
    'leaves the other user of a private communication out of the switch request',
  ],
  'switch-request-without-new-server': [
    'participatingServer',
    step('3a'),
    'does not name itself in the switch request',
  ],
  'switch-request-names-former-server': [
    'participatingServer',
    step('3a'),
    'names another server than itself in the switch request',
  ],
  'continued-before-switch-response': [
    'participatingServer',
    step('3b'),
    'continues the communication before the IOPS MC system has answered',
  ],
  'switch-refusal-ignored': ['participatingServer', step('3b'), 'continues a communication whose switch was refused'],
  'switch-response-for-another-user-accepted': [
    'participatingServer',
    step('3b'),
    'takes a switch response that names another user',
  ],
  'switch-response-correlated-by-nothing': [
    'participatingServer',
    step('3b'),
    'takes the switch response of one user for that of another',
  ],
  'switch-response-without-controlling-server-accepted': [
    'participatingServer',
    step('3b'),
    'takes a switch response that names no controlling server',
  ],
  'communication-context-not-stored': [
    'participatingServer',
    step('5'),
    'does not store what the IOPS MC system told of the communication',
  ],
  'former-server-stored-as-controlling': [
    'participatingServer',
    step('5'),
    'stores the participating server of the IOPS MC system as the controlling one',
  ],
  'uplink-not-forwarded': ['participatingServer', step('7'), 'does not forward uplink signalling'],
  'uplink-to-former-server': [
    'participatingServer',
    step('7'),
    'forwards uplink signalling to the participating server of the IOPS MC system',
  ],
  'uplink-for-another-group': ['participatingServer', step('7'), 'names another group in uplink signalling'],
  'uplink-by-another-user': ['participatingServer', step('7'), 'names another user in uplink signalling'],
  'emergency-of-context-not-stored': [
    'participatingServer',
    step('5'),
    'does not store that the communication is an emergency one',
  ],
  'uplink-without-emergency': [
    'participatingServer',
    step('7'),
    'leaves the emergency indicator out of uplink signalling of a group communication',
  ],
  'private-uplink-without-emergency': [
    'participatingServer',
    step('7'),
    'leaves the emergency indicator out of uplink signalling of a private communication',
  ],
  'uplink-without-resource-priority': [
    'participatingServer',
    step('7'),
    'leaves Resource-Priority out of uplink signalling of an emergency communication',
  ],
  'uplink-floor-indicator-cleared': [
    'participatingServer',
    step('7'),
    'changes the Floor Indicator of uplink floor control to that of a normal call',
  ],
  'downlink-floor-indicator-cleared': [
    'participatingServer',
    step('6'),
    'changes the Floor Indicator of downlink floor control to that of a normal call',
  ],
  'uplink-to-another-party': ['participatingServer', step('7'), 'names another called party in uplink signalling'],

  'switch-for-untrusted-system': [
    'iopsParticipatingServer',
    step('3a'),
    'takes up the switch request of an MC system outside of the trust domain',
  ],
  'switch-to-any-server': ['iopsParticipatingServer', step('3a'), 'switches to a server that did not ask for it'],
  'switch-of-unknown-communication': [
    'iopsParticipatingServer',
    step('3a'),
    'takes up the switch of a user who is in no communication',
  ],
  'switch-request-taken-twice': [
    'iopsParticipatingServer',
    'RFC 3261 17.2.2',
    'takes the retransmission of a switch request for another one',
  ],
  'switch-refused': ['iopsParticipatingServer', step('3b'), 'refuses every switch'],
  'switch-response-missing': ['iopsParticipatingServer', step('3b'), 'does not answer the switch request'],
  'switch-response-for-another-user': [
    'iopsParticipatingServer',
    step('3b'),
    'names another user in the switch response',
  ],
  'switch-response-without-controlling-server': [
    'iopsParticipatingServer',
    step('3b'),
    'leaves the controlling server out of the switch response',
  ],
  'switch-response-names-itself-controlling': [
    'iopsParticipatingServer',
    step('3b'),
    'names itself as the controlling server',
  ],
  'switch-response-without-emergency': [
    'iopsParticipatingServer',
    step('3b'),
    'leaves out of the communication context that it is an emergency communication',
  ],
  'switch-response-with-invented-emergency': [
    'iopsParticipatingServer',
    step('3b'),
    'says of every communication that it is an emergency one',
  ],
  'switch-refusal-reported-as-accepted': [
    'iopsParticipatingServer',
    step('3b'),
    'reports a switch that it refuses as accepted',
  ],
  'switch-not-stored': ['iopsParticipatingServer', step('4'), 'does not store which server serves the user now'],
  'switch-not-forwarded': ['iopsParticipatingServer', step('4'), 'does not tell the controlling server of the switch'],
  'notification-of-another-user': ['iopsParticipatingServer', step('4'), 'tells of the switch of another user'],
  'notification-of-another-group': [
    'iopsParticipatingServer',
    step('4'),
    'tells of the switch in the communication of another group',
  ],
  'notification-without-group': [
    'iopsParticipatingServer',
    step('4'),
    'leaves the group out when it tells of the switch',
  ],
  'notification-without-other-user': [
    'iopsParticipatingServer',
    step('4'),
    'leaves the other user out when it tells of the switch',
  ],
  'notification-without-new-server': [
    'iopsParticipatingServer',
    step('4'),
    'does not say which server serves the user now',
  ],
  'notification-names-itself': [
    'iopsParticipatingServer',
    step('4'),
    'names itself as the server that serves the user now',
  ],

  'notification-ignored': ['iopsControllingServer', step('4'), 'takes no note of the switch'],
  'route-kept-at-former-server': [
    'iopsControllingServer',
    step('4'),
    'goes on to route to the participating server of the IOPS MC system',
  ],
  'uplink-of-new-server-refused': [
    'iopsControllingServer',
    step('7'),
    'refuses uplink signalling from the server that serves the user now',
  ],
  'downlink-response-missing': [
    'iopsControllingServer',
    step('6'),
    'does not send downlink signalling that answers what came uplink',
  ],

  'uplink-media-dropped': ['participatingServer', step('7'), 'does not forward uplink media'],
  'uplink-floor-control-dropped': ['participatingServer', step('7'), 'does not forward uplink floor control'],
  'downlink-media-dropped': ['participatingServer', step('6'), 'does not forward downlink media'],
  'downlink-floor-control-dropped': ['participatingServer', step('6'), 'does not forward downlink floor control'],
  'downlink-media-begins-late': ['participatingServer', step('6'), 'swallows the first 900 ms of downlink media'],
  'downlink-media-thinned': ['participatingServer', step('6'), 'loses every fourth packet of downlink media'],
  'downlink-media-duplicated': ['participatingServer', step('6'), 'sends each packet of downlink media twice'],
  'former-path-kept': [
    'iopsParticipatingServer',
    step('4'),
    'goes on to pass media to and from a user whom it has handed over',
  ],
  'downlink-media-kept-on-former-path': [
    'iopsControllingServer',
    step('6'),
    'goes on to send downlink media to the participating server of the IOPS MC system',
  ],
  'downlink-media-on-both-paths': [
    'iopsControllingServer',
    step('6'),
    'sends downlink media to both participating servers',
  ],
  'uplink-media-of-new-path-dropped': [
    'iopsControllingServer',
    step('7'),
    'takes no uplink media from the server that serves the user now',
  ],
  'emergency-lost-in-switch': [
    'iopsControllingServer',
    step('6'),
    'makes a normal communication of an emergency one when it switches a party',
  ],
  'floor-indicator-without-emergency-after-switch': [
    'iopsControllingServer',
    'TS 24.380 8.2.3.15',
    'no longer says by the Floor Indicator that it is an emergency call to a party who was switched',
  ],
  'emergency-invented-in-switch': [
    'iopsControllingServer',
    'TS 24.380 8.2.3.15',
    'says by the Floor Indicator to a party who was switched that a normal call is an emergency call',
  ],
  'floor-field-beyond-message-after-switch': [
    'iopsControllingServer',
    'TS 24.380 8.2.3.1',
    'tells the floor to a party who was switched with a field that goes beyond the end of its message',
  ],
  'second-switch-accepted': [
    'iopsParticipatingServer',
    step('3a'),
    'hands a user who has been switched over to the next server that asks',
  ],
  'queue-lost-in-switch': [
    'iopsControllingServer',
    step('6'),
    'empties the queue for the floor when it switches a party',
  ],
  'floor-lost-in-switch': ['iopsControllingServer', step('6'), 'forgets who holds the floor when a party is switched'],
} as const satisfies DefectRows
