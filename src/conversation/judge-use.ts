import { header, headerField, headers, parameter, splitList, type HeaderField } from '#wire/sip'
import { methodOf, statusOf, tokensOf } from './addressing.ts'
import type { Finding, SipEntry } from './conversation.ts'

/** A header field where its table says that it is not applicable: it must not be there (RFC 3261 20). */
interface Misplaced {
  readonly name: string
  readonly clause: string
  /** Requests of these methods, and responses to them. */
  readonly methods: readonly string[]
  readonly in: 'request' | 'provisional' | 'success'
}

const contactIn = (methods: readonly string[], place: Misplaced['in'], clause: string): Misplaced => ({
  name: 'Contact',
  clause,
  methods,
  in: place,
})

/** Rows of RFC 3261 tables 2 and 3, and of the tables of the extensions, that systems are known to miss. */
const misplaced: readonly Misplaced[] = [
  contactIn(['BYE', 'CANCEL'], 'request', 'RFC 3261 20 table 2'),
  contactIn(['BYE', 'CANCEL', 'REGISTER', 'OPTIONS'], 'provisional', 'RFC 3261 20 table 2'),
  contactIn(['BYE', 'CANCEL'], 'success', 'RFC 3261 20 table 2'),
  contactIn(['PRACK'], 'request', 'RFC 3262 6 table 1'),
  contactIn(['PRACK'], 'provisional', 'RFC 3262 6 table 1'),
  contactIn(['PRACK'], 'success', 'RFC 3262 6 table 1'),
  contactIn(['MESSAGE'], 'request', 'RFC 3428 4'),
  contactIn(['MESSAGE'], 'success', 'RFC 3428 7'),
  { name: 'Record-Route', clause: 'RFC 3261 20 table 3', methods: ['REGISTER'], in: 'request' },
  { name: 'P-Preferred-Identity', clause: 'RFC 3325 9.2', methods: ['ACK', 'CANCEL'], in: 'request' },
  { name: 'P-Asserted-Identity', clause: 'RFC 3325 9.1', methods: ['ACK', 'CANCEL'], in: 'request' },
]

/** Judges where header fields stand, and what one message alone asks for. */
export function judgeUse(entry: SipEntry): void {
  const { message, findings } = entry
  const method = methodOf(message)
  const status = statusOf(message)
  const place = status === undefined ? 'request' : status < 200 ? 'provisional' : status < 300 ? 'success' : undefined
  const say = (
    rule: string,
    clause: string,
    field: HeaderField | undefined,
    text: string,
    severity: Finding['severity'] = 'error',
  ): void => {
    findings.push({ rule, clause, severity, offset: field?.span.start ?? 0, text })
  }
  for (const row of misplaced) {
    const field = row.in === place && row.methods.includes(method) ? headerField(message, row.name) : undefined
    if (field === undefined) continue
    const where = status === undefined ? method : `a ${status} response to ${method}`
    say('header-field-not-applicable', row.clause, field, `expected no ${row.name} in ${where}`)
  }
  if (status === 100 && header(message, 'record-route') !== undefined) {
    const text = 'Record-Route is for requests, 18x and 2xx responses; a 100 makes no dialog'
    say('header-field-not-applicable', 'RFC 3261 20 table 3', headerField(message, 'record-route'), text, 'warning')
  }
  if (status !== undefined && status > 100 && status < 200 && tokensOf(message, 'require').includes('100rel')) {
    if (headerField(message, 'rseq') === undefined)
      say(
        'rseq-missing',
        'RFC 3262 3',
        headerField(message, 'require'),
        'expected an RSeq in a reliable provisional response',
      )
  }
  const size = message.octets.length
  if (status === undefined && entry.transport === 'udp' && size > largestUdpRequest) {
    const text = `expected TCP above ${largestUdpRequest} octets unless the path MTU is known, came ${size} over UDP`
    say('request-too-large-for-udp', 'RFC 3261 18.1.1', undefined, text, 'warning')
  }
  judgeAnswerMode(entry, say)
}

/** Octets of a request on a path whose MTU is not known. */
const largestUdpRequest = 1300

type Say = (
  rule: string,
  clause: string,
  field: HeaderField | undefined,
  text: string,
  severity?: Finding['severity'],
) => void

const answerModes = ['answer-mode', 'priv-answer-mode'] as const

