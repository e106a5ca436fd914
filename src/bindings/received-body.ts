import { readXml, validateXml, type SchemaName, type XmlElement } from '#wire/mcx-xml'
import type { SipMessage } from '#wire/sip'
import type { Source } from '#verdict'
import type { Problem, WireRule } from './binding.ts'
import { bodyPieces, bodyTypes, type Piece } from './body-pieces.ts'
import { madeOnce } from './made-once.ts'
import { services, type Service } from './service.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

export const settingsType = 'application/poc-settings+xml'

/** The XML parts of a body, and what is wrong with it. */
export interface ReceivedBody {
  /** Root of the info document of the service; absent when there is none, or it could not be read. */
  readonly info?: XmlElement
  /** Root of the poc-settings part. */
  readonly settings?: XmlElement
  /** Media types of the parts, in order. */
  readonly types: readonly string[]
  readonly problems: readonly Problem[]
}

/** What every body is judged by. `carrier` is the source that asks for an info document. */
export const bodyRules = (carrier: Source, service: Service) => rulesOf(service)(carrier)

const rulesOf = madeOnce((service: Service) => {
  const { infoType, infoName } = services[service]
  return madeOnce(
    (carrier: Source) =>
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
          field: infoName,
          requirement: 'The part is a well-formed XML document in UTF-8',
          source: sourcesOf(service).schema,
          expected: ['a well-formed XML document in UTF-8'],
        },
        documentType: {
          field: infoName,
          requirement: 'The part has no document type declaration and no more than 32 levels and 262144 octets',
          source: defaultBinding('document-type'),
          expected: ['an XML document without a document type declaration, within the limits'],
        },
        infoSchema: {
          field: infoName,
          requirement: `The ${infoName} document is valid by its schema`,
          source: sourcesOf(service).schema,
          expected: [`a document valid by the schema of ${infoName}`],
        },
        settingsSchema: {
          field: 'poc-settings',
          requirement: 'The poc-settings document is valid by its schema',
          source: sources.settings,
          expected: ['a document valid by the schema of poc-settings'],
        },
        once: {
          field: 'body',
          requirement: `There is one ${infoName} part and no more than one poc-settings part`,
          source: defaultBinding('single-values'),
          expected: ['one part'],
        },
      }) satisfies Record<string, WireRule>,
  )
})

const read: Readonly<Record<Service, WeakMap<SipMessage, ReceivedBody>>> = {
  mcptt: new WeakMap(),
  mcvideo: new WeakMap(),
  mcdata: new WeakMap(),
}

/** The body of a received message. Never throws; each message is read once. A response need not have one. */
export function receivedBody(message: SipMessage, service: Service): ReceivedBody {
  const known = read[service].get(message)
  if (known !== undefined) return known
  const body = readBody(message, service)
  read[service].set(message, body)
  return body
}

/** What is wrong with the XML documents of a message, whether or not it should have some: the first of it. */
export const brokenDocumentIn = (message: SipMessage, service: Service): Problem | undefined =>
  receivedBody(message, service).problems.find(({ field }) =>
    [services[service].infoName, 'poc-settings'].includes(field),
  )

function carrierOf({ startLine }: SipMessage, service: Service): Source {
  if (startLine.kind !== 'request') return defaultBinding('client-leg')
  const { publish, register, privateCall } = sourcesOf(service)
  if (startLine.method === 'PUBLISH') return publish
  if (startLine.method === 'INVITE') return privateCall
  return startLine.method === 'REGISTER' ? register : defaultBinding('carrier')
}

function readBody(message: SipMessage, service: Service): ReceivedBody {
  const rules = bodyRules(carrierOf(message, service), service)
  const { infoType, infoName } = services[service]
  const required = message.startLine.kind === 'request'
  const { pieces, broken } = bodyPieces(message)
  const types = bodyTypes(message)
  const problems: Problem[] = broken.map(({ rule, actual, span }) => problem(rules[rule], actual, span))
  const none = message.body.length === 0
  const apart = none || pieces.length > 0 || broken.every(({ rule }) => rule === 'multipart')
  if (apart && required && !types.includes(infoType))
    problems.push(problem(rules.info, none ? 'no body' : types.join(', ') || 'no part', message.bodySpan))
  const info = documentOf(pieces, infoType, infoName, rules, problems)
  const settings = documentOf(pieces, settingsType, 'poc-settings', rules, problems)
  return { types, problems, ...(info === undefined ? {} : { info }), ...(settings === undefined ? {} : { settings }) }
}

function documentOf(
  pieces: readonly Piece[],
  essence: string,
  schema: SchemaName,
  rules: ReturnType<typeof bodyRules>,
  problems: Problem[],
): XmlElement | undefined {
  const [piece, second] = pieces.filter((candidate) => candidate.essence === essence)
  if (piece === undefined) return undefined
  if (second !== undefined) problems.push(problem(rules.once, `several parts of ${essence}`, second.span))
  const rule = schema === 'poc-settings' ? rules.settingsSchema : rules.infoSchema
  return readDocument(piece, schema, { ...rules, schema: rule }, problems)
}

interface DocumentRules {
  readonly wellFormed: WireRule
  readonly documentType: WireRule
  readonly schema: WireRule
}

/** The root of an XML part, judged; `undefined` when it cannot be read. */
export function readDocument(
  { octets, span }: Piece,
  schema: SchemaName,
  rules: DocumentRules,
  problems: Problem[],
): XmlElement | undefined {
  const reading = readXml(octets, span.start)
  const { root, diagnostics } = reading
  for (const { rule, message, span: at } of diagnostics) {
    const broken = rule === 'well-formed' || rule === 'encoding' ? rules.wellFormed : rules.documentType
    problems.push(problem({ ...broken, field: schema }, message, at))
  }
  if (root === undefined) return undefined
  const [violation] = validateXml(octets, schema, reading)
  if (violation !== undefined)
    problems.push(problem(rules.schema, `line ${violation.line}: ${violation.message}`, span))
  return root
}
