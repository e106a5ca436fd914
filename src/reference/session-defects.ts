import type { DefectRows } from './defects.ts'

const contact = 'TS 24.379 11.1.1.2.1.1'
const answer = 'TS 24.379 6.2.2'

/** Wrong behaviours in what SIP says around the information elements: SDP, who speaks and to whom, how a session ends. */
export const sessionDefects = {
  'answers-with-another-codec': [
    'client',
    'RFC 3264 6.1',
    'answers an offer with a codec that the offer does not have',
  ],
  'floor-control-not-taken': ['client', answer, 'refuses the channel of floor control of a private call it accepts'],
  'answers-as-another-service': ['client', contact, 'accepts an MCPTT private call with a Contact of MCData'],
  'calls-as-another-service': ['client', contact, 'requests an MCPTT private call with a Contact of MCData'],
  'end-request-refused': ['client', 'RFC 3261 15.1.2', 'answers the private call end request with 481'],
  'calls-without-secured-streams': [
    'client',
    'docs/bindings.md call-media',
    'offers RTP/AVP in a private call for which it asks for end-to-end encryption',
  ],
  'calls-under-another-name': [
    'client',
    'docs/bindings.md call-identities',
    'names another user in From of a private call request than in P-Preferred-Identity',
  ],
  'calls-to-nobody': [
    'client',
    'docs/bindings.md request-uri',
    'sends a private call request with a Request-URI of nobody',
  ],
  'asserts-another-identity': [
    'partnerServer',
    'docs/bindings.md service-headers',
    'asserts an identity of another MC system in its migration request',
  ],
  'end-request-to-nobody': [
    'primaryServer',
    'RFC 3261 12.2.1.1',
    'sends the private call end request with a Request-URI of nobody',
  ],
  'partner-server-floor-control-not-taken': [
    'partnerServer',
    answer,
    'refuses the channel of floor control towards the caller, though the called client took it',
  ],
  'partner-gateway-answers-with-another-protocol': [
    'partnerGateway',
    'RFC 3264 6',
    'answers an offer of RTP/AVP with RTP/SAVP',
  ],
  'primary-server-end-request-refused': [
    'primaryServer',
    'RFC 3261 15.1.2',
    'sends the private call end request on, and answers it with 481',
  ],
} as const satisfies DefectRows
