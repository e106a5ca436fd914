import { header, readMediaType, readMessage } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import type { Address } from '#transport'
import type { DecoyName } from './decoys.ts'
import { rewrittenXml } from './rewritten-xml.ts'

type Shows = (name: DecoyName) => boolean
type Field = readonly [name: string, value: string]

const writing = [
  ...(['unknown-headers', 'headers-shuffled', 'compact-forms', 'header-names-in-other-case', 'folded-lines'] as const),
  ...(['xml-written-otherwise', 'unknown-body-part', 'warning-in-other-words', 'received-always'] as const),
]

/** The octets of a message as a system writes them that has other habits than ours, and means the same. */
export function writtenOtherwise(octets: Uint8Array, to: Address, shows: Shows): Uint8Array {
  if (!writing.some(shows)) return octets
  const message = readMessage(octets)
  const text = latin1(octets)
  const line = text.slice(0, text.indexOf('\r\n'))
  const body = bodyOf(message, shows)
  const fields = fieldsOf(message, to, shows).map(([name, value]): Field =>
    name.toLowerCase() === 'content-length' ? [name, String(body.length)] : [name, value],
  )
  const lines = ordered(fields, shows).map(([name, value]) => lineOf(name, value, shows))
  return Buffer.from([line, ...lines, '', body].join('\r\n'), 'latin1')
}

const latin1 = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')

function fieldsOf(message: SipMessage, to: Address, shows: Shows): readonly Field[] {
  const text = latin1(message.octets)
  const fields = message.headers.map(({ name, valueSpan }): Field => [name, text.slice(valueSpan.start, valueSpan.end)])
  const isResponse = message.startLine.kind === 'response'
  const top = fields.findIndex(([name]) => /^(via|v)$/i.test(name))
  const unknown: readonly Field[] = shows('unknown-headers')
    ? [
        ['X-Example-Build', '7 (a comment "with quotes"), more'],
        ['P-Example-Mark', '<sip:mark@example.com>;a=b;c'],
      ]
    : []
  const told = fields.map(([name, value], index): Field => {
    if (name === 'Warning' && shows('warning-in-other-words')) return [name, inOtherWords(value)]
    const isReceiver = isResponse && index === top && shows('received-always') && !/;received=/i.test(value)
    return isReceiver ? [name, value.replace(/(,|$)/, `;received=${to.address}$1`)] : [name, value]
  })
  return [...told, ...unknown]
}

const inOtherWords = (value: string): string => value.replace(/"(\d{3}) [^"]*"/, '"$1 this may not be done here"')

/** Those of one name stay in order. */
function ordered(fields: readonly Field[], shows: Shows): readonly Field[] {
  if (!shows('headers-shuffled')) return fields
  const rank = ([name]: Field): string => name.toLowerCase().slice(1)
  return fields.toSorted((one, other) => rank(one).localeCompare(rank(other)))
}

const compact: Readonly<Record<string, string>> = {
  ...{ 'accept-contact': 'a', 'referred-by': 'b', 'content-type': 'c', 'content-encoding': 'e', from: 'f' },
  ...{ 'call-id': 'i', supported: 'k', 'content-length': 'l', contact: 'm', event: 'o', 'refer-to': 'r' },
  ...{ subject: 's', to: 't', 'allow-events': 'u', via: 'v', 'session-expires': 'x' },
}

function lineOf(name: string, value: string, shows: Shows): string {
  const short = shows('compact-forms') ? (compact[name.toLowerCase()] ?? name) : name
  const cased = shows('header-names-in-other-case') ? inMixedCase(short) : short
  return shows('folded-lines') ? `${cased}: ${folded(name, value)}` : `${cased}: ${value}`
}

const inMixedCase = (name: string): string =>
  name.replaceAll(/(.)(.?)/g, (_pair, one: string, other: string) => one.toLowerCase() + other.toUpperCase())

/** A fold where a space stands outside of quotes; a date has single spaces and nothing else (RFC 3261 25.1). */
const folded = (name: string, value: string): string =>
  name.toLowerCase() === 'date' ? value : value.replace(/^([^" ]+) (?=[^ ])/, '$1\r\n ')

function bodyOf(message: SipMessage, shows: Shows): string {
  const body = latin1(message.body)
  const type = readMediaType(header(message, 'Content-Type') ?? '')
  const boundary = type?.parameters.find(({ name }) => name.toLowerCase() === 'boundary')?.value
  const written = shows('xml-written-otherwise') ? rewrittenXml(body) : body
  if (!shows('unknown-body-part') || type?.type !== 'multipart' || boundary === undefined) return written
  const part = [
    `--${boundary}`,
    'Content-Type: application/vnd.example.note+xml',
    'Content-Disposition: render;handling=optional',
    '',
    '<note xmlns="urn:example:note"/>',
    '',
  ]
  return written.replace(`--${boundary}--`, (end) => `${part.join('\r\n')}${end}`)
}
