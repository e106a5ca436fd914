import { header, headerField, type SipMessage } from '#wire/sip'
import { affiliationType } from './affiliation-document.ts'
import { userOf } from './authorization-request.ts'
import type { IeValues, Problem, RequestBinding, Span, WireRule } from './binding.ts'
import { contentElement, openInformation, writeInformationDocument } from './information-document.ts'
import type { ProfileValues } from './profile-values.ts'
import { bodyRules, receivedBody } from './received-body.ts'
import { services, type Service } from './service.ts'
import {
  clientServiceRules,
  judgeClientService,
  clientHeaders,
  clientHeaderLines,
  featureTags,
} from './service-headers.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

export const affiliationStatusRequestName = 'affiliation status request'

const rules = (service: Service) =>
  ({
    expires: {
      field: 'Expires',
      requirement: 'A SUBSCRIBE for affiliation status says how long it lasts, and 0 to be told once',
      source: sourcesOf(service).affiliationStatus,
      expected: ['Expires: 0', 'Expires: 4294967295'],
    },
    accept: {
      field: 'Accept',
      requirement: `A SUBSCRIBE for affiliation status takes ${affiliationType}`,
      source: sourcesOf(service).affiliationStatus,
      expected: [affiliationType],
    },
    contact: {
      field: 'Contact',
      requirement: 'SUBSCRIBE has a Contact header field',
      source: sources.subscribeContact,
      expected: ['Contact: <…>'],
    },
  }) satisfies Record<string, WireRule>

function mismatch(message: SipMessage): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'SUBSCRIBE') return 'it is no SUBSCRIBE'
  return eventOf(message) === 'presence' ? undefined : 'its Event is not presence'
}

export const eventOf = (message: SipMessage): string | undefined =>
  header(message, 'Event')?.split(';')[0]?.trim().toLowerCase()

/** A client asks once to which groups its user is affiliated. */
export const affiliationStatusRequest: RequestBinding = {
  carrier: 'request',
  message: affiliationStatusRequestName,
  method: 'SUBSCRIBE',
  source: sources.affiliationStatus,
  summary: 'SUBSCRIBE with Event presence',
  when: 'The MC service client sends it to its MC service server to be told to which MC service groups its user is affiliated.',
  fields(values) {
    const { affiliationStatus } = sourcesOf(values.service)
    return [
      { name: 'Request-URI', value: 'URI of the MC service server', source: affiliationStatus },
      { name: 'From', value: '<public user identity>;tag=…', source: defaultBinding('client-leg') },
      { name: 'To', value: '<Request-URI>', source: defaultBinding('client-leg') },
      { name: 'Event', value: 'presence', source: affiliationStatus },
      { name: 'Expires', value: '0: the status is told once', source: affiliationStatus },
      { name: 'Accept', value: affiliationType, source: affiliationStatus },
      {
        name: 'Contact',
        value: `<contact URI of the client>${featureTags(values)}`,
        source: sources.subscribeContact,
      },
      ...clientHeaderLines(values),
      { name: 'Content-Type', value: services[values.service].infoType, source: affiliationStatus },
      { name: 'body', value: `the ${services[values.service].infoName} document`, source: affiliationStatus },
    ]
  },
  mappings: ({ service }) => [
    {
      ie: 'mcServiceId',
      status: 'M',
      carriedIn: `${services[service].prefix}-request-uri`,
      meaning: 'MC service ID of the user whose affiliations are asked for',
      source: sourcesOf(service).affiliationStatus,
    },
  ],
  rules(values) {
    const { service } = values
    const { settingsSchema: _, ...body } = bodyRules(sourcesOf(service).affiliationStatus, service)
    return [...Object.values(rules(service)), ...clientServiceRules(values), ...Object.values(body)]
  },
  recognises: (message) => mismatch(message) === undefined,
  mismatch,
  encode({ mcServiceId }, parties, values) {
    const { service } = values
    const { infoType, prefix } = services[service]
    const user = userOf(parties)
    const named =
      mcServiceId === undefined ? [] : [contentElement(service, `${prefix}-request-uri`, 'URI', mcServiceId)]
    return {
      method: 'SUBSCRIBE',
      requestUri: parties.to,
      from: user,
      to: parties.to,
      headers: [
        ['Event', 'presence'],
        ['Expires', '0'],
        ['Accept', affiliationType],
        ['Contact', `<${parties.contact ?? user}>${featureTags(values)}`],
        ...clientHeaders(user, values),
        ['Content-Type', infoType],
      ],
      body: writeInformationDocument(service, named, [], 'params'),
    }
  },
  decode(message, values) {
    const body = receivedBody(message, values.service)
    const { ies, spans, problems } = readUser(message, values)
    return {
      name: affiliationStatusRequestName,
      ies,
      spans,
      problems: [
        ...judgeClientService(message, values),
        ...judgeHeaders(message, values.service),
        ...body.problems,
        ...problems,
      ],
    }
  },
}

/** Whose affiliations are asked for. */
function readUser(message: SipMessage, { service }: ProfileValues) {
  const information = openInformation(receivedBody(message, service).info, service)
  const said = information.text(information.param(`${services[service].prefix}-request-uri`))
  const ies: IeValues = said === undefined ? {} : { mcServiceId: said.value }
  const spans: Readonly<Record<string, Span>> = said?.span === undefined ? {} : { mcServiceId: said.span }
  return { ies, spans, problems: information.problems }
}

function judgeHeaders(message: SipMessage, service: Service): readonly Problem[] {
  const { expires, accept, contact } = rules(service)
  const problems: Problem[] = []
  const duration = headerField(message, 'Expires')
  if (duration === undefined || !/^\d+$/.test(duration.value))
    problems.push(problem(expires, duration?.value ?? 'no Expires', duration?.valueSpan))
  const taken = headerField(message, 'Accept')
  if (taken?.value.toLowerCase().includes(affiliationType) !== true)
    problems.push(problem(accept, taken?.value ?? 'no Accept', taken?.valueSpan))
  if (headerField(message, 'Contact') === undefined) problems.push(problem(contact, 'no Contact'))
  return problems
}
