import { C, M, message, O } from '#flow'
import { automatic, emergencyCommunication, endToEndEncryption, withFloorControl } from '../vocabulary/conditions.ts'
import { privateCall, redirectionTable } from '../vocabulary/specifications.ts'

export const PrivateCallRequest = message('private call request', privateCall, {
  callingParty: M('mcServiceId', 'The MC service user initiating the private call'),
  calledParty: M('mcServiceId', 'The target MC service user', {
    malformed: { several: 'two users where one belongs' },
  }),
  endToEndSecurity: C('indication', 'That end-to-end encryption is asked for', endToEndEncryption),
  securityDomain: C(
    'securityDomain',
    'The security domain of the target, where a private call redirection named it',
    endToEndEncryption,
    { basis: 'seed' },
  ),
  floorControl: C('indication', 'That a floor control channel is offered', withFloorControl),
  automaticCommencement: C('indication', 'That automatic commencement is requested', automatic),
  emergencyIndicator: C(
    'indication',
    'That the private call is an MCPTT emergency private call (TS 23.379 10.7.2.4)',
    emergencyCommunication,
  ),
})

/** TS 23.280 table 10.16.y.2-1; the row of the status column "O" with its NOTE is the conditional one. */
export const PrivateCallRedirection = message('private call redirection', redirectionTable, {
  callingParty: M('mcServiceId', 'The MC service user initiating a private call, the calling party'),
  calledParty: M('mcServiceId', 'The target MC service user, as the private call request named it'),
  redirectedTo: M('mcServiceId', 'The target MC service user, as the calling party is to call it'),
  securityDomain: C(
    'securityDomain',
    'The security domain information that goes with the MC service ID to be called, such as a KMS URI',
    endToEndEncryption,
  ),
  reason: O('reason', 'That the target user has migrated'),
})

export const PrivateCallRequestRelease = message(
  'private call request release',
  { doc: 'TS 23.280', clause: '10.16.y.3', basis: 'seed' },
  {},
  { releases: true },
)

export const PrivateCallResponse = message('private call response', privateCall, {
  result: M('result', 'Whether the private call is established'),
})

export const PrivateCallEndRequest = message(
  'private call end request',
  privateCall,
  { releaseReason: O('reason', 'That the call ends because its user migrates', { basis: 'default-binding' }) },
  { releases: true },
)

export const PrivateCallEndResponse = message('private call end response', privateCall, {}, { releases: true })
