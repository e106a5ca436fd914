import { type SipMessage } from '#wire/sip'
import type { Problem, RequestBinding, ResponseBinding, Span, WireRule } from './binding.ts'
import {
  groupSessionBody,
  groupSessionFields,
  groupSessionRules,
  judgeGroupSession,
  optionalElement,
} from './group-session.ts'
import { openInformation } from './information-document.ts'
import { madeOnce } from './made-once.ts'
import { privateCallEndRequest, privateCallEndResponse } from './private-call-release.ts'
import { privateCallResponseToInvite } from './private-call-response.ts'
import { receivedBody } from './received-body.ts'
import { services, type Service } from './service.ts'
import {
  serverHeaders,
  acceptContactFields,
  featureTags,
  judgeAcceptContact,
  judgeAssertedIdentity,
  judgeService,
  judgeSessionContact,
  serviceRules,
  sessionContactRules,
} from './service-headers.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

// A prearranged group call towards a client that enters late, and how the client's leg of it ends.

const groupCallRequestName = 'group call request'
const endName = 'group call end request'

const rules = madeOnce((service: Service) => {
  const { prefix } = services[service]
  return {
    group: {
      field: `${prefix}-calling-group-id`,
      requirement: 'The INVITE of a group call names the group',
      source: sourcesOf(service).groupCall,
      expected: [`${prefix}-Params/${prefix}-calling-group-id/${prefix}URI`],
    },
    user: {
      field: `${prefix}-request-uri`,
      requirement: 'The INVITE of a group call names the user who is invited',
      source: sourcesOf(service).groupCall,
      expected: [`${prefix}-Params/${prefix}-request-uri/${prefix}URI`],
    },
  } satisfies Record<string, WireRule>
})

/** The server calls a client into a prearranged group call (TS 24.379 10.1.1). */
export const groupCallRequest: RequestBinding = {
  carrier: 'request',
  message: groupCallRequestName,
  method: 'INVITE',
  source: sources.lateEntry,
  summary: 'INVITE with session-type prearranged',
  when: 'The MC service server of a client that has affiliated to a group with an ongoing group call sends it to the client (step 4).',
  fields(values) {
    const { service } = values
    const call = sourcesOf(service).groupCall
    return [
      { name: 'Request-URI', value: 'Contact URI of the client', source: call },
      { name: 'From', value: '<URI of the server>;tag=…', source: call },
      { name: 'To', value: '<Request-URI>', source: call },
      { name: 'P-Asserted-Identity', value: '<URI of the server>', source: defaultBinding('service-headers') },
      { name: 'P-Asserted-Service', value: values.serviceIdentifier, source: defaultBinding('service-headers') },
      ...acceptContactFields(values),
      {
        name: 'Contact',
        value: `<contact URI of the server>${featureTags(values)};isfocus`,
        source: sources.inviteContact,
      },
      ...groupSessionFields(values),
    ]
  },
  mappings({ service }) {
    const { prefix } = services[service]
    return [
      {
        ie: 'mcServiceId',
        status: 'M',
        carriedIn: `${prefix}-request-uri/${prefix}URI`,
        meaning: 'MC service ID of the user who is invited',
        source: sourcesOf(service).groupCall,
      },
      {
        ie: 'groupId',
        status: 'M',
        carriedIn: `${prefix}-calling-group-id/${prefix}URI`,
        meaning: 'MC service group ID of the ongoing group call',
        source: sourcesOf(service).groupCall,
      },
    ]
  },
  rules(values) {
    const { service } = values
    const { assertedService, assertedIdentity, tag, reference } = serviceRules(values)
    return [
      ...Object.values(rules(service)),
      ...Object.values(sessionContactRules(sourcesOf(service).groupCall, values)),
      assertedService,
      assertedIdentity,
      tag,
      reference,
      ...groupSessionRules(service),
    ]
  },
  recognises: (message, values) => mismatch(message, values.service) === undefined,
  mismatch: (message, values) => mismatch(message, values.service),
  encode(ies, parties, values) {
    const { service } = values
    const params = [
      ...optionalElement(service, 'request-uri', ies.mcServiceId),
      ...optionalElement(service, 'calling-group-id', ies.groupId),
    ]
    const { contentType, body } = groupSessionBody(params, ies, parties, values)
    return {
      method: 'INVITE',
      requestUri: parties.to,
      from: parties.from,
      to: parties.to,
      headers: [
        ...serverHeaders(parties.from, values),
        ['Contact', `<${parties.contact ?? parties.from}>${featureTags(values)};isfocus`],
        ['Supported', 'timer'],
        ['Content-Type', contentType],
      ],
      body,
    }
  },
  decode(message, values) {
    const { service } = values
    const { prefix } = services[service]
    const own = rules(service)
    const body = receivedBody(message, service)
    const information = openInformation(body.info, service)
    const ies: Record<string, string> = {}
    const spans: Record<string, Span> = {}
    const problems: Problem[] = []
    for (const [ie, name, rule] of [
      ['mcServiceId', 'request-uri', own.user],
      ['groupId', 'calling-group-id', own.group],
    ] as const) {
      const said = information.text(information.param(`${prefix}-${name}`))
      if (said === undefined) problems.push(problem(rule, `no ${rule.field}`, body.info?.span ?? message.bodySpan))
      else [ies[ie], spans[ie]] = [said.value, said.span]
    }
    const kind = information.simple(information.param('session-type'))
    return {
      name: groupCallRequestName,
      ies,
      spans,
      problems: [
        ...judgeSessionContact(message, sourcesOf(service).groupCall, values),
        ...judgeService(message, serviceRules(values).assertedService, ['P-Asserted-Service'], values),
        ...judgeAssertedIdentity(message, values),
        ...judgeAcceptContact(message, values),
        ...body.problems,
        ...information.problems,
        ...problems,
        ...judgeGroupSession(message, kind, service),
      ],
    }
  },
}

