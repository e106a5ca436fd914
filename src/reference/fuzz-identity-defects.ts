import { client, every, gateways, partnerServer, servers } from './fuzz-defect-row.ts'
import type { FuzzDefectRow } from './fuzz-defect-row.ts'

/** Wrong behaviours in authorization, in identities, in the state of users and in what a gateway server hides. */
export const fuzzIdentityDefects = {
  'invite-not-challenged': [
    'A01',
    servers,
    'RFC 3261 22.1; FreeSWITCH CVE-2021-37624',
    'challenges every method but INVITE',
  ],
  'digest-uri-unchecked': [
    'A03',
    servers,
    'RFC 7616 3.4.6',
    'does not compare the uri of the credentials with the Request-URI',
  ],
  'nonce-of-nobody-taken': ['A11', servers, 'RFC 7616 3.3', 'takes credentials for a nonce that it did not make'],
  'identity-not-bound-to-user': [
    'I01',
    servers,
    'TS 24.379 11.1.1.3.1.1',
    'lets an authenticated user speak for the MC service ID of another',
  ],
  'lost-authorization-granted': [
    'A09',
    partnerServer,
    'TR 23.781 6.x.1 step 10',
    'grants the service to who asks again after the answer of the primary MC system was lost',
  ],
  'expiry-in-other-unit': [
    'A07',
    partnerServer,
    'RFC 7519 4.1.4',
    'compares the expiry of an access token in milliseconds, and so never finds one expired',
  ],
  'unsigned-token-accepted': [
    'A07b',
    partnerServer,
    'RFC 8725 3.1; CVE-2015-9235',
    'takes an access token with the algorithm none for signed',
  ],
  'late-response-granted': [
    'A13',
    partnerServer,
    'TR 23.781 6.x.1 step 10',
    'grants the service by a migration response that comes when its client has been refused for want of it',
  ],
  'served-user-renews-unchecked': [
    'A15',
    partnerServer,
    'TS 33.180 B.11, TS 24.379 7.3',
    'does not check the credentials of a user whom it serves already under the temporary identity that is asked for',
  ],
  'user-part-without-case': [
    'I03',
    every,
    'RFC 3261 19.1.4',
    'takes user parts for the same that differ in letter case',
  ],
  'domain-with-case': [
    'I09',
    every,
    'RFC 3261 19.1.4',
    'takes identities for different whose domains differ in letter case',
  ],
  'home-domain-as-suffix': [
    'I11',
    ['primaryGateway'],
    'RFC 3261 19.1.4, TR 23.781 6.x.1 step 5',
    'takes a user for one of its MC system whose domain ends as the name of that does',
  ],
  'user-part-cut-at-nul': ['I05', every, 'RFC 3986 2.1', 'takes the user part to end where %00 stands in it'],
  'temporary-identity-of-pending-user': [
    'I07',
    partnerServer,
    'TR 23.781 5.1.2.2',
    'gives a user the temporary identity of another one who waits at the same time',
  ],
  'refused-migration-ends-former': [
    'S11',
    ['primaryServer'],
    'RFC 3261 8.2',
    'forgets where a user has migrated to when another migration of that user is refused',
  ],
  'former-migration-end-in-other-letters-recorded': [
    'S17',
    ['primaryServer'],
    'TS 24.379 7.2',
    'takes the end of an earlier migration for that of the newest one where the domain of the user is in upper case',
  ],
  'redirected-call-taken-for-answered': [
    'S15',
    gateways,
    'RFC 3261 13.3.1.2, 21.3',
    'tells the calling side that a call is answered to which the called side has said 3xx',
  ],
  'inner-via-on-refusals': [
    'H01',
    gateways,
    'TS 24.379 6.8.2; OpenSIPS commit f98d082340',
    'shows on refusals a Via of the MC service server behind it',
  ],
  'inner-address-of-second-stream': [
    'H03',
    gateways,
    'TS 24.379 6.8.2, RFC 8866 5.7',
    'passes the c= line of every stream but the first on as it came',
  ],
  'inner-host-in-warning': [
    'H05',
    gateways,
    'TS 24.379 6.8.2',
    'names the MC service server behind it in the Warning of a refusal',
  ],
  'user-agent-passed-on': ['H09', gateways, 'RFC 3261 20.41', 'passes the User-Agent of the inside on'],
  'unlisted-header-passed-on': [
    'H07',
    gateways,
    'TS 24.379 6.8.2; Kamailio CVE-2020-28361',
    'passes header fields on that it does not know',
  ],
  'reason-phrase-passed-on': ['H13', gateways, 'TS 24.379 6.8.2', 'passes the reason phrase of a refusal on'],
  'body-of-refusal-passed-on': ['H15', gateways, 'TS 24.379 6.8.2', 'passes the body of a refusal on'],
  'unknown-part-passed-on': ['H11', gateways, 'TS 24.379 6.8.2', 'passes parts of a body on that it does not know'],
  'unusable-response-leaves-entry': [
    'R01',
    partnerServer,
    'TR 23.781 6.x.1 step 10',
    'keeps what waits for a migration response after an unusable one has ended it',
  ],
  'redirection-followed-again': [
    'R17',
    client,
    'TS 23.280 10.16.y.3 step 3',
    'makes a call for each private call redirection that answers one of its own',
  ],
  'newer-migration-lost-in-race': [
    'C03',
    ['primaryServer'],
    'TS 23.280 10.16.y.3',
    'records the first of two migrations of a user that are asked for at once, and accepts both',
  ],
} as const satisfies Readonly<Record<string, FuzzDefectRow>>
