import { childOf, writeXml, type XmlDraft, type XmlElement } from '#wire/mcx-xml'
import type { IeValues, Mapping, Problem, Span, WireRule } from './binding.ts'
import type { ProfileValues } from './profile-values.ts'
import { defaultBinding, sources } from './sources.ts'
import { problem } from './wire-rule.ts'

const infoNamespace = 'urn:3gpp:ns:mcpttInfo:1.0'
/** Of the one element that the schema of mcptt-info lacks. */
const migrationNamespace = 'urn:mcx-conformance:migration:1.0'

type Content = 'mcpttURI' | 'mcpttString' | 'mcpttBoolean'

/** What stands in an mcptt-info document of these messages, apart from the information elements. */
export interface InformationDraft {
  readonly ies: IeValues
  readonly clientId?: string
  readonly requestType?: string
  readonly responseType?: string
}

const element = (name: string, content: string | readonly XmlDraft[]): XmlDraft => ({
  name,
  namespace: infoNamespace,
  content,
})

const contentElement = (name: string, type: Content, text: string): XmlDraft => ({
  name,
  namespace: infoNamespace,
  attributes: { type: 'Normal' },
  content: [element(type, text)],
})

/** Writes an mcptt-info document. What is absent is left out; order is that of the schema where it has one. */
export function writeInformation(draft: InformationDraft, values: ProfileValues): Uint8Array {
  const { ies, clientId, requestType, responseType } = draft
  const params: XmlDraft[] = []
  if (ies.credentials !== undefined) params.push(contentElement('mcptt-access-token', 'mcpttString', ies.credentials))
  if (clientId !== undefined) params.push(contentElement('mcptt-client-id', 'mcpttString', clientId))

  const extension: XmlDraft[] = []
  if (requestType !== undefined) extension.push(contentElement('req-type', 'mcpttString', requestType))
  if (responseType !== undefined) extension.push(contentElement('resp-type', 'mcpttString', responseType))
  if (ies.result !== undefined) extension.push(resultElement(ies.result, values))
  if (ies.mcServiceId !== undefined) extension.push(contentElement('primary-mcptt-id', 'mcpttURI', ies.mcServiceId))
  if (ies.temporaryId !== undefined) extension.push(contentElement('partner-mcptt-id', 'mcpttURI', ies.temporaryId))
  if (ies.partnerSystem !== undefined)
    extension.push({ name: 'partner-mc-system', namespace: migrationNamespace, content: ies.partnerSystem })
  if (ies.userProfileIndex !== undefined)
    extension.push(element('selected-user-profile-index', [element('user-profile-index', ies.userProfileIndex)]))

  const anyExt = extension.length === 0 ? [] : [element('anyExt', extension)]
  const inParams = values.anyExtPlacement === 'params'
  const allParams = inParams ? [...params, ...anyExt] : params
  const children = allParams.length === 0 ? [] : [element('mcptt-Params', allParams)]
  return writeXml(element('mcpttinfo', inParams ? children : [...children, ...anyExt]))
}

function resultElement(result: string, values: ProfileValues): XmlDraft {
  const [accepted, refused] =
    values.resultType === 'boolean' ? ['true', 'false'] : [values.acceptedText, values.refusedText]
  const text = result === 'accepted' ? accepted : result === 'refused' ? refused : result
  return contentElement('migration-auth-result', values.resultType === 'boolean' ? 'mcpttBoolean' : 'mcpttString', text)
}

/** What an mcptt-info document of these messages says. */
export interface Information {
  readonly ies: IeValues
  readonly spans: Readonly<Record<string, Span>>
  readonly clientId?: string
  readonly requestType?: string
  readonly responseType?: string
  readonly problems: readonly Problem[]
}

export const informationRules = {
  once: {
    field: 'mcptt-info',
    requirement: 'An element that carries an information element stands once',
    source: defaultBinding('single-values'),
    expected: ['one element'],
  },
  protection: {
    field: 'mcptt-info',
    requirement: 'Elements are not encrypted',
    source: defaultBinding('protection'),
    expected: ['type="Normal" or no type attribute'],
  },
  result: {
    field: 'migration-auth-result',
    requirement: 'migration-auth-result says accepted or refused',
    source: defaultBinding('result-values'),
    expected: ['mcpttBoolean true or 1, false or 0', 'mcpttString success or true, fail or false'],
  },
} as const satisfies Record<string, WireRule>

