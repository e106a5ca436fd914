import type { XmlDraft, XmlElement } from '#wire/mcx-xml'
import type { Mapping, Problem, Span, WireRule } from './binding.ts'
import {
  createReading,
  contentElement,
  element,
  openInformation,
  writeInformationDocument,
} from './information-document.ts'
import { readOnce } from './made-once.ts'
import type { ProfileValues } from './profile-values.ts'
import { services, type Service } from './service.ts'
import { defaultBinding, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

/** What stands in the info document of a private call or of its redirection. */
export interface CallInformation {
  /** `private` in INVITE. */
  readonly sessionType?: string | undefined
  /** Of MCData, in its Params: `one-to-one-sds`. */
  readonly dataRequestType?: string | undefined
  readonly requestUri?: string | undefined
  readonly callingUserId?: string | undefined
  /** `true` in an emergency communication; with it goes that no alert is sent. */
  readonly emergency?: string | undefined
  readonly alert?: string | undefined
  readonly clientId?: string | undefined
  /** In an anyExt: `forward-private-call-request`. */
  readonly requestType?: string | undefined
  readonly endToEndSecurity?: string | undefined
  readonly kmsUri?: string | undefined
  readonly forwardedBy?: string | undefined
  readonly originalTarget?: string | undefined
  readonly target?: string | undefined
  readonly reason?: string | undefined
}

type Key = keyof CallInformation

/** Local names, those of MCPTT with the prefix of the service in the place of `*`. */
const names = {
  dataRequestType: 'request-type',
  sessionType: 'session-type',
  requestUri: '*-request-uri',
  callingUserId: '*-calling-user-id',
  emergency: 'emergency-ind',
  alert: 'alert-ind',
  clientId: '*-client-id',
  requestType: 'request-type',
  forwardedBy: 'forwarded-by-*-id',
  target: 'forwarding-target-id',
  originalTarget: 'forwarding-target-orig-id',
  reason: 'forwarding-reason',
  endToEndSecurity: 'end-to-end-security',
  kmsUri: 'PrivateCallKMSURI',
} as const satisfies Record<Key, string>

/** The local name of an element in the service. */
export const elementName = (key: Key, service: Service): string => names[key].replace('*', services[service].prefix)

/** In the order of the schema of mcptt-info, which is a sequence; in that of mcdata-info request-type comes before. */
const params = [
  'dataRequestType',
  'sessionType',
  'requestUri',
  'callingUserId',
  'emergency',
  'alert',
  'clientId',
] as const
const extension = [
  'requestType',
  'forwardedBy',
  'originalTarget',
  'target',
  'reason',
  'endToEndSecurity',
  'kmsUri',
] as const

/** Writes the info document of a private call. Total: what is absent is left out. */
export function writeCallInformation(draft: CallInformation, values: ProfileValues): Uint8Array {
  const { service, callExtensionPlacement } = values
  const written = (keys: readonly Key[]): readonly XmlDraft[] =>
    keys.flatMap((key) => {
      const text = draft[key]
      return text === undefined ? [] : [draftOf(key, text, service)]
    })
  return writeInformationDocument(service, written(params), written(extension), callExtensionPlacement)
}

function draftOf(key: Key, text: string, service: Service): XmlDraft {
  const name = elementName(key, service)
  if (key === 'requestUri' || key === 'callingUserId') return contentElement(service, name, 'URI', text)
  if (key === 'emergency' || key === 'alert') return contentElement(service, name, 'Boolean', text)
  if (key === 'clientId') return contentElement(service, name, 'String', text)
  // The name repeats: PrivateCallKMSURIEntryType holds an EntryType of the same name.
  return key === 'kmsUri'
    ? element(service, name, [element(service, name, [element(service, 'uri-entry', text)])])
    : element(service, name, text)
}

/** The schema of mcptt-info has no such structure in it as far as it is known, so that it is judged here. */
const kmsRule = (service: Service): WireRule => ({
  field: 'PrivateCallKMSURI',
  requirement: 'PrivateCallKMSURI holds a PrivateCallKMSURI with the URI of a key management server in uri-entry',
  source: sourcesOf(service).element,
  expected: ['PrivateCallKMSURI/PrivateCallKMSURI/uri-entry with an absolute URI'],
})

const booleanRule = (service: Service): WireRule => ({
  field: 'end-to-end-security',
  requirement: 'end-to-end-security is an xs:boolean',
  source: sourcesOf(service).element,
  expected: ['true or 1', 'false or 0'],
})

export const callInformationRules = (service: Service): readonly WireRule[] => [
  {
    field: services[service].infoName,
    requirement: 'An element that carries an information element stands once',
    source: defaultBinding('single-values'),
    expected: ['one element'],
  },
  {
    field: services[service].infoName,
    requirement: 'Elements are not encrypted',
    source: defaultBinding('protection'),
    expected: ['type="Normal" or no type attribute'],
  },
  booleanRule(service),
  kmsRule(service),
]

export interface ReadCallInformation {
  readonly said: CallInformation
  readonly spans: Readonly<Partial<Record<Key, Span>>>
  readonly problems: readonly Problem[]
}

/** Reads the info document of a private call; in none nothing is said. Never throws. */
export const readCallInformation = readOnce(
  (root: XmlElement | undefined, { service }: ProfileValues): ReadCallInformation => {
    const document = openInformation(root, service)
    const { said, spans, learn } = createReading<Key>()
    for (const key of params) {
      if (key === 'dataRequestType' && service !== 'mcdata') continue
      const found = document.param(elementName(key, service))
      learn(key, key === 'sessionType' || key === 'dataRequestType' ? document.simple(found) : document.text(found))
    }
    for (const key of extension) {
      const found = document.extension(elementName(key, service))
      if (key !== 'kmsUri') learn(key, document.simple(found))
      else if (found !== undefined) {
        const entry = document.simple(
          document.child(document.child(found, elementName(key, service)) ?? found, 'uri-entry'),
        )
        learn(key, entry)
        if (entry === undefined || !/^[a-z][a-z0-9+.-]*:[^\s<>"]+$/i.test(entry.value))
          document.problems.push(problem(kmsRule(service), entry?.value ?? 'no uri-entry', found.span))
      }
    }
    if (said.endToEndSecurity !== undefined && !/^(?:true|false|1|0)$/.test(said.endToEndSecurity))
      document.problems.push(problem(booleanRule(service), said.endToEndSecurity, spans.endToEndSecurity))
    return { said, spans, problems: document.problems }
  },
)

/** An indication as its information element has it: `true` when it is given; of `false` there is none. */
export const indication = (text: string | undefined): string | undefined =>
  text === '1' ? 'true' : text === 'false' || text === '0' ? undefined : text

/** Rows that more than one message has. */
export const callCarriage = (service: Service) => {
  const name = (key: Key): string => elementName(key, service)
  const { prefix } = services[service]
  const source = sourcesOf(service).element
  return {
    securityDomain: {
      carriedIn: `anyExt/${name('kmsUri')}/${name('kmsUri')}/uri-entry`,
      meaning: 'URI of the key management server of the security domain',
      source,
    },
    endToEndSecurity: {
      carriedIn: `anyExt/${name('endToEndSecurity')}${service === 'mcdata' ? '' : '; a=key-mgmt:mikey goes with it'}`,
      meaning: "'true': end-to-end encryption is asked for",
      source,
    },
    callingUserId: `${prefix}-Params/${name('callingUserId')}/${prefix}URI`,
    requestUri: `${prefix}-Params/${name('requestUri')}/${prefix}URI`,
  } as const satisfies Record<string, Omit<Mapping, 'ie' | 'status'> | string>
}
