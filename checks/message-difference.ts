import { readDataMessage } from '#wire/mcdata'
import { readXml, type XmlElement } from '#wire/mcx-xml'
import { partHeader, readMediaType, readMultipart } from '#wire/multipart'
import { readSdp } from '#wire/sdp'
import { header, readMessage, type SipMessage, type StartLine } from '#wire/sip'

// What two SIP messages differ in, by field: header field, line of SDP, XML element, field of a binary part.

interface Field {
  readonly name: string
  readonly value: string
}

/** Each field that differs, as a line; nothing when the octets are the same. */
export function messageDifference(golden: Uint8Array, came: Uint8Array): readonly string[] {
  if (Buffer.from(golden).equals(came)) return []
  const [expected, actual] = [named(fieldsOf(golden)), named(fieldsOf(came))]
  const lines = [...new Set([...expected.keys(), ...actual.keys()])]
    .filter((name) => expected.get(name) !== actual.get(name))
    .map((name) => `${name}: expected ${expected.get(name) ?? 'absent'}, came ${actual.get(name) ?? 'absent'}`)
  if (lines.length > 0) return lines.map(printable)
  const [order, now] = [[...expected.keys()], [...actual.keys()]]
  const moved = order.find((name, at) => name !== now[at])
  return [moved === undefined ? octetDifference(golden, came) : `${printable(moved)}: it stands in another place`]
}

const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, (one) => JSON.stringify(one).slice(1, -1))

/** What no field shows is written otherwise, such as the white space around it. */
function octetDifference(golden: Uint8Array, came: Uint8Array): string {
  const at = golden.findIndex((octet, index) => octet !== came[index])
  const place = at === -1 ? golden.length : at
  const line = Buffer.from(golden).toString('latin1').slice(0, place).split('\r\n').length
  const shown = (octets: Uint8Array): string => JSON.stringify(lineAt(octets, place))
  return `line ${line}: expected ${shown(golden)}, came ${shown(came)}`
}

function lineAt(octets: Uint8Array, at: number): string {
  const text = Buffer.from(octets).toString('latin1')
  const end = text.indexOf('\r\n', at)
  return text.slice(text.lastIndexOf('\r\n', at - 1) + 2, end === -1 ? text.length : end)
}

/** Fields by name; the second of a name is numbered. */
function named(fields: readonly Field[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const counts = new Map<string, number>()
  for (const { name, value } of fields) {
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    found.set(count === 1 ? name : `${name} (${count})`, value)
  }
  return found
}

function fieldsOf(octets: Uint8Array): readonly Field[] {
  const message = readMessage(octets)
  const { startLine } = message
  return [
    ...startFields(startLine),
    ...message.headers.map(({ name, value }) => ({ name: name === '' ? 'line without a name' : name, value })),
    ...bodyFields(message),
  ]
}

function startFields(line: StartLine): readonly Field[] {
  switch (line.kind) {
    case 'request':
      return [
        { name: 'method', value: line.method },
        { name: 'Request-URI', value: line.requestUri },
      ]
    case 'response':
      return [
        { name: 'status code', value: String(line.status) },
        { name: 'reason phrase', value: line.reason },
      ]
    case 'unreadable':
      return [{ name: 'start line', value: line.text }]
  }
}

function bodyFields(message: SipMessage): readonly Field[] {
  if (message.body.length === 0) return []
  const type = readMediaType(header(message, 'Content-Type') ?? '')
  const boundary = type?.parameters.get('boundary')
  if (type === undefined || !type.essence.startsWith('multipart/') || boundary === undefined)
    return partFields(type?.essence ?? 'body', message.body)
  return readMultipart(message.body, boundary).parts.flatMap((part) => {
    const given = partHeader(part, 'Content-Type') ?? 'no type'
    return [
      ...part.headers.map(({ name, value }) => ({ name: `part ${name}`, value })),
      ...partFields(readMediaType(given)?.essence ?? given, part.body),
    ]
  })
}

function partFields(essence: string, body: Uint8Array): readonly Field[] {
  if (essence.endsWith('+xml')) {
    const { root } = readXml(body)
    if (root !== undefined) return elementFields(root, '')
  }
  if (essence === 'application/sdp')
    return readSdp(body).lines.map(({ type, value }) => {
      const attribute = type === 'a' ? /^[\w-]+/.exec(value)?.[0] : undefined
      return { name: `SDP ${type}=${attribute ?? ''}`, value }
    })
  for (const [name, kind] of [
    ['mcdata-signalling', 'sds-signalling'],
    ['mcdata-payload', 'data-payload'],
  ] as const) {
    const { message } = essence.endsWith(name) ? readDataMessage(body, kind) : {}
    if (message !== undefined)
      return Object.entries(message).map(([field, value]) => ({ name: `${name} ${field}`, value: written(value) }))
  }
  return [{ name: essence, value: Buffer.from(body).toString('hex') }]
}

const written = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (Buffer.isBuffer(one) ? one.toString('latin1') : one))

function elementFields(element: XmlElement, above: string): readonly Field[] {
  const { name, namespace, attributes, children, text } = element
  const path = `${above}${name}`
  return [
    ...(above === '' ? [{ name: `${path} namespace`, value: namespace }] : []),
    ...Object.entries(attributes).map(([key, value]) => ({ name: `${path} ${key}`, value })),
    ...(children.length === 0 ? [{ name: path, value: text }] : []),
    ...children.flatMap((child) => elementFields(child, `${path}/`)),
  ]
}
