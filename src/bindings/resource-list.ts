import { childrenOf, writeXml, type XmlElement } from '#wire/mcx-xml'
import type { SipMessage } from '#wire/sip'
import type { Problem, Span, WireRule } from './binding.ts'
import { bodyPieces } from './body-pieces.ts'
import { madeOnce } from './made-once.ts'
import { readDocument } from './received-body.ts'
import type { Service } from './service.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { placeOf, problem } from './wire-rule.ts'

export const resourceListType = 'application/resource-lists+xml'
const namespace = 'urn:ietf:params:xml:ns:resource-lists'

/** Writes a resource list with one entry: the called party (RFC 4826 3, RFC 5366). Several URIs, which is wrong, are several entries. */
export const writeResourceList = (called: string): Uint8Array => {
  const uris = called.split(/ (?=sips?:)/)
  const content = uris.map((uri) => ({ name: 'entry', namespace, attributes: { uri }, content: [] }))
  return writeXml({ name: 'resource-lists', namespace, content: [{ name: 'list', namespace, content }] })
}

export const resourceListRules = madeOnce(
  (service: Service) =>
    ({
      one: {
        field: 'resource-lists',
        requirement: 'The called party is the one entry of a resource list',
        source: sourcesOf(service).privateCall,
        expected: ['resource-lists/list/entry, once, with a uri'],
      },
      once: {
        field: 'body',
        requirement: 'There is no more than one part with a resource list',
        source: defaultBinding('single-values'),
        expected: ['one part'],
      },
      wellFormed: {
        field: 'resource-lists',
        requirement: 'The resource list is a well-formed XML document in UTF-8',
        source: sources.resourceLists,
        expected: ['a well-formed XML document in UTF-8'],
      },
      documentType: {
        field: 'resource-lists',
        requirement: 'The resource list has no document type declaration, and keeps to the limits of size and depth',
        source: defaultBinding('document-type'),
        expected: ['an XML document without a document type declaration, within the limits'],
      },
      schema: {
        field: 'resource-lists',
        requirement: 'The resource list is valid by its schema',
        source: sources.resourceLists,
        expected: ['a document valid by the schema of resource-lists'],
      },
    }) satisfies Record<string, WireRule>,
)

export interface ReadResourceList {
  /** Whether there is a part of that type at all. */
  readonly present: boolean
  /** The first entry. */
  readonly entry?: { readonly uri: string; readonly span: Span }
  readonly problems: readonly Problem[]
}

/** Reads the resource list of a body, and judges that it names one party. Never throws. */
export function readResourceList(message: SipMessage, service: Service): ReadResourceList {
  const rules = resourceListRules(service)
  const problems: Problem[] = []
  const [piece, second] = bodyPieces(message).pieces.filter(({ essence }) => essence === resourceListType)
  if (piece === undefined) return { present: false, problems }
  if (second !== undefined) problems.push(problem(rules.once, 'several parts', second.span))
  const root = readDocument(piece, 'resource-lists', rules, problems)
  if (root === undefined) return { present: true, problems }
  const entries = entriesOf(root)
  if (entries.length !== 1)
    problems.push(problem(rules.one, `${entries.length === 0 ? 'no' : entries.length} entries`, piece.span))
  const [first] = entries
  const uri = first?.attributes.uri
  return first === undefined || uri === undefined
    ? { present: true, problems }
    : { present: true, problems, entry: { uri, span: placeOf(uri, first.span, message) } }
}

const entriesOf = (parent: XmlElement): readonly XmlElement[] =>
  childrenOf(parent, namespace, 'list').flatMap((list) => [...childrenOf(list, namespace, 'entry'), ...entriesOf(list)])
