import type { DefectRows } from './defects.ts'

/** Wrong behaviours in TR 23.781 6.x.1, migration service authorization. */
export const migrationServiceAuthorizationDefects = {
  'grants-before-answer': [
    'partnerServer',
    'TR 23.781 6.x.1 step 11',
    'confirms the migration to the client before the primary MC system has answered',
  ],
  'grants-in-spite-of-primary-refusal': [
    'partnerServer',
    'TR 23.781 6.x.1 step 11',
    'confirms the migration to the client although the primary MC system refused it',
  ],
  'refuses-though-accepted': [
    'partnerServer',
    'TR 23.781 6.x.1 step 11',
    'refuses the client although the primary MC system accepted the migration',
  ],
  'grants-on-timeout': [
    'partnerServer',
    'TR 23.781 6.x.1 step 11',
    'confirms the migration to the client when the primary MC system does not answer',
  ],
  'answer-names-another-user': [
    'partnerServer',
    'TR 23.781 6.x.1 step 11',
    'names another MC service user in the confirmation to the client',
  ],
  'request-leaves-after-local-refusal': [
    'partnerServer',
    'TR 23.781 6.x.1 step 2',
    'refuses the client by its own check but sends the migration request all the same',
  ],
  'general-check-skipped': [
    'partnerServer',
    'TR 23.781 6.x.1 step 2',
    'does not check that users of the primary MC system may migrate',
  ],
  'specific-check-skipped': [
    'partnerServer',
    'TR 23.781 6.x.1 step 2',
    'does not check that this MC service user may migrate',
  ],
  'temporary-identity-lost': [
    'partnerServer',
    'TR 23.781 6.x.1 step 3',
    'leaves the temporary identity out of the migration request',
  ],
  'temporary-identity-swapped-between-users': [
    'partnerServer',
    'TR 23.781 6.x.1 step 3',
    'sends the temporary identity of another user in the migration request',
  ],
  'temporary-identity-sent-as-mc-service-id': [
    'partnerServer',
    'TR 23.781 6.x.1 step 3',
    'sends the temporary identity where the MC service ID of the primary MC system belongs',
  ],
  'partner-system-missing': [
    'partnerServer',
    'TR 23.781 6.x.1 step 3',
    'does not say in the migration request which partner MC system sends it',
  ],
  'response-correlated-by-system': [
    'partnerServer',
    'TR 23.781 6.x.1 step 10',
    'takes any migration response of a primary MC system for the oldest request to that system',
  ],
  'unsolicited-response-accepted': [
    'partnerServer',
    'TR 23.781 6.x.1 step 10',
    'takes a migration response that answers no migration request as an authorization',
  ],
  'response-for-another-user-accepted': [
    'partnerServer',
    'TR 23.781 6.x.1 step 10',
    'does not check that a migration response names the user of the request it answers',
  ],
  'malformed-result-taken-as-accepted': [
    'partnerServer',
    'TR 23.781 6.x.1 step 10',
    'takes a result it cannot read as acceptance',
  ],
  'response-without-result-accepted': [
    'partnerServer',
    'TR 23.781 6.x.1 step 10',
    'takes a migration response without a result as acceptance',
  ],
  'token-of-another-user-accepted': [
    'partnerServer',
    'TS 33.180 B.11',
    'does not check that the access token was issued to the MC service user it accompanies',
  ],
  'token-audience-unchecked': ['partnerServer', 'TS 33.180 B.11', 'does not check the audience of the access token'],
  'token-expiry-unchecked': ['partnerServer', 'TS 33.180 B.11', 'does not check the expiry of the access token'],
  'token-signature-unchecked': ['partnerServer', 'TS 33.180 B.11', 'does not check the signature of the access token'],
  'token-issuer-unchecked': ['partnerServer', 'TS 33.180 B.11', 'does not check the issuer of the access token'],
  'token-scope-unchecked': ['partnerServer', 'TS 33.180 B.11', 'does not check the scope of the access token'],
  'token-missing-accepted': [
    'partnerServer',
    'TR 23.781 6.x.1 step 1',
    'authorizes a client that provides no credentials',
  ],
  'retransmission-handled-as-new': [
    'partnerServer',
    'RFC 3261 17.2.2',
    'sends a second migration request for a retransmitted request of the client',
  ],

  'user-check-skipped': [
    'primaryServer',
    'TR 23.781 6.x.1 step 6',
    'does not check that this MC service user may migrate to the partner MC system',
  ],
  'partner-check-skipped': [
    'primaryServer',
    'TR 23.781 6.x.1 step 6',
    'does not check that migration to the partner MC system is permitted',
  ],
  'unknown-user-accepted': [
    'primaryServer',
    'TR 23.781 6.x.1 step 6',
    'accepts the migration of a user it does not know',
  ],
  'foreign-partner-accepted': [
    'primaryServer',
    'TR 23.781 6.x.1 step 6',
    'accepts the migration to a partner MC system it has no agreement with',
  ],
  'request-without-user-accepted': [
    'primaryServer',
    'TR 23.781 6.x.1 step 6',
    'accepts a migration request that names no MC service user',
  ],
  'migration-not-recorded': [
    'primaryServer',
    'TR 23.781 6.x.1 step 7',
    'accepts the migration but does not mark the user as migrated',
  ],
  'temporary-identity-not-recorded': [
    'primaryServer',
    'TR 23.781 6.x.1 step 7',
    'does not record the temporary identity of the migrated user',
  ],
  'partner-system-not-recorded': [
    'primaryServer',
    'TR 23.781 6.x.1 step 7',
    'does not record the partner MC system the user migrated to',
  ],
  'refused-user-recorded': [
    'primaryServer',
    'TR 23.781 6.x.1 step 7',
    'marks the user as migrated although it refuses the migration',
  ],
  'refusal-reported-as-accepted': [
    'primaryServer',
    'TR 23.781 6.x.1 step 8',
    'reports acceptance although its check failed',
  ],
  'acceptance-reported-as-refusal': [
    'primaryServer',
    'TR 23.781 6.x.1 step 8',
    'reports refusal although its check succeeded',
  ],
  'answers-for-another-user': [
    'primaryServer',
    'TR 23.781 6.x.1 step 8',
    'names another user in the migration response',
  ],
  'retransmission-answered-twice': [
    'primaryServer',
    'RFC 3261 17.2.2',
    'sends a second migration response for a retransmitted migration request',
  ],

  'partner-gateway-internal-host-leaked': [
    'partnerGateway',
    'TR 23.781 6.3',
    'shows the identity and host of the partner MC service server to the primary MC system',
  ],
  'partner-gateway-identity-rewritten': [
    'partnerGateway',
    'TR 23.781 6.x.1 step 4',
    'rewrites the MC service ID in the migration request it forwards',
  ],
  'partner-gateway-temporary-identity-dropped': [
    'partnerGateway',
    'TR 23.781 6.x.1 step 4',
    'drops the temporary identity from the migration request it forwards',
  ],
  'partner-gateway-routes-without-mc-service-id': [
    'partnerGateway',
    'TR 23.781 6.x.1 step 4',
    'forwards a migration request that names no MC service user',
  ],
  'partner-gateway-routes-to-wrong-system': [
    'partnerGateway',
    'TR 23.781 6.x.1 step 4',
    'forwards to an MC system that is not the primary MC system of the user',
  ],
  'partner-gateway-forwards-retransmission-as-new': [
    'partnerGateway',
    'RFC 3261 17.2.2',
    'forwards a retransmitted migration request a second time',
  ],
  'partner-gateway-response-dropped': [
    'partnerGateway',
    'TR 23.781 6.x.1 step 10',
    'acknowledges the migration response but does not forward it',
  ],
  'partner-gateway-result-flipped': [
    'partnerGateway',
    'TR 23.781 6.x.1 step 10',
    'turns the result of the migration response into its opposite',
  ],

  'primary-gateway-internal-host-leaked': [
    'primaryGateway',
    'TR 23.781 6.3',
    'shows the identity and host of the primary MC service server to the partner MC system',
  ],
  'primary-gateway-identity-rewritten': [
    'primaryGateway',
    'TR 23.781 6.x.1 step 5',
    'rewrites the MC service ID in the migration request it forwards',
  ],
  'primary-gateway-temporary-identity-dropped': [
    'primaryGateway',
    'TR 23.781 6.x.1 step 5',
    'drops the temporary identity from the migration request it forwards',
  ],
  'primary-gateway-routes-without-mc-service-id': [
    'primaryGateway',
    'TR 23.781 6.x.1 step 5',
    'forwards a migration request that names no MC service user',
  ],
  'primary-gateway-foreign-user-forwarded': [
    'primaryGateway',
    'TR 23.781 6.x.1 step 5',
    'forwards a migration request for a user of another MC system',
  ],
  'primary-gateway-forwards-retransmission-as-new': [
    'primaryGateway',
    'RFC 3261 17.2.2',
    'forwards a retransmitted migration request a second time',
  ],
  'primary-gateway-response-dropped': [
    'primaryGateway',
    'TR 23.781 6.x.1 step 9',
    'acknowledges the migration response but does not forward it',
  ],
  'primary-gateway-result-flipped': [
    'primaryGateway',
    'TR 23.781 6.x.1 step 9',
    'turns the result of the migration response into its opposite',
  ],

  'sends-temporary-identity-as-mc-service-id': [
    'client',
    'TR 23.781 6.x.1 step 1',
    'sends its temporary identity where the MC service ID of the primary MC system belongs',
  ],
  'credentials-missing': ['client', 'TR 23.781 6.x.1 step 1', 'sends the request without credentials'],
  'credentials-of-previous-user': [
    'client',
    'TR 23.781 6.x.1 step 1',
    'sends the credentials of the user that asked before',
  ],
  'authorized-before-answer': [
    'client',
    'TR 23.781 6.x.1 step 11',
    'takes itself as service authorized as soon as the request has left',
  ],
  'refusal-taken-as-success': [
    'client',
    'TR 23.781 6.x.1 step 11',
    'takes itself as service authorized although it was refused',
  ],
} as const satisfies DefectRows
