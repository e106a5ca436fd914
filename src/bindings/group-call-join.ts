import { headerField, type SipMessage } from '#wire/sip'
import type { Problem, RequestBinding, ResponseBinding, Span, WireRule } from './binding.ts'
import { indication } from './call-information.ts'
import {
  emergencyElements,
  emergencyRow,
  judgeResourcePriority,
  resourcePriority,
  resourcePriorityField,
  resourcePriorityRule,
} from './emergency.ts'
import { groupCallEndRequest, groupCallEndResponse, groupCallResponse } from './group-call.ts'
import {
  groupSessionBody,
  groupSessionFields,
  groupSessionRules,
  judgeGroupSession,
  optionalElement,
} from './group-session.ts'
import { openInformation } from './information-document.ts'
import { madeOnce } from './made-once.ts'
import { identityFields } from './private-call-request.ts'
import { receivedBody } from './received-body.ts'
import { services, type Service } from './service.ts'
import {
  clientServiceRules,
  judgeClientService,
  acceptContact,
  acceptContactFields,
  featureTags,
} from './service-headers.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { placeOf, problem } from './wire-rule.ts'

// A prearranged group call that a client sets up or joins (TS 24.379 10.1.1.2), towards its server and between servers.

const requestName = 'group call join request'
const leaveName = 'group call leave request'

const rules = madeOnce((service: Service) => {
  const { prefix } = services[service]
  const source = sourcesOf(service).groupCall
  return {
    group: {
      field: `${prefix}-request-uri`,
      requirement: 'The INVITE of who joins a group call names the group by the request uri',
      source,
      expected: [`${prefix}-Params/${prefix}-request-uri/${prefix}URI`],
    },
    user: {
      field: `${prefix}-calling-user-id`,
      requirement: 'A client names its user by its public user identity, a server by the calling user id',
      source: defaultBinding('call-identities'),
      expected: ['P-Preferred-Identity', `${prefix}-Params/${prefix}-calling-user-id/${prefix}URI`],
    },
  } satisfies Record<string, WireRule>
})

/** What the info document says, as far as it tells this INVITE from others. */
function said(message: SipMessage, service: Service) {
  const { prefix } = services[service]
  const document = openInformation(receivedBody(message, service).info, service)
  const param = (name: string) => document.text(document.param(`${prefix}-${name}`))
  return {
    document,
    kind: document.simple(document.param('session-type')),
    group: param('request-uri'),
    ofServer: document.param(`${prefix}-calling-group-id`) !== undefined,
    emergency: document.text(document.param('emergency-ind')),
    caller: param('calling-user-id'),
    clientId: param('client-id'),
  }
}

function mismatch(message: SipMessage, service: Service): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'INVITE') return 'it is no INVITE'
  const { kind, ofServer, caller, clientId } = said(message, service)
  if (kind?.value !== 'prearranged') return 'its session-type is not prearranged'
  if (ofServer) return 'it calls a client into the group call'
  const joins = caller !== undefined || clientId !== undefined || headerField(message, 'P-Preferred-Identity')
  return joins ? undefined : 'it names nobody who joins'
}

