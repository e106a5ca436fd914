import { writeMultipart, type PartDraft } from '#wire/multipart'
import { headerField, headers, readNameAddress, splitList, type SipMessage } from '#wire/sip'
import {
  callCarriage,
  callInformationRules,
  elementName,
  indication,
  writeCallInformation,
  type ReadCallInformation,
} from './call-information.ts'
import type { IeValues, Mapping, Parties, Problem, Span, WireField, WireRule } from './binding.ts'
import { madeOnce } from './made-once.ts'
import type { ProfileValues } from './profile-values.ts'
import { bodyRules } from './received-body.ts'
import { readResourceList, resourceListRules, resourceListType, writeResourceList } from './resource-list.ts'
import { services, type Service } from './service.ts'
import { defaultBinding, sourcesOf } from './sources.ts'
import { placeOf, problem } from './wire-rule.ts'

// What the private call request is in every service, whatever carries it.

export const privateCallRequestName = 'private call request'

/** The client says who calls by its public user identity (default binding call-identities). */
const callingUser = (ies: IeValues, { user, from }: Parties): string => ies.callingParty ?? user ?? from

type Field = readonly [name: string, value: string]

/** Who speaks: a client prefers an identity, a server or a SIP core asserts one. */
export function identityFields(ies: IeValues, parties: Parties, values: ProfileValues): readonly Field[] {
  const client = parties.leg === 'from-client'
  const how = client && values.clientIdentity === 'preferred' ? 'Preferred' : 'Asserted'
  return [
    [`P-${how}-Identity`, `<${client ? callingUser(ies, parties) : parties.from}>`],
    [`P-${how}-Service`, values.serviceIdentifier],
  ]
}

/** Who speaks, as lines of the bindings document. */
export const identityLines = ({ serviceIdentifier }: ProfileValues): readonly WireField[] => {
  const source = defaultBinding('call-identities')
  return [
    { name: 'From', value: '<public user identity>, from a server <its URI>;tag=…', source },
    { name: 'To', value: '<Request-URI>', source },
    {
      name: 'P-Preferred-Identity',
      value:
        "<public user identity of the calling party>; from a server, or when clientIdentity is 'asserted', P-Asserted-Identity",
      source,
    },
    {
      name: 'P-Preferred-Service',
      value: `${serviceIdentifier}; where P-Asserted-Identity stands P-Asserted-Service`,
      source: defaultBinding('service-headers'),
    },
  ]
}

/** The parts that every private call request has: the info document, and the called party unless it is the receiver. */
export function callParts(ies: IeValues, parties: Parties, values: ProfileValues): readonly PartDraft[] {
  const { infoType } = services[values.service]
  const client = parties.leg === 'from-client'
  const information = writeCallInformation(
    {
      ...(values.service === 'mcdata' ? { dataRequestType: 'one-to-one-sds' } : { sessionType: 'private' }),
      requestUri: parties.leg === 'to-client' ? ies.calledParty : undefined,
      callingUserId: client ? undefined : ies.callingParty,
      emergency: ies.emergencyIndicator,
      alert: ies.emergencyIndicator && 'false',
      clientId: client ? parties.clientId : undefined,
      endToEndSecurity: ies.endToEndSecurity,
      kmsUri: ies.securityDomain,
    },
    values,
  )
  const called = parties.leg === 'to-client' ? undefined : ies.calledParty
  const list = called === undefined ? [] : [xmlPart(resourceListType, writeResourceList(called))]
  return [xmlPart(infoType, information), ...list]
}

const xmlPart = (type: string, body: Uint8Array): PartDraft => ({ headers: [['Content-Type', type]], body })

export const multipart = (parts: readonly PartDraft[], { multipartBoundary }: ProfileValues) =>
  writeMultipart(parts, multipartBoundary)

const callRules = madeOnce((service: Service) => {
  const { prefix } = services[service]
  const client = service === 'mcdata' ? defaultBinding('one-to-one-sds') : sourcesOf(service).privateCall
  return {
    identity: {
      field: 'P-Preferred-Identity',
      requirement: 'The client names its public user identity, or the server that sends it itself',
      source: defaultBinding('call-identities'),
      expected: ['P-Preferred-Identity or P-Asserted-Identity with a URI'],
    },
    called: {
      field: 'body',
      requirement: 'A client names the called party by a resource list; towards the called client the request uri does',
      source: client,
      expected: [`a part ${resourceListType}`, `${prefix}-request-uri, towards the called client`],
    },
    kind:
      service === 'mcdata'
        ? {
            field: 'request-type',
            requirement: 'request-type of a one-to-one short data message is one-to-one-sds',
            source: defaultBinding('one-to-one-sds'),
            expected: ['one-to-one-sds'],
          }
        : {
            field: 'session-type',
            requirement: 'session-type of a private call is private',
            source: client,
            expected: ['private'],
          },
  } satisfies Record<string, WireRule>
})

