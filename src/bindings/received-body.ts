import type { SipMessage } from '#wire/sip'
import { header, headerField } from '#wire/sip'
import { partHeader, readMediaType, readMultipart, type MediaType } from '#wire/multipart'
import { readXml, validateXml, type SchemaName, type XmlElement } from '#wire/mcx-xml'
import type { Source } from '#verdict'
import type { Problem, Span, WireRule } from './binding.ts'
import { defaultBinding, sources } from './sources.ts'
import { problem } from './wire-rule.ts'

export const infoType = 'application/vnd.3gpp.mcptt-info+xml'
export const settingsType = 'application/poc-settings+xml'

/** The XML parts of a body, and what is wrong with it. */
export interface ReceivedBody {
  /** Root of the mcptt-info part; absent when there is none, or it could not be read. */
  readonly info?: XmlElement
  /** Root of the poc-settings part. */
  readonly settings?: XmlElement
  /** Media types of the parts, in order. */
  readonly types: readonly string[]
  readonly problems: readonly Problem[]
}

/** What every body is judged by. `carrier` is the source that asks for an mcptt-info part. */
export const bodyRules = (carrier: Source) =>
  ({
    type: {
      field: 'Content-Type',
      requirement: 'A message with a body says of what type it is',
      source: sources.contentType,
      expected: ['multipart/mixed', infoType],
    },
    info: {
      field: 'body',
      requirement: `The body is ${infoType}, or multipart/mixed with such a part`,
      source: carrier,
      expected: [infoType],
    },
    boundary: {
      field: 'Content-Type',
      requirement: 'multipart/mixed has a boundary parameter of 1 to 70 characters',
      source: sources.boundary,
      expected: ['boundary=…'],
    },
    multipart: {
      field: 'body',
      requirement: 'A multipart body keeps the format of its delimiters and part headers',
      source: sources.multipart,
      expected: ['parts between delimiter lines, and a close delimiter after the last'],
    },
    wellFormed: {
      field: 'mcptt-info',
      requirement: 'The part is a well-formed XML document in UTF-8',
      source: sources.schema,
      expected: ['a well-formed XML document in UTF-8'],
    },
    documentType: {
      field: 'mcptt-info',
      requirement: 'The part has no document type declaration and no more than 32 levels and 262144 octets',
      source: defaultBinding('document-type'),
      expected: ['an XML document without a document type declaration, within the limits'],
    },
    infoSchema: {
      field: 'mcptt-info',
      requirement: 'The mcptt-info document is valid by its schema',
      source: sources.schema,
      expected: ['a document valid by the schema of mcptt-info'],
    },
    settingsSchema: {
      field: 'poc-settings',
      requirement: 'The poc-settings document is valid by its schema',
      source: sources.settings,
      expected: ['a document valid by the schema of poc-settings'],
    },
    once: {
      field: 'body',
      requirement: 'There is one mcptt-info part and no more than one poc-settings part',
      source: defaultBinding('single-values'),
      expected: ['one part'],
    },
  }) satisfies Record<string, WireRule>

const read = new WeakMap<SipMessage, ReceivedBody>()

/** The body of a received message. Never throws; each message is read once. A response need not have one. */
export function receivedBody(message: SipMessage): ReceivedBody {
  const known = read.get(message)
  if (known !== undefined) return known
  const body = readBody(message)
  read.set(message, body)
  return body
}

const carrierOf = ({ startLine }: SipMessage): Source => {
  if (startLine.kind !== 'request') return defaultBinding('client-leg')
  if (startLine.method === 'PUBLISH') return sources.publish
  return startLine.method === 'REGISTER' ? sources.register : defaultBinding('carrier')
}

interface Piece {
  readonly essence: string
  readonly octets: Uint8Array
  readonly span: Span
}

function readBody(message: SipMessage): ReceivedBody {
  const rules = bodyRules(carrierOf(message))
  const required = message.startLine.kind === 'request'
  const problems: Problem[] = []
  const missing = (actual: string): ReceivedBody => {
    if (required) problems.push(problem(rules.info, actual, message.bodySpan))
    return { types: [], problems }
  }
  if (message.body.length === 0) return missing('no body')
  const field = headerField(message, 'Content-Type')
  const value = header(message, 'Content-Type')
  if (value === undefined) {
    problems.push(problem(rules.type, 'no Content-Type', message.bodySpan))
    return { types: [], problems }
  }
  const type = readMediaType(value)
  if (type === undefined) {
    problems.push(problem(rules.type, value, field?.valueSpan))
    return { types: [], problems }
  }
  const pieces = piecesOf(message, type, rules, problems)
  if (pieces === undefined) return { types: [], problems }
  const types = pieces.map(({ essence }) => essence)
  if (!types.includes(infoType) && required)
    problems.push(problem(rules.info, types.length === 0 ? 'no part' : types.join(', '), message.bodySpan))
  const info = documentOf(pieces, infoType, 'mcptt-info', rules, problems)
  const settings = documentOf(pieces, settingsType, 'poc-settings', rules, problems)
  return { types, problems, ...(info === undefined ? {} : { info }), ...(settings === undefined ? {} : { settings }) }
}

type Rules = ReturnType<typeof bodyRules>

function piecesOf(message: SipMessage, type: MediaType, rules: Rules, problems: Problem[]): Piece[] | undefined {
  if (!type.essence.startsWith('multipart/'))
    return [{ essence: type.essence, octets: message.body, span: message.bodySpan }]
  const boundary = type.parameters.get('boundary')
  if (boundary === undefined) {
    problems.push(problem(rules.boundary, 'no boundary', headerField(message, 'Content-Type')?.valueSpan))
    return undefined
  }
  const { parts, diagnostics } = readMultipart(message.body, boundary, message.bodySpan.start)
  for (const { rule, message: text, span } of diagnostics)
    problems.push(problem(rule === 'boundary' ? rules.boundary : rules.multipart, text, span))
  return parts.map((part) => ({
    // RFC 2046 5.1: a part that does not say is text/plain.
    essence: readMediaType(partHeader(part, 'Content-Type') ?? 'text/plain')?.essence ?? 'unreadable',
    octets: part.body,
    span: part.bodySpan,
  }))
}

function documentOf(
  pieces: readonly Piece[],
  essence: string,
  schema: SchemaName,
  rules: Rules,
  problems: Problem[],
): XmlElement | undefined {
  const [piece, second] = pieces.filter((candidate) => candidate.essence === essence)
  if (piece === undefined) return undefined
  if (second !== undefined) problems.push(problem(rules.once, `several parts of ${essence}`, second.span))
  const { root, diagnostics } = readXml(piece.octets, piece.span.start)
  for (const { rule, message, span } of diagnostics) {
    const broken = rule === 'well-formed' || rule === 'encoding' ? rules.wellFormed : rules.documentType
    problems.push(problem({ ...broken, field: schema }, message, span))
  }
  if (root === undefined) return undefined
  const [violation] = validateXml(piece.octets, schema)
  const rule = schema === 'mcptt-info' ? rules.infoSchema : rules.settingsSchema
  if (violation !== undefined) problems.push(problem(rule, `line ${violation.line}: ${violation.message}`, piece.span))
  return root
}