/** The client joins by INVITE; its server sends one of its own on to the controlling function. */
export const groupCallJoinRequest: RequestBinding = {
  carrier: 'request',
  message: requestName,
  method: 'INVITE',
  source: sources.groupCallJoining,
  summary: 'INVITE with session-type prearranged, the group in the request uri',
  when: 'The MC service client sends it to its participating MC service server, which sends one on to the controlling MC service server (step 7).',
  impliedByClient: ['mcServiceId'],
  fields(values) {
    const { service } = values
    const call = sourcesOf(service).groupCall
    return [
      { name: 'Request-URI', value: 'URI of the receiving server', source: call },
      { name: 'From', value: '<public user identity>, from a server <its URI>;tag=…', source: call },
      { name: 'To', value: '<Request-URI>', source: call },
      {
        name: 'P-Preferred-Identity',
        value: "<public user identity>; from a server, or when clientIdentity is 'asserted', P-Asserted-Identity",
        source: defaultBinding('call-identities'),
      },
      {
        name: 'P-Preferred-Service',
        value: `${values.serviceIdentifier}; where P-Asserted-Identity stands P-Asserted-Service`,
        source: defaultBinding('service-headers'),
      },
      ...acceptContactFields(values),
      { name: 'Contact', value: `<contact URI of the sender>${featureTags(values)}`, source: sources.inviteContact },
      resourcePriorityField(values, 'group'),
      ...groupSessionFields(values),
    ]
  },
  mappings({ service }) {
    const { prefix } = services[service]
    const source = sourcesOf(service).groupCall
    return [
      {
        ie: 'mcServiceId',
        status: 'M',
        carriedIn: `${prefix}-calling-user-id/${prefix}URI; from the client P-Preferred-Identity`,
        meaning: 'MC service ID of the user who joins',
        source: defaultBinding('call-identities'),
      },
      {
        ie: 'groupId',
        status: 'M',
        carriedIn: `${prefix}-request-uri/${prefix}URI`,
        meaning: 'MC service group ID of the group call',
        source,
      },
      emergencyRow(service),
    ]
  },
  rules(values) {
    const { service } = values
    return [
      ...Object.values(rules(service)),
      resourcePriorityRule(service, 'group', true),
      resourcePriorityRule(service, 'group', false),
      ...clientServiceRules(values),
      ...groupSessionRules(service),
    ]
  },
  recognises: (message, { service }) => mismatch(message, service) === undefined,
  mismatch: (message, { service }) => mismatch(message, service),
  encode(ies, parties, values) {
    const { service } = values
    const client = parties.leg === 'from-client'
    const { mcServiceId, groupId } = ies
    const params = [
      ...optionalElement(service, 'request-uri', groupId),
      ...optionalElement(service, 'calling-user-id', client ? undefined : mcServiceId),
      ...emergencyElements(service, ies),
      ...optionalElement(service, 'client-id', client ? parties.clientId : undefined, 'String'),
    ]
    const { contentType, body } = groupSessionBody(params, ies, parties, values)
    return {
      method: 'INVITE',
      requestUri: parties.to,
      from: client ? (parties.user ?? parties.from) : parties.from,
      to: parties.to,
      headers: [
        ...identityFields(mcServiceId === undefined ? {} : { callingParty: mcServiceId }, parties, values),
        ...acceptContact(values),
        ['Contact', `<${parties.contact ?? parties.from}>${featureTags(values)}`],
        ...resourcePriority(ies, values),
        ['Supported', 'timer'],
        ['Content-Type', contentType],
      ],
      body,
    }
  },
  decode(message, values) {
    const { service } = values
    const own = rules(service)
    const body = receivedBody(message, service)
    const { document, kind, group, emergency, caller, clientId } = said(message, service)
    const ies: Record<string, string> = {}
    const spans: Record<string, Span> = {}
    const problems: Problem[] = []
    const preferred = identityIn(message, clientId !== undefined)
    const user = caller ?? preferred
    if (user === undefined) problems.push(problem(own.user, 'neither of them', body.info?.span ?? message.bodySpan))
    else [ies.mcServiceId, spans.mcServiceId] = [user.value, user.span]
    if (group === undefined) problems.push(problem(own.group, `no ${own.group.field}`, body.info?.span))
    else [ies.groupId, spans.groupId] = [group.value, group.span]
    const emergencyIndicator = indication(emergency?.value)
    if (emergency !== undefined && emergencyIndicator !== undefined)
      [ies.emergencyIndicator, spans.emergencyIndicator] = [emergencyIndicator, emergency.span]
    return {
      name: requestName,
      ies,
      spans,
      problems: [
        ...judgeClientService(message, values),
        ...judgeResourcePriority(message, ies, service, 'group', caller === undefined),
        ...body.problems,
        ...document.problems,
        ...problems,
        ...judgeGroupSession(message, kind, service),
      ],
    }
  },
}

/** The identity of a client; that of a server is no user. */
function identityIn(message: SipMessage, client: boolean): { readonly value: string; readonly span: Span } | undefined {
  const names = client ? ['P-Preferred-Identity', 'P-Asserted-Identity'] : ['P-Preferred-Identity']
  const field = names.map((name) => headerField(message, name)).find((one) => one !== undefined)
  const uri = field && /<([^>]*)>/.exec(field.value)?.[1]
  return field === undefined || uri === undefined
    ? undefined
    : { value: uri, span: placeOf(uri, field.valueSpan, message) }
}

/** The final response to that INVITE. */
export const groupCallJoinResponse: ResponseBinding = {
  ...groupCallResponse,
  message: 'group call join response',
  answers: requestName,
  source: sources.groupCallJoining,
  when: 'The controlling MC service server sends it, and every participating MC service server passes it on (step 6).',
  decode: (message, values, request, answered) => ({
    ...groupCallResponse.decode(message, values, request, answered),
    name: 'group call join response',
  }),
}

/** The client leaves: BYE (RFC 3261 15). */
export const groupCallLeaveRequest: RequestBinding = {
  ...groupCallEndRequest,
  message: leaveName,
  within: requestName,
  source: sources.groupCallJoining,
  when: 'The MC service client that leaves the group call sends it, and its participating MC service server one in its own dialog on (step 7).',
  decode: () => ({ name: leaveName, ies: {}, spans: {}, problems: [] }),
}

/** The final response to that BYE. */
export const groupCallLeaveResponse: ResponseBinding = {
  ...groupCallEndResponse,
  message: 'group call leave response',
  answers: leaveName,
  source: sources.groupCallJoining,
  when: 'Whoever received the BYE sends it (step 6).',
  decode: () => ({ name: 'group call leave response', ies: {}, spans: {}, problems: [] }),
}