/** Reads an mcptt-info document; of none, nothing was said. Never throws. */
export function readInformation(root: XmlElement | undefined, values: ProfileValues): Information {
  const problems: Problem[] = []
  const ies: Record<string, string> = {}
  const spans: Record<string, Span> = {}
  const params = childOf(root, infoNamespace, 'mcptt-Params')
  const extensions = [root, params].flatMap((parent) => childOf(parent, infoNamespace, 'anyExt')?.children ?? [])
  const one = (among: readonly XmlElement[], name: string, namespace = infoNamespace): XmlElement | undefined => {
    const [first, second] = among.filter((candidate) => candidate.name === name && candidate.namespace === namespace)
    if (second !== undefined)
      problems.push(problem({ ...informationRules.once, field: name }, `${name} several times`, second.span))
    return first
  }
  const textOf = (found: XmlElement | undefined): Text | undefined => {
    if (found?.attributes.type !== 'Encrypted') return found && contentOf(found)
    problems.push(problem({ ...informationRules.protection, field: found.name }, 'type="Encrypted"', found.span))
    return undefined
  }
  const learn = (ie: string, text: Text | undefined): void => {
    if (text === undefined) return
    ies[ie] = text.value
    spans[ie] = text.span
  }

  learn('credentials', textOf(one(params?.children ?? [], 'mcptt-access-token')))
  learn('mcServiceId', textOf(one(extensions, 'primary-mcptt-id')))
  learn('temporaryId', textOf(one(extensions, 'partner-mcptt-id')))
  const system = one(extensions, 'partner-mc-system', migrationNamespace)
  learn('partnerSystem', system && { value: system.text, span: system.contentSpan })
  const index = childOf(one(extensions, 'selected-user-profile-index'), infoNamespace, 'user-profile-index')
  learn('userProfileIndex', index && { value: collapsed(index.text), span: index.contentSpan })
  const result = textOf(one(extensions, 'migration-auth-result'))
  if (result !== undefined) {
    const value = meaningOf(result.value, values)
    if (value === undefined) problems.push(problem(informationRules.result, result.value, result.span))
    learn('result', { value: value ?? result.value, span: result.span })
  }

  const clientId = textOf(one(params?.children ?? [], 'mcptt-client-id'))?.value
  const requestType = textOf(one(extensions, 'req-type'))?.value
  const responseType = textOf(one(extensions, 'resp-type'))?.value
  return {
    ies,
    spans,
    problems,
    ...(clientId === undefined ? {} : { clientId }),
    ...(requestType === undefined ? {} : { requestType }),
    ...(responseType === undefined ? {} : { responseType }),
  }
}

interface Text {
  readonly value: string
  readonly span: Span
}

/** The content of a contentType element, whichever of the three it is; bare text too, though the schema forbids it. */
function contentOf(found: XmlElement): Text | undefined {
  for (const name of ['mcpttURI', 'mcpttString', 'mcpttBoolean'] as const) {
    const content = childOf(found, infoNamespace, name)
    if (content === undefined) continue
    return { value: name === 'mcpttString' ? content.text : collapsed(content.text), span: content.contentSpan }
  }
  const bare = collapsed(found.text)
  return bare === '' || found.children.length > 0 ? undefined : { value: bare, span: found.contentSpan }
}

/** White space as XML Schema part 2, 4.3.6 collapses it in every type but xs:string. */
const collapsed = (text: string): string =>
  text
    .split(/[ \t\r\n]/)
    .filter((word) => word !== '')
    .join(' ')

function meaningOf(text: string, values: ProfileValues): 'accepted' | 'refused' | undefined {
  const word = collapsed(text)
  if (['true', '1', 'success', values.acceptedText].includes(word)) return 'accepted'
  if (['false', '0', 'fail', values.refusedText].includes(word)) return 'refused'
  return undefined
}

const schema = sources.schema

/** How every information element is carried, by key. */
const carriage: Readonly<Record<string, Omit<Mapping, 'status'>>> = {
  mcServiceId: {
    ie: 'mcServiceId',
    carriedIn: 'anyExt/primary-mcptt-id/mcpttURI',
    meaning: 'MC service ID of the user in the primary MC system',
    source: schema,
  },
  credentials: {
    ie: 'credentials',
    carriedIn: 'mcptt-Params/mcptt-access-token/mcpttString',
    meaning: 'Access token for the partner MC system, a JSON Web Token',
    source: schema,
  },
  temporaryId: {
    ie: 'temporaryId',
    carriedIn: 'anyExt/partner-mcptt-id/mcpttURI',
    meaning: 'MC service ID that the partner MC system allocated for use whilst migrated',
    source: schema,
  },
  partnerSystem: {
    ie: 'partnerSystem',
    carriedIn: `anyExt/partner-mc-system (namespace ${migrationNamespace})`,
    meaning: 'Domain name of the partner MC system',
    source: defaultBinding('partner-mc-system'),
  },
  userProfileIndex: {
    ie: 'userProfileIndex',
    carriedIn: 'anyExt/selected-user-profile-index/user-profile-index',
    meaning: 'Index of the user profile selected for use whilst migrated, decimal',
    source: schema,
  },
  result: {
    ie: 'result',
    carriedIn: 'anyExt/migration-auth-result',
    meaning: "'accepted' or 'refused'",
    source: schema,
  },
}

/** One row of a message's table. */
export function carried(ie: string, status: Mapping['status'], change: Partial<Mapping> = {}): Mapping {
  const row = carriage[ie]
  if (row === undefined) throw new Error(`no carriage for ${ie}: add it to migration-information.ts`)
  return { ...row, status, ...change }
}

/** The elements of a message, or their spans, and no others. */
export const only = <T>(record: Readonly<Record<string, T>>, keys: readonly string[]): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => keys.includes(key)))