function judgeAnswerMode({ message }: SipEntry, say: Say): void {
  const fields = answerModes.map((name) => headerField(message, name)).filter((field) => field !== undefined)
  if (fields.length > 1)
    say('answer-mode-twice', 'RFC 5373 4', fields[1], 'expected Answer-Mode or Priv-Answer-Mode, came both', 'warning')
}

const icsi = 'urn:urn-7:3gpp-service.ims.icsi.mcptt'

/** Feature tags of a Contact or Accept-Contact value, in lower case, values without quotes and escapes. */
function featureTags(value: string): ReadonlyMap<string, string> {
  const tags = value.matchAll(/;\s*\+?([\w.-]+)\s*(?:=\s*"?([^";]*)"?)?/g)
  return new Map([...tags].map(([, name = '', given = '']) => [name.toLowerCase(), given.replaceAll(/%3a/gi, ':')]))
}

/** Whether a request says that it is about MCPTT: by its service or by the feature tags it asks for. */
export const isMcptt = ({ message }: SipEntry): boolean =>
  ['p-preferred-service', 'p-asserted-service'].some((name) =>
    headers(message, name).some((one) => one.includes(icsi)),
  ) || headers(message, 'accept-contact').some((one) => featureTags(one).has('g.3gpp.mcptt'))

/** Judges a message about MCPTT by what TS 24.379 asks of every one of its kind. */
export function judgeMcptt(entry: SipEntry): void {
  const { message, findings } = entry
  const say: Say = (rule, clause, field, text, severity = 'warning') => {
    findings.push({ rule, clause: `TS 24.379 ${clause}`, severity, offset: field?.span.start ?? 0, text })
  }
  const method = methodOf(message)
  const status = statusOf(message)
  const request = entry.transaction?.request
  const contact = headerField(message, 'contact')
  const tags = contact === undefined ? new Map<string, string>() : featureTags(contact.value)
  const missing = [
    ...(tags.has('g.3gpp.mcptt') ? [] : ['+g.3gpp.mcptt']),
    ...((tags.get('g.3gpp.icsi-ref') ?? '').includes(icsi) ? [] : ['+g.3gpp.icsi-ref']),
  ]
  const tagText = `expected ${missing.join(' and ')} in Contact`
  if (status === undefined) {
    // Whoever registers without any tag of MCPTT registers for something else.
    if (method === 'REGISTER' && tags.has('g.3gpp.mcptt') && missing.length > 0 && !leaves(message))
      say('mcptt-feature-tag-missing', '7.2.1', contact, tagText)
    if (method !== 'INVITE' || !isMcptt(entry)) return
    if (missing.length > 0) say('mcptt-feature-tag-missing', '11.1.1.2.1.1', contact, tagText)
    judgeAcceptContact(entry, say)
  } else if (method === 'INVITE' && status > 100 && status < 300 && request !== undefined && isMcptt(request)) {
    if (missing.length > 0) say('mcptt-feature-tag-missing', '6.2.3', contact, tagText)
  }
}

function judgeAcceptContact({ message }: SipEntry, say: Say): void {
  const fields = headers(message, 'accept-contact').flatMap(splitList).map(featureTags)
  const required = fields.filter((tags) => tags.has('require') && tags.has('explicit'))
  const wanted: readonly (readonly [string, boolean])[] = [
    ['+g.3gpp.mcptt', required.some((tags) => tags.has('g.3gpp.mcptt'))],
    ['+g.3gpp.icsi-ref', required.some((tags) => (tags.get('g.3gpp.icsi-ref') ?? '').includes(icsi))],
  ]
  for (const [tag, there] of wanted)
    if (!there)
      say(
        'accept-contact-missing',
        '6.3.2.1',
        headerField(message, 'accept-contact'),
        `expected an Accept-Contact with ${tag}, require and explicit`,
      )
}

/** A REGISTER that takes bindings away. */
export function leaves(message: SipEntry['message']): boolean {
  const values = headers(message, 'contact').flatMap(splitList)
  if (values.some((value) => value === '*')) return true
  const expires = header(message, 'expires')
  return values.length > 0 && values.every((value) => (expiryOf(value) ?? expires) === '0')
}

const expiryOf = (binding: string): string | undefined => {
  const end = binding.indexOf('>')
  const parameters = binding
    .slice(end + 1)
    .split(';')
    .map((part) => part.split('='))
  return parameter(
    parameters.map(([name = '', value]) => ({ name: name.trim(), value: value?.trim() })),
    'expires',
  )
}
