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
  'hops-below-zero': ['T07', passing, 'RFC 3261 16.3', 'makes 255 of a Max-Forwards of 0 and passes the request on'],

  'any-tag-ends-call': ['D01', passing, 'RFC 3261 12.2.2', 'ends a call by a BYE with another To tag'],
  'earlier-sequence-taken': [
    'D03',
    every,
    'RFC 3261 12.2.2',
    'takes a request inside a dialog whose CSeq is not above the one before',
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

  'user-part-without-case': [
    'I03',
    every,
    'RFC 3261 19.1.4',
    'takes user parts for the same that differ in letter case',
  ],
  'user-part-cut-at-nul': ['I05', every, 'RFC 3986 2.1', 'takes the user part to end where %00 stands in it'],

  'expiry-beyond-timer': [
    'M07',
    every,
    'RFC 3261 13.3.1',
    'takes an INVITE for expired at once whose Expires is above 2147483 seconds',
  ],

  'display-name-backtracking': [
    'R03',
    every,
    'RFC 3261 20.10, CWE-1333',
    'reads a display name with a regular expression that takes the square of its spaces',
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