/** What the parts of the body are judged by, beside what the carrier adds. */
export const callBodyRules = (service: Service): readonly WireRule[] => {
  const carrier = service === 'mcdata' ? defaultBinding('carrier') : sourcesOf(service).privateCall
  const { settingsSchema: _, ...body } = bodyRules(carrier, service)
  return [
    ...Object.values(callRules(service)),
    ...Object.values(body),
    ...callInformationRules(service),
    ...Object.values(resourceListRules(service)),
  ]
}

/** What is read alike in every service. */
export interface ReadCall {
  readonly ies: Record<string, string>
  readonly spans: Record<string, Span>
  readonly problems: Problem[]
  /** Whether a client sent it, and not a server. */
  readonly fromClient: boolean
}

/** Reads who calls whom, and how far it is to be secured. Never throws. */
export function readCall(message: SipMessage, information: ReadCallInformation, values: ProfileValues): ReadCall {
  const { service } = values
  const rules = callRules(service)
  const { said, spans: of } = information
  const ies: Record<string, string> = {}
  const spans: Record<string, Span> = {}
  const problems: Problem[] = []
  const learn = (ie: string, value: string | undefined, span: Span | undefined): void => {
    if (value === undefined) return
    ies[ie] = value
    if (span !== undefined) spans[ie] = span
  }
  const preferred = identityOf(message, 'P-Preferred-Identity')
  const asserted = identityOf(message, 'P-Asserted-Identity')
  // A client bears its identity where a server has its own name: they are told apart by what else a client says.
  const client = preferred !== undefined || said.clientId !== undefined
  const list = readResourceList(message, service)
  if (preferred === undefined && asserted === undefined) problems.push(problem(rules.identity, 'neither of them'))
  if (said.callingUserId !== undefined) learn('callingParty', said.callingUserId, of.callingUserId)
  else if (client) learn('callingParty', (preferred ?? asserted)?.uri, (preferred ?? asserted)?.span)
  if (list.entry !== undefined) learn('calledParty', list.entry.uri, list.entry.span)
  else if (!list.present) learn('calledParty', said.requestUri, of.requestUri)
  if (!list.present && (client || said.requestUri === undefined) && message.body.length > 0)
    problems.push(problem(rules.called, client ? 'no resource list' : 'neither of them', message.bodySpan))
  learn('endToEndSecurity', indication(said.endToEndSecurity), of.endToEndSecurity)
  learn('securityDomain', said.kmsUri, of.kmsUri)
  learn('emergencyIndicator', indication(said.emergency), of.emergency)
  const kind = service === 'mcdata' ? 'dataRequestType' : 'sessionType'
  const wanted = service === 'mcdata' ? 'one-to-one-sds' : 'private'
  if (said[kind] !== wanted && message.body.length > 0)
    problems.push(problem(rules.kind, said[kind] ?? `no ${elementName(kind, service)}`, of[kind]))
  problems.push(...list.problems, ...information.problems)
  return { ies, spans, problems, fromClient: client }
}

function identityOf(message: SipMessage, name: string): { readonly uri: string; readonly span: Span } | undefined {
  const field = headerField(message, name)
  const [first] = headers(message, name).flatMap((value) => splitList(value))
  const uri = first === undefined ? undefined : readNameAddress(first)?.uri
  return field === undefined || uri === undefined ? undefined : { uri, span: placeOf(uri, field.valueSpan, message) }
}

/** The rows that every service has. */
export function callMappings(service: Service): readonly Mapping[] {
  const { callingUserId, requestUri, securityDomain, endToEndSecurity } = callCarriage(service)
  return [
    {
      ie: 'callingParty',
      status: 'M',
      carriedIn: `${callingUserId}; from the client P-Preferred-Identity`,
      meaning: 'MC service ID of the calling party',
      source: defaultBinding('call-identities'),
    },
    {
      ie: 'calledParty',
      status: 'M',
      carriedIn: `resource-lists/list/entry; towards the called client ${requestUri}`,
      meaning: 'MC service ID of the called party',
      source: service === 'mcptt' ? sourcesOf(service).privateCall : defaultBinding('call-identities'),
    },
    { ie: 'endToEndSecurity', status: 'C', ...endToEndSecurity },
    { ie: 'securityDomain', status: 'C', ...securityDomain },
  ]
}
