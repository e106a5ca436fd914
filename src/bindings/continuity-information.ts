import type { XmlDraft, XmlElement } from '#wire/mcx-xml'
import type { IeValues, Mapping, Problem, Span, WireRule } from './binding.ts'
import { indication } from './call-information.ts'
import {
  createReading,
  collapsed,
  contentElement,
  documentRules,
  openInformation,
  writeInformationDocument,
} from './information-document.ts'
import { readOnce } from './made-once.ts'
import type { ProfileValues } from './profile-values.ts'
import { services, type Service } from './service.ts'
import { defaultBinding, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

/** Of the elements that the schema of mcptt-info lacks for the continuity of a communication. */
const continuityNamespace = 'urn:mcx-conformance:continuity:1.0'

/** Elements of the Params, by information element; the prefix of the service stands in the place of `*`. */
const params = {
  mcServiceId: '*-calling-user-id',
  otherUser: '*-called-party-id',
  groupId: '*-calling-group-id',
  emergencyIndicator: 'emergency-ind',
} as const

const typeOf = (ie: string): 'URI' | 'Boolean' => (ie === 'emergencyIndicator' ? 'Boolean' : 'URI')

/** Elements of the namespace of ours in anyExt, by information element. */
const extensions = {
  formerServer: 'former-participating-server',
  newServer: 'participating-server',
  controllingServer: 'controlling-server',
  result: 'result',
} as const

export type ContinuityElement = keyof typeof params | keyof typeof extensions

export interface ContinuityDraft {
  readonly ies: IeValues
  readonly requestType?: string
  readonly responseType?: string
}

const own = (name: string, content: string): XmlDraft => ({ name, namespace: continuityNamespace, content })

/** Writes an info document. What is absent is left out. */
export function writeContinuity(
  { ies, requestType, responseType }: ContinuityDraft,
  values: ProfileValues,
): Uint8Array {
  const { service, anyExtPlacement } = values
  const { prefix } = services[service]
  const ofParams = Object.entries(params).flatMap(([ie, name]) =>
    ies[ie] === undefined ? [] : [contentElement(service, name.replace('*', prefix), typeOf(ie), ies[ie])],
  )
  const extension = [
    ...(requestType === undefined ? [] : [contentElement(service, 'req-type', 'String', requestType)]),
    ...(responseType === undefined ? [] : [contentElement(service, 'resp-type', 'String', responseType)]),
    ...Object.entries(extensions).flatMap(([ie, name]) => (ies[ie] === undefined ? [] : [own(name, ies[ie])])),
  ]
  return writeInformationDocument(service, ofParams, extension, anyExtPlacement)
}

const resultRule: WireRule = {
  field: 'result',
  requirement: 'result says accepted or refused',
  source: defaultBinding('continuity'),
  expected: ['accepted', 'refused'],
}

export const continuityRules = (service: Service, of: 'result' | 'no result'): readonly WireRule[] => [
  ...Object.values(documentRules(service)),
  ...(of === 'result' ? [resultRule] : []),
]

interface ReadContinuity {
  readonly ies: IeValues
  readonly spans: Readonly<Record<string, Span>>
  readonly requestType: string | undefined
  readonly responseType: string | undefined
  readonly problems: readonly Problem[]
}

/** Reads an info document; of none, nothing was said. Never throws. */
export const readContinuity = readOnce((root: XmlElement | undefined, { service }: ProfileValues): ReadContinuity => {
  const { prefix } = services[service]
  const document = openInformation(root, service)
  const { said: ies, spans, learn } = createReading<string>()
  for (const [ie, name] of Object.entries(params)) {
    const text = document.text(document.param(name.replace('*', prefix)))
    const value = typeOf(ie) === 'Boolean' ? indication(text?.value) : text?.value
    learn(ie, text && value !== undefined ? { ...text, value } : undefined)
  }
  for (const [ie, name] of Object.entries(extensions)) {
    const found = document.extension(name, continuityNamespace)
    learn(ie, found && { value: collapsed(found.text), span: found.contentSpan })
  }
  const { result } = ies
  if (result !== undefined && result !== 'accepted' && result !== 'refused')
    document.problems.push(problem(resultRule, result, spans['result']))
  return {
    ies,
    spans,
    requestType: document.text(document.extension('req-type'))?.value,
    responseType: document.text(document.extension('resp-type'))?.value,
    problems: document.problems,
  }
})

const meanings: Readonly<Record<ContinuityElement, string>> = {
  mcServiceId: 'MC service ID of the requesting user',
  otherUser: 'MC service ID of the other user of the ongoing private communication',
  groupId: 'MC service group ID of the ongoing group communication',
  formerServer: 'public service identity of the participating MC service server in the IOPS MC system',
  newServer: 'public service identity of the participating MC service server in the primary MC system',
  controllingServer: 'public service identity of the controlling MC service server in the IOPS MC system',
  emergencyIndicator: "'true': the ongoing communication is an emergency one",
  result: "'accepted' or 'refused'",
}

/** One row of a message's table. */
export function continuityRow(service: Service, ie: ContinuityElement, status: Mapping['status']): Mapping {
  const { prefix } = services[service]
  const meaning = meanings[ie]
  if (ie in params) {
    const name = params[ie as keyof typeof params].replace('*', prefix)
    return {
      ie,
      status,
      carriedIn: `${prefix}-Params/${name}/${prefix}${typeOf(ie)}`,
      meaning,
      source: sourcesOf(service).element,
    }
  }
  const name = extensions[ie as keyof typeof extensions]
  const carriedIn = `anyExt/${name} (namespace ${continuityNamespace})`
  return { ie, status, carriedIn, meaning, source: defaultBinding('continuity') }
}
