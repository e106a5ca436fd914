import type { DefectRows } from './defects.ts'

const contact = 'TS 24.379 11.1.1.2.1.1'
const answer = 'TS 24.379 6.2.2'

/** Wrong behaviours in the session that a private call is: its SDP answer, who takes part in it, its end. */
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
