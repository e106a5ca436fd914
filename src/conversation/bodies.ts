import { readXml, validateXml, type SchemaName, type XmlElement } from '#wire/mcx-xml'
import { partHeader, readMediaType, readMultipart, type MediaType } from '#wire/multipart'
import { mediaOf, readSdp, type Sdp, type SdpMedia } from '#wire/sdp'
import { header, type SipMessage } from '#wire/sip'
import type { Finding } from './conversation.ts'

/** One body of a message: the whole, or a part of a multipart. */
export interface Body {
  /** `application/sdp`, in lower case. */
  readonly mediaType: string
  /** Content-Disposition without its parameters, in lower case; `''` when there is none. */
  readonly disposition: string
  /** Octets of the message. */
  readonly span: { readonly start: number; readonly end: number }
  readonly content: BodyContent
}

/** A session description, and the media it describes. */
export interface Session {
  readonly sdp: Sdp
  readonly media: readonly SdpMedia[]
}

type BodyContent =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'xml'; readonly root: XmlElement | undefined }
  | { readonly kind: 'other' }

/** Bodies that have a form of their own in Mission Critical services, and what their root must be. */
const documents: ReadonlyMap<string, { readonly root: string; readonly clause: string; readonly schema?: SchemaName }> =
  new Map([
    [
      'application/vnd.3gpp.mcptt-info+xml',
      { root: '{urn:3gpp:ns:mcpttInfo:1.0}mcpttinfo', clause: 'TS 24.379 F.1', schema: 'mcptt-info' as const },
    ],
    [
      'application/poc-settings+xml',
      {
        root: '{urn:oma:params:xml:ns:poc:poc-settings}poc-settings',
        clause: 'RFC 4354 4',
        schema: 'poc-settings' as const,
      },
    ],
    [
      'application/resource-lists+xml',
      { root: '{urn:ietf:params:xml:ns:resource-lists}resource-lists', clause: 'RFC 4826 3.2' },
    ],
    ['application/pidf+xml', { root: '{urn:ietf:params:xml:ns:pidf}presence', clause: 'RFC 3863 4.1' }],
  ])

/** Multiparts inside each other that are opened, and bodies of a message that are read. */
const maximalDepth = 4
const maximalBodies = 128
/** Of one session description; who reads more than these learns no more. */
const mostSdpFindings = 20

/** Reads every body of a message, parts of multiparts one by one. Never throws; what is wrong goes to `findings`. */
export function readBodies(message: SipMessage, findings: Finding[]): readonly Body[] {
  const bodies: Body[] = []
  const contentType = header(message, 'content-type')
  if (message.body.length === 0 || contentType === undefined) return bodies
  const disposition = header(message, 'content-disposition')
  readOne(message.body, { contentType, disposition, offset: message.bodySpan.start, depth: 0 }, bodies, findings)
  return bodies
}

interface Place {
  readonly contentType: string
  readonly disposition: string | undefined
  readonly offset: number
  readonly depth: number
}

function readOne(octets: Uint8Array, place: Place, bodies: Body[], findings: Finding[]): void {
  const { contentType, disposition = '', offset, depth } = place
  const type = readMediaType(contentType)
  if (type?.essence.startsWith('multipart/') === true) {
    readParts(octets, type, place, bodies, findings)
    return
  }
  if (bodies.length === maximalBodies) return
  const essence = type?.essence ?? contentType.slice(0, 80).toLowerCase()
  bodies.push({
    mediaType: essence,
    disposition: (disposition.split(';')[0] ?? '').trim().toLowerCase(),
    span: { start: offset, end: offset + octets.length },
    content: depth > maximalDepth ? { kind: 'other' } : contentOf(essence, octets, offset, findings),
  })
}

function readParts(octets: Uint8Array, type: MediaType, place: Place, bodies: Body[], findings: Finding[]): void {
  const { offset, depth } = place
  const boundary = type.parameters.get('boundary')
  const wrong = (rule: string, clause: string, at: number, text: string): void => {
    findings.push({ rule, clause, severity: 'error', offset: at, text })
  }
  if (boundary === undefined) {
    wrong('multipart-boundary-missing', 'RFC 2046 5.1', offset, 'expected a boundary parameter in Content-Type')
    return
  }
  if (depth === maximalDepth) {
    wrong(
      'multipart-depth',
      'RFC 2046 5.1',
      offset,
      `no more than ${maximalDepth} multiparts inside each other are opened`,
    )
    return
  }
  const { parts, diagnostics } = readMultipart(octets, boundary, offset)
  for (const { rule, clause, message, span } of diagnostics)
    wrong(`multipart-${rule}`, `RFC 2046 ${clause}`, span.start, message)
  for (const part of parts) {
    // A part without a type is plain text (RFC 2046 5.1).
    const contentType = partHeader(part, 'content-type') ?? 'text/plain'
    const disposition = partHeader(part, 'content-disposition')
    readOne(part.body, { contentType, disposition, offset: part.bodySpan.start, depth: depth + 1 }, bodies, findings)
  }
}

function contentOf(essence: string, octets: Uint8Array, offset: number, findings: Finding[]): BodyContent {
  if (essence === 'application/sdp') {
    const sdp = readSdp(octets, offset)
    for (const diagnostic of sdp.diagnostics.slice(0, mostSdpFindings))
      findings.push({ ...diagnostic, severity: 'error' })
    return { kind: 'session', session: { sdp, media: mediaOf(sdp) } }
  }
  if (!essence.endsWith('+xml') && !essence.endsWith('/xml')) return { kind: 'other' }
  const { root, diagnostics } = readXml(octets, offset)
  for (const { rule, message, span } of diagnostics)
    findings.push({
      rule: `xml-${rule}`,
      clause: xmlClauses[rule],
      severity: 'error',
      offset: span.start,
      text: message,
    })
  const document = documents.get(essence)
  if (root === undefined || document === undefined) return { kind: 'xml', root }
  const name = `{${root.namespace}}${root.name}`
  if (name !== document.root) {
    const text = `expected the root ${document.root}, came ${name.slice(0, 80)}`
    findings.push({ rule: 'xml-root', clause: document.clause, severity: 'error', offset: root.span.start, text })
  } else if (document.schema !== undefined) {
    for (const { message, line } of validateXml(octets, document.schema).slice(0, 10)) {
      const at = offset + startOfLine(octets, line)
      findings.push({ rule: 'xml-schema', clause: document.clause, severity: 'error', offset: at, text: message })
    }
  }
  return { kind: 'xml', root }
}

const xmlClauses = {
  'well-formed': 'XML 1.0 2.1',
  doctype: 'RFC 7303 10',
  encoding: 'RFC 7303 3',
  depth: 'RFC 7303 10',
  size: 'RFC 7303 10',
} as const

function startOfLine(octets: Uint8Array, line: number): number {
  let at = 0
  for (let number = 1; number < line; number += 1) {
    const feed = octets.indexOf(10, at)
    if (feed === -1) break
    at = feed + 1
  }
  return at
}

/** The session description of a message, if any. */
export const sessionOf = (bodies: readonly Body[]): Session | undefined => {
  const found = bodies.find(({ content }) => content.kind === 'session')
  return found?.content.kind === 'session' ? found.content.session : undefined
}

/** The root of the first XML body of that media type. */
export const documentOf = (bodies: readonly Body[], mediaType: string): XmlElement | undefined => {
  const found = bodies.find((body) => body.mediaType === mediaType && body.content.kind === 'xml')
  return found?.content.kind === 'xml' ? found.content.root : undefined
}
