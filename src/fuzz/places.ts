import { readMessage, spanOf, type HeaderField, type SipMessage, type Span } from '#wire/sip'
import { bodyPlaces } from './body-places.ts'
import type { Place, PlaceType } from './place.ts'

/** How the values of a header field are taken apart: parts by the names of `spanOf`. */
type Parts = readonly (readonly [part: string, type: PlaceType, limits?: readonly [number, number]])[]

const uriParts = (of: string): Parts => [
  [of, 'uri'],
  [`${of}.scheme`, 'token'],
  [`${of}.user`, 'user'],
  [`${of}.host`, 'host'],
  [`${of}.port`, 'port'],
]
const address: Parts = [
  ['displayName', 'display-name'],
  ...uriParts('uri'),
  ['tag', 'parameter'],
  ['expires', 'parameter'],
]
const seconds: Parts = [['', 'integer', [0, 2 ** 32 - 1]]]
const mediaType: Parts = [
  ['', 'media-type'],
  ['type', 'token'],
  ['subtype', 'token'],
  ['boundary', 'boundary'],
]

const headerParts: Readonly<Record<string, Parts>> = {
  via: [
    ['', 'via'],
    ['protocol', 'token'],
    ['version', 'token'],
    ['transport', 'token'],
    ['host', 'host'],
    ['port', 'port'],
    ['branch', 'parameter'],
    ['rport', 'parameter'],
  ],
  from: [['', 'address'], ...address],
  to: [['', 'address'], ...address],
  contact: [['', 'address'], ...address],
  route: [['', 'address'], ...address],
  'p-asserted-identity': [['', 'address'], ...address],
  'p-preferred-identity': [['', 'address'], ...address],
  'call-id': [['', 'word']],
  'in-reply-to': [['', 'word']],
  cseq: [
    ['sequence', 'integer', [0, 2 ** 31 - 1]],
    ['method', 'method'],
  ],
  'max-forwards': [['', 'integer', [0, 255]]],
  expires: seconds,
  'min-expires': seconds,
  'session-expires': [['', 'integer', [90, 2 ** 32 - 1]]],
  'min-se': [['', 'integer', [90, 2 ** 32 - 1]]],
  'content-length': [['', 'content-length', [0, 2 ** 31 - 1]]],
  'content-type': mediaType,
  date: [['', 'date']],
  authorization: [['', 'credentials']],
  event: [['', 'token']],
}

const requestUri: Parts = uriParts('')

/** Every part of a message that can be changed, in the order in which it stands there. */
export function placesOf(octets: Uint8Array): readonly Place[] {
  const message = readMessage(octets)
  const whole = { start: 0, end: octets.length }
  const end = message.headers.at(-1)?.span.end ?? 0
  const found: Place[] = [{ path: 'Message', type: 'message', span: whole, whole }]
  const add = (
    path: string,
    type: PlaceType,
    span: Span | undefined,
    around = span,
    limits?: Place['limits'],
  ): void => {
    if (span !== undefined && around !== undefined)
      found.push({ path, type, span, whole: around, ...(limits && { limits }) })
  }
  add('Method', 'method', spanOf(message, 'Method'))
  for (const [part, type] of requestUri) add(`Request-URI${part}`, type, spanOf(message, `Request-URI${part}`))
  add('Version', 'version', versionSpan(message))
  const count = new Map<string, number>()
  for (const field of message.headers) {
    const name = field.name.toLowerCase()
    const index = count.get(name) ?? 0
    count.set(name, index + 1)
    const path = index === 0 ? field.name : `${field.name}[${index}]`
    headerPlaces(message, field, path, `${field.name}[${index}]`, add)
  }
  add('Head', 'end-of-head', { start: end, end })
  for (const place of bodyPlaces(message)) found.push(place)
  return found
}

type Add = (path: string, type: PlaceType, span: Span | undefined, whole?: Span, limits?: Place['limits']) => void

function headerPlaces(message: SipMessage, field: HeaderField, path: string, asked: string, add: Add): void {
  const { start } = field.span
  add(`${path}.line`, 'header-line', field.span)
  add(`${path}.name`, 'header-name', { start, end: start + field.name.length })
  add(path, 'header-value', field.valueSpan, field.span)
  for (const [part, type, limits] of headerParts[field.name.toLowerCase()] ?? []) {
    const span = part === '' ? field.valueSpan : spanOf(message, `${asked}.${part}`)
    if (span === undefined) continue
    add(`${path}.${part === '' ? 'value' : part}`, type, span, wholeOf(message, type, span, field), limits)
  }
}

/** A parameter goes with its name and semicolon, a value of a field with its line. */
function wholeOf({ octets }: SipMessage, type: PlaceType, span: Span, field: HeaderField): Span {
  if (type !== 'parameter' && type !== 'boundary') return span
  let { start } = span
  while (start > field.valueSpan.start && octets[start] !== 0x3b) start -= 1
  return { start, end: span.end }
}

function versionSpan({ octets, startLine }: SipMessage): Span | undefined {
  const end = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).indexOf('\r\n')
  if (startLine.kind !== 'request' || end === -1) return undefined
  return { start: end - 'SIP/2.0'.length, end }
}
