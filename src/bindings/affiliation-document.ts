import { childOf, childrenOf, writeXml, type XmlDraft, type XmlElement } from '#wire/mcx-xml'
import type { SipMessage } from '#wire/sip'
import type { Problem, Span, WireRule } from './binding.ts'
import { bodyPieces } from './body-pieces.ts'
import { readDocument } from './received-body.ts'
import { services, type Service } from './service.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { placeOf, problem } from './wire-rule.ts'

// application/pidf+xml with the groups that a client of a user is affiliated to (TS 24.379 9.3.1).

export const affiliationType = 'application/pidf+xml'
const presenceNamespace = 'urn:ietf:params:xml:ns:pidf'

/** What a user of the service asks for: `urn:3gpp:ns:mcpttPresInfo:1.0` in MCPTT. */
const affiliationNamespace = (service: Service): string => `urn:3gpp:ns:${services[service].prefix}PresInfo:1.0`

export const affiliationDocumentRules = (service: Service) =>
  ({
    client: {
      field: 'tuple',
      requirement: 'The list of groups is that of one client: there is one tuple, and its id is the client identity',
      source: sourcesOf(service).affiliation,
      expected: ['<tuple id="<MC service client identity>">, once'],
    },
    once: {
      field: 'body',
      requirement: 'There is no more than one part with a list of groups',
      source: defaultBinding('single-values'),
      expected: ['one part'],
    },
    wellFormed: {
      field: 'pidf',
      requirement: 'The list of groups is a well-formed XML document in UTF-8',
      source: sources.presence,
      expected: ['a well-formed XML document in UTF-8'],
    },
    documentType: {
      field: 'pidf',
      requirement: 'The list of groups has no document type declaration, and keeps to the limits of size and depth',
      source: defaultBinding('document-type'),
      expected: ['an XML document without a document type declaration, within the limits'],
    },
    schema: {
      field: 'pidf',
      requirement: 'The list of groups is valid by its schema',
      source: sources.presence,
      expected: ['a document valid by the schema of pidf'],
    },
  }) satisfies Record<string, WireRule>

/** A list of one group, or of none; a group that has no identity is written without one. A server says the status of each. */
export function writeAffiliations(
  service: Service,
  user: string | undefined,
  client: string,
  groups: readonly (string | undefined)[],
  status?: 'affiliated',
): Uint8Array {
  const affiliation = (group: string | undefined): XmlDraft => ({
    name: 'affiliation',
    namespace: affiliationNamespace(service),
    attributes: { ...(group !== undefined && { group }), ...(status !== undefined && { status }) },
    content: [],
  })
  const element = (
    name: string,
    attributes: Readonly<Record<string, string>>,
    content: readonly XmlDraft[],
  ): XmlDraft => ({
    name,
    namespace: presenceNamespace,
    attributes,
    content,
  })
  const tuple = element('tuple', { id: client }, [element('status', {}, groups.map(affiliation))])
  return writeXml(element('presence', user === undefined ? {} : { entity: user }, [tuple]))
}

interface Said {
  readonly value: string
  readonly span: Span
}

interface Affiliated extends Said {
  /** What a server says of the affiliation. */
  readonly status: string | undefined
}

/** A list of groups that was read. */
export interface ReadAffiliations {
  readonly present: boolean
  /** Whose list it is. */
  readonly user?: Said | undefined
  /** The groups, in order; one without an identity is counted all the same. */
  readonly groups: readonly (Affiliated | undefined)[]
  readonly problems: readonly Problem[]
}

/** The list of groups of a body. Never throws. */
export function readAffiliations(message: SipMessage, service: Service): ReadAffiliations {
  const rules = affiliationDocumentRules(service)
  const [piece, second] = bodyPieces(message).pieces.filter(({ essence }) => essence === affiliationType)
  if (piece === undefined) return { present: false, groups: [], problems: [] }
  const problems: Problem[] = second === undefined ? [] : [problem(rules.once, 'several parts', second.span)]
  const root = readDocument(piece, 'pidf', rules, problems)
  if (root === undefined) return { present: true, groups: [], problems }
  const tuples = childrenOf(root, presenceNamespace, 'tuple')
  if (tuples.length !== 1) problems.push(problem(rules.client, `${tuples.length} tuples`, root.span))
  const listed = tuples.flatMap((tuple) =>
    childrenOf(childOf(tuple, presenceNamespace, 'status'), affiliationNamespace(service), 'affiliation'),
  )
  const said = (value: string | undefined, { span }: XmlElement): Said | undefined =>
    value === undefined ? undefined : { value, span: placeOf(value, span, message) }
  return {
    present: true,
    user: said(root.attributes['entity'], root),
    groups: listed.map((each) => {
      const group = said(each.attributes['group'], each)
      return group && { ...group, status: each.attributes['status'] }
    }),
    problems,
  }
}
