import type { XmlDraft, XmlElement } from '#wire/mcx-xml'
import type { IeValues, Mapping, Problem, Span, WireRule } from './binding.ts'
import {
  createReading,
  collapsed,
  contentElement,
  documentRules,
  element,
  openInformation,
  writeInformationDocument,
  type Text,
} from './information-document.ts'
import { readOnce } from './made-once.ts'
import type { ProfileValues } from './profile-values.ts'
import { services, type Service } from './service.ts'
import { defaultBinding, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

/** Of the one element that the schema of mcptt-info lacks. */
const migrationNamespace = 'urn:mcx-conformance:migration:1.0'

/** What stands in an info document of these messages, apart from the information elements. */
export interface InformationDraft {
  readonly ies: IeValues
  readonly clientId?: string
  /** Of whom, where nobody migrates. */
  readonly requestUri?: string
  readonly requestType?: string
  readonly responseType?: string
}

/** Writes an info document. What is absent is left out; order is that of the schema where it has one. */
export function writeInformation(draft: InformationDraft, values: ProfileValues): Uint8Array {
  const { ies, clientId, requestUri, requestType, responseType } = draft
  const { service, anyExtPlacement } = values
  const { prefix } = services[service]
  const params: XmlDraft[] = []
  if (ies.credentials !== undefined)
    params.push(contentElement(service, `${prefix}-access-token`, 'String', ies.credentials))
  if (requestUri !== undefined) params.push(contentElement(service, `${prefix}-request-uri`, 'URI', requestUri))
  if (clientId !== undefined) params.push(contentElement(service, `${prefix}-client-id`, 'String', clientId))

  const extension: XmlDraft[] = []
  if (requestType !== undefined) extension.push(contentElement(service, 'req-type', 'String', requestType))
  if (responseType !== undefined) extension.push(contentElement(service, 'resp-type', 'String', responseType))
  if (ies.result !== undefined) extension.push(resultElement(ies.result, values))
  if (ies.mcServiceId !== undefined)
    extension.push(contentElement(service, `primary-${prefix}-id`, 'URI', ies.mcServiceId))
  if (ies.temporaryId !== undefined)
    extension.push(contentElement(service, `partner-${prefix}-id`, 'URI', ies.temporaryId))
  if (ies.partnerSystem !== undefined)
    extension.push({ name: 'partner-mc-system', namespace: migrationNamespace, content: ies.partnerSystem })
  if (ies.userProfileIndex !== undefined)
    extension.push(
      element(service, 'selected-user-profile-index', [element(service, 'user-profile-index', ies.userProfileIndex)]),
    )
  return writeInformationDocument(service, params, extension, anyExtPlacement)
}

function resultElement(result: string, { service, resultType, acceptedText, refusedText }: ProfileValues): XmlDraft {
  const boolean = resultType === 'boolean'
  const [accepted, refused] = boolean ? ['true', 'false'] : [acceptedText, refusedText]
  const text = result === 'accepted' ? accepted : result === 'refused' ? refused : result
  return contentElement(service, 'migration-auth-result', boolean ? 'Boolean' : 'String', text)
}

/** What an info document of these messages says. */
export interface Information {
  readonly ies: IeValues
  readonly spans: Readonly<Record<string, Span>>
  readonly clientId?: string
  readonly requestUri?: Text
  readonly requestType?: string
  readonly responseType?: string
  readonly problems: readonly Problem[]
}

const resultRule = (service: Service): WireRule => ({
  field: 'migration-auth-result',
  requirement: 'migration-auth-result says accepted or refused',
  source: defaultBinding('result-values'),
  expected: [
    `${services[service].prefix}Boolean true or 1, false or 0`,
    `${services[service].prefix}String success or true, fail or false`,
  ],
})

/** What an info document is judged by; the rule about the result where the message has one. */
export const informationRules = (service: Service, of: 'result' | 'no result'): readonly WireRule[] => [
  ...Object.values(documentRules(service)),
  ...(of === 'result' ? [resultRule(service)] : []),
]

/** Reads an info document; of none, nothing was said. Never throws. */
export const readInformation = readOnce((root: XmlElement | undefined, values: ProfileValues): Information => {
  const { service } = values
  const { prefix } = services[service]
  const document = openInformation(root, service)
  const { said: ies, spans, learn } = createReading<string>()

  learn('credentials', document.text(document.param(`${prefix}-access-token`)))
  learn('mcServiceId', document.text(document.extension(`primary-${prefix}-id`)))
  learn('temporaryId', document.text(document.extension(`partner-${prefix}-id`)))
  const system = document.extension('partner-mc-system', migrationNamespace)
  learn('partnerSystem', system && { value: system.text, span: system.contentSpan })
  const index = document.child(document.extension('selected-user-profile-index'), 'user-profile-index')
  learn('userProfileIndex', document.simple(index))
  const result = document.text(document.extension('migration-auth-result'))
  if (result !== undefined) {
    const value = meaningOf(result.value, values)
    if (value === undefined) document.problems.push(problem(resultRule(service), result.value, result.span))
    learn('result', { value: value ?? result.value, span: result.span })
  }

  const clientId = document.text(document.param(`${prefix}-client-id`))?.value
  const requestUri = document.text(document.param(`${prefix}-request-uri`))
  const requestType = document.text(document.extension('req-type'))?.value
  const responseType = document.text(document.extension('resp-type'))?.value
  return {
    ies,
    spans,
    problems: document.problems,
    ...(clientId === undefined ? {} : { clientId }),
    ...(requestUri === undefined ? {} : { requestUri }),
    ...(requestType === undefined ? {} : { requestType }),
    ...(responseType === undefined ? {} : { responseType }),
  }
})

function meaningOf(text: string, values: ProfileValues): 'accepted' | 'refused' | undefined {
  const word = collapsed(text)
  if (['true', '1', 'success', values.acceptedText].includes(word)) return 'accepted'
  if (['false', '0', 'fail', values.refusedText].includes(word)) return 'refused'
  return undefined
}

type Row = Omit<Mapping, 'status' | 'ie'>

/** How every information element is carried, by key. */
const carriage = (service: Service): Readonly<Record<string, Row>> => {
  const { prefix } = services[service]
  const source = sourcesOf(service).element
  return {
    mcServiceId: {
      carriedIn: `anyExt/primary-${prefix}-id/${prefix}URI`,
      meaning: 'MC service ID of the user in the primary MC system',
      source,
    },
    credentials: {
      carriedIn: `${prefix}-Params/${prefix}-access-token/${prefix}String`,
      meaning: 'Access token for the partner MC system, a JSON Web Token',
      source,
    },
    temporaryId: {
      carriedIn: `anyExt/partner-${prefix}-id/${prefix}URI`,
      meaning: 'MC service ID that the partner MC system allocated for use whilst migrated',
      source,
    },
    partnerSystem: {
      carriedIn: `anyExt/partner-mc-system (namespace ${migrationNamespace})`,
      meaning: 'Domain name of the partner MC system',
      source: defaultBinding('partner-mc-system'),
    },
    userProfileIndex: {
      carriedIn: 'anyExt/selected-user-profile-index/user-profile-index',
      meaning: 'Index of the user profile selected for use whilst migrated, decimal',
      source,
    },
    result: { carriedIn: 'anyExt/migration-auth-result', meaning: "'accepted' or 'refused'", source },
  }
}

/** One row of a message's table. */
export function carried(
  service: Service,
  ie: string,
  status: Mapping['status'],
  change: Partial<Mapping> = {},
): Mapping {
  const row = carriage(service)[ie]
  if (row === undefined) throw new Error(`no carriage for ${ie}: add it to migration-information.ts`)
  return { ...row, ie, status, ...change }
}

/** The elements of a message, or their spans, and no others. */
export const only = <T>(record: Readonly<Record<string, T>>, keys: readonly string[]): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => keys.includes(key)))