/** Session types that only a group call has. */
const ofGroups: ReadonlySet<string> = new Set(['prearranged', 'chat'])

function mismatch(message: SipMessage, service: Service): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'INVITE') return 'it is no INVITE'
  const information = openInformation(receivedBody(message, service).info, service)
  const kind = information.simple(information.param('session-type'))?.value
  const group = information.param(`${services[service].prefix}-calling-group-id`)
  return group !== undefined || (kind !== undefined && ofGroups.has(kind)) ? undefined : 'it names no group'
}

const toInvite = privateCallResponseToInvite([])

/** Its offer has a channel of floor control, so its answer may have one. */
const controlled = { floorControl: 'true' }

/** The final response to the INVITE of a group call. */
export const groupCallResponse: ResponseBinding = {
  ...toInvite,
  message: 'group call response',
  answers: groupCallRequestName,
  source: sources.lateEntry,
  summary: 'final response to INVITE',
  when: 'The MC service client sends it when it joins the ongoing group call (step 4a).',
  encode: (ies, parties, values, request, refusal) =>
    toInvite.encode(ies, parties, values, { ...request, ...controlled }, refusal),
  decode: (message, values, request, answered) => ({
    ...toInvite.decode(message, values, { ...request, ...controlled }, answered),
    name: 'group call response',
  }),
}

/** Either side ends the client's leg of a group call: BYE (RFC 3261 15). */
export const groupCallEndRequest: RequestBinding = {
  ...privateCallEndRequest,
  message: endName,
  within: groupCallRequestName,
  source: sources.lateEntry,
  summary: 'BYE within the dialog of the group call',
  when: 'The primary MC service server sends it to the client that has de-affiliated (step 1b).',
  fields: () => [{ name: 'Request-URI, From, To, Call-ID, Route', value: 'those of the dialog', source: sources.bye }],
  mappings: () => [],
  encode: (_ies, { from, to }) => ({ method: 'BYE', requestUri: to, from, to, headers: [] }),
  decode: () => ({ name: endName, ies: {}, spans: {}, problems: [] }),
}

/** The final response to that BYE. */
export const groupCallEndResponse: ResponseBinding = {
  ...privateCallEndResponse,
  message: 'group call end response',
  answers: endName,
  source: sources.lateEntry,
  when: 'Whoever received the BYE sends it (step 1c).',
  decode: () => ({ name: 'group call end response', ies: {}, spans: {}, problems: [] }),
}
