import { readXml, type XmlElement } from '#wire/mcx-xml'
import { partHeader, readMediaType, readMultipart } from '#wire/multipart'
import { header, type SipMessage, type Span } from '#wire/sip'
import type { Place, PlaceType } from './place.ts'

/** The parts of a body that can be changed: those of a multipart, elements of XML, lines of SDP. */
export function bodyPlaces(message: SipMessage): readonly Place[] {
  const { bodySpan, body } = message
  if (body.length === 0) return []
  const found: Place[] = [{ path: 'Body', type: 'body', span: bodySpan, whole: bodySpan }]
  const type = readMediaType(header(message, 'Content-Type') ?? '')
  const boundary = type?.parameters.get('boundary')
  if (boundary === undefined) {
    found.push(...documentPlaces(message, 'body', type?.essence ?? '', bodySpan))
    return found
  }
  const { parts } = readMultipart(body, boundary, bodySpan.start)
  const text = latin1(message)
  for (const [index, part] of parts.entries()) {
    const path = `body[${index}]`
    const before = text.lastIndexOf(`--${boundary}`, part.span.start)
    found.push({
      path: `${path}.delimiter`,
      type: 'delimiter',
      span: { start: before, end: part.span.start },
      whole: { start: before, end: part.span.start },
    })
    // With the delimiter before it and the line end after it.
    found.push({ path, type: 'part', span: part.span, whole: { start: before, end: part.span.end + 2 } })
    for (const field of part.headers)
      found.push({ path: `${path}.${field.name}`, type: 'part-header', span: field.span, whole: field.span })
    const essence = readMediaType(partHeader(part, 'Content-Type') ?? '')?.essence ?? ''
    found.push(...documentPlaces(message, path, essence, part.bodySpan))
  }
  const close = text.lastIndexOf(`--${boundary}--`)
  if (close >= bodySpan.start) {
    const span = { start: close, end: bodySpan.end }
    found.push({ path: 'body.close', type: 'delimiter', span, whole: span })
  }
  return found
}

const latin1 = ({ octets }: SipMessage): string =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('latin1')

function documentPlaces(message: SipMessage, path: string, essence: string, span: Span): readonly Place[] {
  if (essence === 'application/sdp') return sdpPlaces(message, path, span)
  if (!essence.endsWith('+xml')) return []
  const { root } = readXml(message.octets.subarray(span.start, span.end), span.start)
  if (root === undefined) return []
  const text = latin1(message)
  const found: Place[] = [{ path: `${path}.document`, type: 'document', span, whole: span }]
  elementPlaces(root, path, text, found)
  return found
}

function elementPlaces(element: XmlElement, above: string, text: string, found: Place[]): void {
  const path = `${above}/${element.name}`
  const { span, contentSpan } = element
  found.push({ path, type: 'element', span: contentSpan, whole: span })
  const nameEnd = span.start + 1 + (/^<([^\s/>]+)/.exec(text.slice(span.start, contentSpan.start))?.[1]?.length ?? 0)
  found.push({ path: `${path}.name`, type: 'element-name', span: { start: span.start + 1, end: nameEnd }, whole: span })
  for (const match of text.slice(nameEnd, contentSpan.start).matchAll(/\s([\w:.-]+)="([^"]*)"/g)) {
    const start = nameEnd + match.index
    const valueStart = start + match[0].length - (match[2]?.length ?? 0) - 1
    found.push({
      path: `${path}@${match[1]}`,
      type: 'attribute',
      span: { start: valueStart, end: valueStart + (match[2]?.length ?? 0) },
      whole: { start, end: start + match[0].length },
    })
  }
  if (element.children.length === 0 && element.text !== '')
    found.push({ path: `${path}.text`, type: typeOfText(element.text), span: contentSpan, whole: span })
  const seen = new Map<string, number>()
  for (const child of element.children) {
    const index = seen.get(child.name) ?? 0
    seen.set(child.name, index + 1)
    elementPlaces(index === 0 ? child : { ...child, name: `${child.name}[${index}]` }, path, text, found)
  }
}

function typeOfText(text: string): PlaceType {
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text) && text.length > 100) return 'token-text'
  if (/^sips?:/.test(text)) return 'uri-text'
  if (/^\d+$/.test(text)) return 'integer-text'
  if (/^(?:true|false)$/.test(text)) return 'boolean-text'
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(text) ? 'domain-text' : 'text'
}

function sdpPlaces(message: SipMessage, path: string, span: Span): readonly Place[] {
  const found: Place[] = []
  const count = new Map<string, number>()
  let start = span.start
  for (const line of latin1(message).slice(span.start, span.end).split('\r\n')) {
    const end = start + line.length
    if (line !== '') {
      const index = count.get(line.charAt(0)) ?? 0
      count.set(line.charAt(0), index + 1)
      const name = `${path}/${line.charAt(0)}${index === 0 ? '' : `[${index}]`}`
      const whole = { start, end: Math.min(end + 2, span.end) }
      found.push({ path: name, type: 'sdp-line', span: { start, end }, whole })
      found.push({ path: `${name}.value`, type: 'sdp-value', span: { start: start + 2, end }, whole })
    }
    start = end + 2
  }
  return found
}
