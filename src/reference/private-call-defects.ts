import type { DefectRows } from './defects.ts'

const procedure = (step: string) => `TS 23.280 10.16.y.3 step ${step}` as const
const table = 'TS 23.280 table 10.16.y.2-1'

/** Wrong behaviours in TS 23.280 10.16.y, private call towards a migrated MC service user. */
export const privateCallDefects = {
  'private-call-check-skipped': [
    'primaryServer',
    procedure('1'),
    'redirects a caller who is not authorized to make private calls, and so reveals where the user is',
  ],
  'called-user-check-skipped': [
    'primaryServer',
    procedure('1'),
    'redirects a caller who is not authorized to call this user, and so reveals where the user is',
  ],
  'unknown-caller-served': [
    'primaryServer',
    procedure('1'),
    'serves a private call request of a caller it does not know',
  ],
  'refusal-reveals-migrated-identity': [
    'primaryServer',
    procedure('1'),
    'names in the refusal of a caller the identity under which the called user is served',
  ],
  'resource-lists-unchecked': [
    'primaryServer',
    'TS 24.379 11.1.1.3.1.1',
    'takes a private call request whose resource list does not name one user',
  ],
  'redirects-before-migration': [
    'primaryServer',
    procedure('2'),
    'redirects to an identity of its own making when the called user has not migrated',
  ],
  'migrated-user-not-reached': [
    'primaryServer',
    procedure('3'),
    'refuses a private call request to a user who has migrated',
  ],
  'forwards-instead-of-redirecting': [
    'primaryServer',
    procedure('3'),
    'sends a private call request to a migrated user on to the partner MC system, and the caller no redirection',
  ],
  'redirection-without-migrated-identity': [
    'primaryServer',
    table,
    'leaves the identity that the partner MC system gave out of the redirection',
  ],
  'redirection-without-called-party': ['primaryServer', table, 'leaves the called party out of the redirection'],
  'redirection-without-security-domain': [
    'primaryServer',
    table,
    'leaves the security domain out of the redirection although end-to-end encryption is required',
  ],
  'redirection-names-another-caller': [
    'primaryServer',
    table,
    'names another user as the calling party in the redirection',
  ],
  'redirection-for-another-reason': ['primaryServer', table, 'gives another reason than migration in the redirection'],
  'redirection-to-another-user': [
    'primaryServer',
    procedure('3'),
    'redirects to another user of the partner MC system',
  ],
  'redirection-to-primary-identity': ['primaryServer', procedure('3'), 'redirects to the identity that was called'],
  'released-request-kept': [
    'primaryServer',
    procedure('3'),
    'keeps a private call request pending though its sender has released it',
  ],
  'primary-server-called-party-rewritten': [
    'primaryServer',
    procedure('5'),
    'sends the private call request on with another called party',
  ],
  'primary-server-security-domain-dropped': [
    'primaryServer',
    procedure('5'),
    'drops the security domain from the private call request it sends on',
  ],
  'primary-server-floor-control-dropped': [
    'primaryServer',
    procedure('5'),
    'drops the floor control channel from the private call request it sends on',
  ],
  'primary-server-commencement-mode-dropped': [
    'primaryServer',
    procedure('5'),
    'turns automatic commencement into manual in the private call request it sends on',
  ],
  'primary-server-answers-before-called-client': [
    'primaryServer',
    procedure('5'),
    'accepts the private call towards the caller before the called client has answered',
  ],
  'primary-server-call-refusal-reported-as-accepted': [
    'primaryServer',
    procedure('5'),
    'accepts the private call towards the caller although it was refused',
  ],
  'primary-server-end-request-kept': [
    'primaryServer',
    'TS 23.379 10.7.2',
    'answers the private call end request but does not send it on',
  ],
  'primary-server-end-response-lost': [
    'primaryServer',
    'TS 23.379 10.7.2',
    'does not answer the private call end request',
  ],
  'primary-server-calls-crossed': [
    'primaryServer',
    'TS 23.379 10.7.2',
    'ends the private call of another caller in place of the one that is to end',
  ],

  'primary-gateway-called-party-rewritten': [
    'primaryGateway',
    procedure('5'),
    'forwards the private call request with another called party',
  ],
  'primary-gateway-security-domain-dropped': [
    'primaryGateway',
    procedure('5'),
    'drops the security domain from the private call request it forwards',
  ],
  'primary-gateway-calling-host-leaked': [
    'primaryGateway',
    'TR 23.781 6.3',
    'shows the identity and host of the primary MC service server to the partner MC system',
  ],
  'primary-gateway-call-refusal-reported-as-accepted': [
    'primaryGateway',
    procedure('5'),
    'forwards a refusal of the private call as acceptance',
  ],
  'primary-gateway-end-request-kept': [
    'primaryGateway',
    'TS 23.379 10.7.2',
    'answers the private call end request but does not forward it',
  ],
  'primary-gateway-calls-crossed': [
    'primaryGateway',
    'TS 23.379 10.7.2',
    'ends the private call of another caller in place of the one that is to end',
  ],

  'partner-gateway-called-party-rewritten': [
    'partnerGateway',
    procedure('5'),
    'forwards the private call request with another called party',
  ],
  'partner-gateway-floor-control-dropped': [
    'partnerGateway',
    procedure('5'),
    'drops the floor control channel from the private call request it forwards',
  ],
  'partner-gateway-called-host-leaked': [
    'partnerGateway',
    'TR 23.781 6.3',
    'shows the Contact of the partner MC service server to the primary MC system',
  ],
  'partner-gateway-answers-before-called-client': [
    'partnerGateway',
    procedure('5'),
    'accepts the private call before the called client has answered',
  ],
  'partner-gateway-end-request-kept': [
    'partnerGateway',
    'TS 23.379 10.7.2',
    'answers the private call end request but does not forward it',
  ],
  'partner-gateway-end-response-lost': [
    'partnerGateway',
    'TS 23.379 10.7.2',
    'does not answer the private call end request',
  ],

  'unknown-visitor-called': [
    'partnerServer',
    procedure('5'),
    'calls some client of a migrated user for an identity that it gave to nobody',
  ],
  'another-visiting-client-called': ['partnerServer', procedure('5'), 'calls the client of another migrated user'],
  'partner-server-floor-control-dropped': [
    'partnerServer',
    procedure('5'),
    'drops the floor control channel from the private call request to the called client',
  ],
  'partner-server-commencement-mode-dropped': [
    'partnerServer',
    procedure('5'),
    'turns automatic commencement into manual in the private call request to the called client',
  ],
  'partner-server-answers-before-called-client': [
    'partnerServer',
    procedure('5'),
    'accepts the private call before the called client has answered',
  ],
  'partner-server-call-refusal-reported-as-accepted': [
    'partnerServer',
    procedure('5'),
    'accepts the private call although the called client refused it',
  ],
  'partner-server-end-request-kept': [
    'partnerServer',
    'TS 23.379 10.7.2',
    'answers the private call end request but does not send it to the called client',
  ],
  'partner-server-end-response-lost': [
    'partnerServer',
    'TS 23.379 10.7.2',
    'does not answer the private call end request',
  ],

  'redirection-ignored': ['client', procedure('3'), 'does nothing about a private call redirection'],
  'redirected-request-not-released': [
    'client',
    procedure('3'),
    'calls the migrated user without releasing the private call request that was redirected',
  ],
  'calls-again-before-release': [
    'client',
    procedure('3'),
    'calls the migrated user before it releases the private call request that was redirected',
  ],
  'redirection-of-another-call-followed': [
    'client',
    procedure('3'),
    'follows a redirection that answers no private call request of its own',
  ],
  'redirection-without-security-domain-followed': [
    'client',
    table,
    'follows a redirection without a security domain although end-to-end encryption is required',
  ],
  'same-identity-called-again': [
    'client',
    procedure('5'),
    'calls the identity it called first once more after the redirection',
  ],
  'redirected-call-to-another-user': ['client', procedure('5'), 'calls another user than the one it was redirected to'],
  'redirected-call-without-security-domain': [
    'client',
    procedure('5'),
    'leaves the security domain out of the call it was redirected to',
  ],
  'redirected-call-without-end-to-end-security': [
    'client',
    procedure('5'),
    'does not ask for end-to-end encryption in the call it was redirected to',
  ],
  'redirected-call-without-floor-control': [
    'client',
    procedure('5'),
    'does not offer floor control in the call it was redirected to',
  ],
  'redirected-call-without-automatic-commencement': [
    'client',
    procedure('5'),
    'does not ask for automatic commencement in the call it was redirected to',
  ],
  'calls-for-others-answered': [
    'client',
    procedure('5'),
    'accepts a private call to an identity that is not that of its user',
  ],
  'private-call-declined': ['client', procedure('5'), 'declines every private call'],
  'end-request-not-answered': ['client', 'TS 23.379 10.7.2', 'does not answer the private call end request'],
} as const satisfies DefectRows
