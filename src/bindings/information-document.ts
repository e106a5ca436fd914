import { childOf, writeXml, type XmlDraft, type XmlElement } from '#wire/mcx-xml'
import type { Problem, Span, WireRule } from './binding.ts'
import { madeOnce } from './made-once.ts'
import { services, type Service } from './service.ts'
import { defaultBinding } from './sources.ts'
import { problem } from './wire-rule.ts'

/** What stands in a contentType element: the prefix of the service goes before it (`mcpttURI`). */
type Content = 'URI' | 'String' | 'Boolean'

/** An element of the namespace of the service's info document. */
export const element = (service: Service, name: string, content: string | readonly XmlDraft[]): XmlDraft => ({
  name,
  namespace: services[service].infoNamespace,
  content,
})

/** An element of contentType, in the clear. */
export const contentElement = (service: Service, name: string, type: Content, text: string): XmlDraft => ({
  ...element(service, name, [element(service, `${services[service].prefix}${type}`, text)]),
  attributes: { type: 'Normal' },
})

/** Writes an info document of which the Params and one anyExt have children, or one of them, or none. */
export function writeInformationDocument(
  service: Service,
  params: readonly XmlDraft[],
  extension: readonly XmlDraft[],
  placement: 'root' | 'params',
): Uint8Array {
  const { prefix } = services[service]
  const anyExt = extension.length === 0 ? [] : [element(service, 'anyExt', extension)]
  const inParams = placement === 'params'
  const allParams = inParams ? [...params, ...anyExt] : params
  const children = allParams.length === 0 ? [] : [element(service, `${prefix}-Params`, allParams)]
  return writeXml(element(service, `${prefix}info`, inParams ? children : [...children, ...anyExt]))
}

export const documentRules = madeOnce((service: Service) => {
  const { infoName } = services[service]
  return {
    once: {
      field: infoName,
      requirement: 'An element that carries an information element stands once',
      source: defaultBinding('single-values'),
      expected: ['one element'],
    },
    protection: {
      field: infoName,
      requirement: 'Elements are not encrypted',
      source: defaultBinding('protection'),
      expected: ['type="Normal" or no type attribute'],
    },
  } as const satisfies Record<string, WireRule>
})

/** What an element says, and where. */
export interface Text {
  readonly value: string
  readonly span: Span
}

/** An info document that is being read. */
/** What was read under each key, and the octets that say it; who says nothing is not remembered. */
export interface Reading<Key extends string> {
  readonly said: Record<string, string>
  readonly spans: Record<string, Span>
  learn(key: Key, text: Text | undefined): void
}

export function createReading<Key extends string>(): Reading<Key> {
  const said: Record<string, string> = {}
  const spans: Record<string, Span> = {}
  return {
    said,
    spans,
    learn(key, text) {
      if (text === undefined) return
      said[key] = text.value
      spans[key] = text.span
    },
  }
}

export interface InformationDocument {
  /** An element of the Params. */
  param(name: string): XmlElement | undefined
  /** An element of either anyExt, of the namespace of the service unless another is named. */
  extension(name: string, namespace?: string): XmlElement | undefined
  /** A child of the namespace of the service. */
  child(parent: XmlElement | undefined, name: string): XmlElement | undefined
  /** What a contentType element says; of an encrypted one nothing. */
  text(found: XmlElement | undefined): Text | undefined
  /** What an element of a simple type says, white space collapsed. */
  simple(found: XmlElement | undefined): Text | undefined
  /** Grows while the document is read. */
  readonly problems: Problem[]
}

/** Opens an info document; in none there is nothing. Never throws. */
export function openInformation(root: XmlElement | undefined, service: Service): InformationDocument {
  const { infoNamespace, prefix } = services[service]
  const rules = documentRules(service)
  const problems: Problem[] = []
  const params = childOf(root, infoNamespace, `${prefix}-Params`)
  const extensions = [root, params].flatMap((parent) => childOf(parent, infoNamespace, 'anyExt')?.children ?? [])
  const one = (among: readonly XmlElement[], name: string, namespace: string): XmlElement | undefined => {
    const [first, second] = among.filter((candidate) => candidate.name === name && candidate.namespace === namespace)
    if (second !== undefined)
      problems.push(problem({ ...rules.once, field: name }, `${name} several times`, second.span))
    return first
  }
  return {
    problems,
    param: (name) => one(params?.children ?? [], name, infoNamespace),
    extension: (name, namespace = infoNamespace) => one(extensions, name, namespace),
    child: (parent, name) => childOf(parent, infoNamespace, name),
    text(found) {
      if (found?.attributes.type !== 'Encrypted') return found && contentOf(found, service)
      problems.push(problem({ ...rules.protection, field: found.name }, 'type="Encrypted"', found.span))
      return undefined
    },
    simple: (found) => found && { value: collapsed(found.text), span: found.contentSpan },
  }
}

/** The content of a contentType element, whichever of the three it is; bare text too, though the schema forbids it. */
function contentOf(found: XmlElement, service: Service): Text | undefined {
  const { infoNamespace, prefix } = services[service]
  for (const type of ['URI', 'String', 'Boolean'] as const) {
    const content = childOf(found, infoNamespace, `${prefix}${type}`)
    if (content === undefined) continue
    return { value: type === 'String' ? content.text : collapsed(content.text), span: content.contentSpan }
  }
  const bare = collapsed(found.text)
  return bare === '' || found.children.length > 0 ? undefined : { value: bare, span: found.contentSpan }
}

/** White space as XML Schema part 2, 4.3.6 collapses it in every type but xs:string. */
export const collapsed = (text: string): string =>
  text
    .split(/[ \t\r\n]/)
    .filter((word) => word !== '')
    .join(' ')
