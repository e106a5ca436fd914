import type { EntityRole } from './defects.ts'

/** What a robustness test finds a defect by: see `fixtures/fuzz-defects`, where a trigger stands for each. */
export interface FuzzDefect {
  readonly id: string
  readonly name: FuzzDefectName
  /** The functional entities that show it. */
  readonly roles: readonly EntityRole[]
  /** The requirement it breaks, or the published fault it is made after. */
  readonly after: string
  /** What is wrong, as a sentence about the functional entity. */
  readonly title: string
}

export type FuzzDefectName = keyof typeof rows

type Row = readonly [id: string, roles: readonly EntityRole[], after: string, title: string]

const client = ['client'] as const
const partnerServer = ['partnerServer'] as const
const gateways = ['partnerGateway', 'primaryGateway'] as const
const servers = ['partnerServer', 'primaryServer'] as const
const passing = [...servers, ...gateways] as const
const every = [...client, ...passing] as const

/** Wrong behaviours that no right message provokes: only a hostile, a damaged or an untimely one. */
const rows = {
  'content-length-of-32-bits': [
    'P01',
    every,
    'RFC 3261 20.14; OpenSIPS GHSA-c6j5-f4h4-2xrq',
    'reads Content-Length as a signed number of 32 bits, and so takes one from 2147483648 on for satisfied',
  ],
  'quoted-string-without-end': [
    'P03',
    every,
    'RFC 3261 25.1 quoted-string; belle-sip CVE-2021-43611',
    'looks for the end of a quoted string beyond its header field when it ends in a backslash',
  ],
  'user-part-taken-for-granted': [
    'P05',
    servers,
    'RFC 3261 19.1.1; Kamailio issue 4886',
    'fails on a Request-URI without a user part',
  ],
  'boundary-taken-for-granted': [
    'P07',
    every,
    'RFC 2046 5.1.1; Kamailio commit 8f7b0b049a',
    'goes round and round in a multipart body whose type has no boundary parameter',
  ],
  'boundary-amid-line': [
    'P09',
    every,
    'RFC 2046 5.1.1',
    'takes the boundary for a delimiter wherever it stands in a line',
  ],
  'second-information-executed': [
    'P11',
    partnerServer,
    'RFC 3261 7.4, TS 24.379 7.2.2',
    'checks the first of two documents with MC information and acts on the second',
  ],
  'entities-expanded': [
    'P13',
    every,
    'RFC 7303 10; fast-xml-parser CVE-2026-26278',
    'expands the entities of a document type declaration, however large they become',
  ],
  'compact-beside-folded': [
    'P17',
    every,
    'RFC 3261 7.3.1, 7.3.3',
    'loses the body of a message that has a folded header field and one in compact form',
  ],
  'parameter-name-with-case': [
    'P19',
    every,
    'RFC 2045 5.1',
    'finds the boundary of a multipart body only where the name of the parameter is in lower case',
  ],
  'many-fields-overflow': [
    'P21',
    servers,
    'RFC 3261 7.3.1; Asterisk CVE-2018-7284',
    'fails on more than 32 Accept header fields',
  ],

  'nested-multiparts-overflow': [
    'P23',
    servers,
    'RFC 2046 5.1, CWE-674',
    'fails on a hundred multipart bodies within each other',
  ],
  'repeated-invite-starts-call': [
    'T01',
    passing,
    'RFC 3261 17.2.1',
    'sets another call up for an INVITE that is sent again',
  ],
  'cancel-by-call-id': [
    'T03',
    passing,
    'RFC 3261 9.2',
    'cancels the INVITE with the same Call-ID, whatever its branch',
  ],
  'cseq-of-32-bits-signed': [
    'T05',
    every,
    'RFC 3261 8.1.1.5; Kamailio commit 24030e5899',
    'reads CSeq as a signed number of 32 bits, and takes one from 2147483648 on',
  ],
  'sent-by-unmatched': [
    'T11',
    every,
    'RFC 3261 17.2.3',
    'takes a request for one that came before when the branches are the same, whoever made them',
  ],
  'repeated-success-with-another-tag': [
    'T13',
    every,
    'RFC 3261 8.2.6.2, 13.3.1.4',
    'makes another To tag each time that it sends a 2xx to an INVITE again',
  ],
  'late-provisional-reopens': [
    'T09',
    passing,
    'RFC 3261 17.1.1.2, RFC 6026 7.2',
    'takes a call for not yet answered when a provisional response comes after the final one',
  ],
  'hops-below-zero': ['T07', passing, 'RFC 3261 16.3', 'makes 255 of a Max-Forwards of 0 and passes the request on'],

  'any-tag-ends-call': ['D01', passing, 'RFC 3261 12.2.2', 'ends a call by a BYE with another To tag'],
  'earlier-sequence-taken': [
    'D03',
    every,
    'RFC 3261 12.2.2',
    'takes a request inside a dialog whose CSeq is not above the one before',
  ],
  'reinvite-answered-from-cache': [
    'D05',
    passing,
    'RFC 3261 14.2; PJSIP issue 965',
    'answers a second re-INVITE with the octets of its answer to the first',
  ],
  'forked-success-left': [
    'D07',
    passing,
    'RFC 3261 13.2.2.4',
    'neither acknowledges nor ends the call of a second called party who answers',
  ],
  'route-set-replaced': [
    'D09',
    passing,
    'RFC 3261 12.2',
    'replaces the route set of a dialog by the Record-Route of a re-INVITE',
  ],
  'record-route-not-mirrored': [
    'D11',
    passing,
    'RFC 3261 12.1.1',
    'leaves Record-Route out of the 2xx that makes a dialog',
  ],

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

  'silent-hop-leaves-request-unanswered': [
    'M09',
    gateways,
    'RFC 3261 17.2.2, RFC 4320 4',
    'does not answer what it has passed on when the next hop is silent',
  ],
  'success-sent-once': ['M11', every, 'RFC 3261 13.3.1.4', 'sends a 2xx to an INVITE once, acknowledged or not'],
  'acknowledgement-ignored': ['M13', every, 'RFC 3261 13.3.1.4', 'goes on to send a 2xx again whose ACK has come'],
  'acknowledgement-of-any-number-taken': [
    'T15',
    every,
    'RFC 3261 13.2.2.4',
    'takes an ACK for that of a 2xx whatever its CSeq number',
  ],
  'acknowledgement-awaited-briefly': [
    'M17',
    every,
    'RFC 3261 13.3.1.4',
    'ends a call whose ACK has not come after 8*T1',
  ],
  'pending-migration-without-timer': [
    'M15',
    partnerServer,
    'TR 23.781 6.x.1 step 10',
    'waits for a migration response without end',
  ],
  'request-repeated-without-end': [
    'M01',
    every,
    'RFC 3261 17.1.2.2, 17.1.1.2',
    'goes on to repeat a request that has timed out',
  ],
  'request-repeated-at-one-pace': [
    'M19',
    every,
    'RFC 3261 17.1.2.2, 13.3.1.4',
    'does not wait longer each time before it repeats what nobody answers',
  ],
  'session-interval-too-small-taken': [
    'M03',
    passing,
    'RFC 4028 9',
    'takes a session interval below the minimum of 90 seconds',
  ],
  'inactivity-restarted-by-any-packet': [
    'M05',
    ['iopsControllingServer'],
    'TS 24.380 11.2 T4',
    'takes any floor control message for a sign that somebody talks',
  ],
  'expiry-beyond-timer': [
    'M07',
    every,
    'RFC 3261 13.3.1',
    'takes an INVITE for expired at once whose Expires is above 2147483 seconds',
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
  'unknown-part-passed-on': ['H11', gateways, 'TS 24.379 6.8.2', 'passes parts of a body on that it does not know'],

  'unusable-response-leaves-entry': [
    'R01',
    partnerServer,
    'TR 23.781 6.x.1 step 10',
    'keeps what waits for a migration response after an unusable one has ended it',
  ],
  'display-name-backtracking': [
    'R03',
    every,
    'RFC 3261 20.10, CWE-1333',
    'reads a display name with a regular expression that takes the square of its spaces',
  ],
  'parameters-in-square': ['R15', every, 'CWE-407', 'copies what is left of a header field at each of its semicolons'],
  'half-message-kept': [
    'R05',
    every,
    'RFC 3261 18.3, CWE-400',
    'waits for the rest of a message on a stream without end',
  ],

  'second-message-of-segment-lost': [
    'C09',
    every,
    'RFC 3261 18.3',
    'reads the first message alone of what comes at once on a stream',
  ],
  'crossing-answer-kept': [
    'C01',
    passing,
    'RFC 3261 9.1, 15',
    'does not end the call of a called party whose answer crosses the CANCEL',
  ],
  'newer-migration-lost-in-race': [
    'C03',
    ['primaryServer'],
    'TS 23.280 10.16.y.3',
    'records the first of two migrations of a user that are asked for at once, and accepts both',
  ],
  'lost-connection-unhandled': [
    'C07',
    every,
    'RFC 3261 18.4; Asterisk GHSA-g8q2-p36q-94f6',
    'ends when a connection is reset between a request and its answer',
  ],
} as const satisfies Readonly<Record<string, Row>>

export const fuzzDefects: readonly FuzzDefect[] = Object.entries(rows).map(([name, [id, roles, after, title]]) => ({
  id,
  name: name as FuzzDefectName,
  roles,
  after,
  title,
}))

/** Defects of the catalogue for which the reference system lacks the interface. */
export const absentFuzzDefects: readonly { readonly id: string; readonly title: string; readonly reason: string }[] = [
  { id: 'P15', title: 'an AVP length below 8 never advances the reader', reason: 'no Diameter in the reference yet' },
  {
    id: 'R07',
    title: 'grouped AVPs are read by recursion without a limit',
    reason: 'no Diameter in the reference yet',
  },
  {
    id: 'C05',
    title: 'a Diameter answer that races its time-out is used twice',
    reason: 'no Diameter in the reference yet',
  },
]
