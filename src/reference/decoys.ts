/** A behaviour that is unusual and right: whoever reports it is wrong. */
export interface Decoy {
  readonly id: string
  readonly name: DecoyName
  /** What permits it. */
  readonly clause: string
  /** What it does, as a sentence about a functional entity. */
  readonly title: string
}

export type DecoyName = keyof typeof rows

type Row = readonly [id: string, clause: string, title: string]

const rows = {
  'no-trying': ['L01', 'RFC 3261 17.2.1', 'sends no 100 to an INVITE that is answered within 200 ms'],
  'unknown-headers': ['L02', 'RFC 3261 7.3.1, 8.2.2', 'adds header fields that nobody knows'],
  'headers-shuffled': ['L03', 'RFC 3261 7.3.1', 'writes header fields in another order, but for those of one name'],
  'compact-forms': ['L04', 'RFC 3261 7.3.3', 'writes the names of header fields in compact form'],
  'header-names-in-other-case': ['L05', 'RFC 3261 7.3.1', 'writes the names of header fields in mixed letter case'],
  'folded-lines': ['L06', 'RFC 3261 7.3.1', 'folds header fields into several lines'],
  'another-refusal': [
    'L07',
    'RFC 3261 21.4.13, 21.5.2',
    'refuses a body of a type it does not know with 415, and a method nobody knows with 501',
  ],
  'malformed-dropped': [
    'L08',
    'RFC 3261 18.3, RFC 4475 3.1.2',
    'gives no answer to a datagram that breaks the grammar',
  ],
  'unframeable-closed': [
    'L09',
    'RFC 3261 18.3',
    'closes a stream without an answer when no message can be cut out of it',
  ],
  'overload-refused': ['L10', 'RFC 3261 21.5.4', 'refuses with 503 and Retry-After while many requests come at once'],
  'answers-late': ['L11', 'RFC 3261 17.2', 'sends each message up to 200 ms late'],
  'datagrams-lost': ['L12', 'RFC 3261 17', 'loses one datagram of fifty in each direction'],
  'xml-written-otherwise': [
    'L13',
    'Namespaces in XML 1.0 6',
    'writes XML with prefixes, and attributes in another order',
  ],
  'unknown-body-part': ['L14', 'RFC 5621 3.2', 'adds a part of an unknown type, to be ignored, to a multipart body'],
  'warning-in-other-words': [
    'L15',
    'RFC 3261 20.43',
    'keeps the code of a Warning text and says the rest in other words',
  ],
  'received-always': ['L16', 'RFC 3261 18.2.1', 'adds received to the Via of every response'],
  'timers-long': ['L17', 'RFC 3261 17.1.1.1', 'waits twice as long for everything as the default timers say'],
  'timers-short': ['L17b', 'RFC 3261 17.1.1.1', 'repeats twice as early as the default timers say'],
  'fresh-nonce-each-time': [
    'L18',
    'RFC 7616 3.3',
    'takes each nonce once, and challenges the next request with stale=true',
  ],
  'three-colons-refused': ['L19', 'RFC 5118 4.10', 'refuses an IPv6 reference with three colons in a row'],
  'collection-pauses': ['L20', 'RFC 3261 17', 'does nothing for 300 ms, every few seconds'],
} as const satisfies Readonly<Record<string, Row>>

export const decoys: readonly Decoy[] = Object.entries(rows).map(([name, [id, clause, title]]) => ({
  id,
  name: name as DecoyName,
  clause,
  title,
}))
