import { headerField, type SipMessage } from '#wire/sip'
import {
  affiliationDocumentRules,
  affiliationType,
  readAffiliations,
  writeAffiliations,
  type ReadAffiliations,
} from './affiliation-document.ts'
import { eventOf } from './affiliation-status-request.ts'
import { userOf } from './authorization-request.ts'
import type { Mapping, Problem, RequestBinding, Span, WireRule } from './binding.ts'
import { contentElement, openInformation, writeInformationDocument } from './information-document.ts'
import { multipart } from './private-call-request.ts'
import type { ProfileValues } from './profile-values.ts'
import { bodyRules, receivedBody } from './received-body.ts'
import { services, type Service } from './service.ts'
import { clientServiceRules, judgeClientService, clientHeaders, clientHeaderLines } from './service-headers.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

export const affiliationRequestName = 'group affiliation request'
export const deaffiliationRequestName = 'group de-affiliation request'

/** Affiliation lasts until it is ended: 2 to the power of 32, less one (RFC 3903 4). */
const forEver = '4294967295'

const rules = (service: Service) =>
  ({
    expires: {
      field: 'Expires',
      requirement: `Expires of a PUBLISH for affiliation is ${forEver}, and 0 where no group is left`,
      source: defaultBinding('affiliation'),
      expected: [forEver, '0, where no group is left'],
    },
    sameUser: {
      field: `${services[service].prefix}-request-uri`,
      requirement: 'The request uri of the info document names the user whose list it is',
      source: defaultBinding('affiliation'),
      expected: ['the entity of presence'],
    },
  }) satisfies Record<string, WireRule>

/** The user affiliates to a group, or to none any longer: what a client publishes replaces what it published before. */
const affiliation = (
  message: typeof affiliationRequestName | typeof deaffiliationRequestName,
  said: Pick<RequestBinding, 'summary' | 'when'>,
): RequestBinding => {
  const leaves = message === deaffiliationRequestName
  const expires = leaves ? '0' : forEver
  const mismatch = (received: SipMessage, values: ProfileValues): string | undefined => {
    const { startLine } = received
    if (startLine.kind !== 'request' || startLine.method !== 'PUBLISH') return 'it is no PUBLISH'
    if (eventOf(received) !== 'presence') return 'its Event is not presence'
    const { present, groups } = readAffiliations(received, values.service)
    if (!present) return `it has no part ${affiliationType}`
    if ((groups.length === 0) === leaves) return undefined
    return leaves ? 'it lists a group' : 'it lists no group'
  }
  return {
    carrier: 'request',
    message,
    method: 'PUBLISH',
    source: leaves ? sources.groupDeaffiliation : sources.groupAffiliation,
    ...said,
    fields: (values) => [
      { name: 'Request-URI', value: 'URI of the MC service server', source: sourcesOf(values.service).affiliation },
      { name: 'From', value: '<public user identity>;tag=…', source: sources.publishRequest },
      { name: 'To', value: '<Request-URI>', source: defaultBinding('client-leg') },
      { name: 'Event', value: 'presence', source: sourcesOf(values.service).affiliation },
      { name: 'Expires', value: expires, source: defaultBinding('affiliation') },
      ...clientHeaderLines(values),
      {
        name: 'Content-Type',
        value: `multipart/mixed;boundary=${values.multipartBoundary}`,
        source: sourcesOf(values.service).affiliation,
      },
      {
        name: 'body',
        value: `parts ${services[values.service].infoType} and ${affiliationType}`,
        source: sourcesOf(values.service).affiliation,
      },
    ],
    mappings: (values) => mappings(values.service, leaves),
    rules(values) {
      const { service } = values
      const { settingsSchema: _, ...body } = bodyRules(sourcesOf(service).affiliation, service)
      return [
        ...Object.values(rules(service)),
        ...clientServiceRules(values),
        ...Object.values(body),
        ...Object.values(affiliationDocumentRules(service)),
      ]
    },
    recognises: (received, values) => mismatch(received, values) === undefined,
    mismatch,
    encode(ies, parties, values) {
      const { service } = values
      const user = userOf(parties)
      const { mcServiceId, groupId } = ies
      const { infoType, prefix } = services[service]
      const named =
        mcServiceId === undefined ? [] : [contentElement(service, `${prefix}-request-uri`, 'URI', mcServiceId)]
      const information = writeInformationDocument(service, named, [], 'params')
      const groups = writeAffiliations(service, mcServiceId, parties.clientId ?? 'urn:uuid:0', leaves ? [] : [groupId])
      const { contentType, body } = multipart(
        [
          { headers: [['Content-Type', infoType]], body: information },
          { headers: [['Content-Type', affiliationType]], body: groups },
        ],
        values,
      )
      return {
        method: 'PUBLISH',
        requestUri: parties.to,
        from: user,
        to: parties.to,
        headers: [
          ['Event', 'presence'],
          ['Expires', expires],
          ...clientHeaders(user, values),
          ['Content-Type', contentType],
        ],
        body,
      }
    },
    decode(received, values) {
      const body = receivedBody(received, values.service)
      const list = readAffiliations(received, values.service)
      const problems: Problem[] = [
        ...judgeClientService(received, values),
        ...judgeExpires(received, expires, values.service),
        ...body.problems,
        ...list.problems,
        ...judgeUser(received, list, values),
      ]
      return { name: message, ...read(list), problems }
    },
  }
}

export const groupAffiliationRequest = affiliation(affiliationRequestName, {
  summary: 'PUBLISH with Event presence that lists a group',
  when: 'The MC service client sends it to its MC service server, in the partner MC system once it is service authorized there (step 3).',
})

export const groupDeaffiliationRequest = affiliation(deaffiliationRequestName, {
  summary: 'PUBLISH with Event presence that lists no group',
  when: 'The MC service client sends it to the primary MC service server before it migrates (step 1).',
})

function read(list: ReadAffiliations) {
  const ies: Record<string, string> = {}
  const spans: Record<string, Span> = {}
  const [group] = list.groups
  for (const [ie, said] of [['mcServiceId', list.user] as const, ['groupId', group] as const]) {
    if (said === undefined) continue
    ies[ie] = said.value
    spans[ie] = said.span
  }
  return { ies, spans }
}

function judgeExpires(message: SipMessage, expected: string, service: Service): readonly Problem[] {
  const field = headerField(message, 'Expires')
  if (field?.value === expected) return []
  return [problem({ ...rules(service).expires, expected: [expected] }, field?.value ?? 'no Expires', field?.valueSpan)]
}

/** The info document and the list are about the same user. */
function judgeUser(message: SipMessage, { user }: ReadAffiliations, values: ProfileValues): readonly Problem[] {
  const { service } = values
  const information = openInformation(receivedBody(message, service).info, service)
  const said = information.text(information.param(`${services[service].prefix}-request-uri`))
  if (said?.value === user?.value) return information.problems
  return [
    ...information.problems,
    problem(
      { ...rules(service).sameUser, expected: [user?.value ?? 'no user'] },
      said?.value ?? 'no user',
      said?.span ?? message.bodySpan,
    ),
  ]
}

const mappings = (service: Service, leaves: boolean): readonly Mapping[] => [
  {
    ie: 'mcServiceId',
    status: 'M',
    carriedIn: `presence@entity, and ${services[service].prefix}-request-uri`,
    meaning: 'MC service ID of the user whose affiliations these are',
    source: sourcesOf(service).affiliation,
  },
  ...(leaves
    ? []
    : [
        {
          ie: 'groupId',
          status: 'M',
          carriedIn: 'presence/tuple/status/affiliation@group',
          meaning: 'MC service group ID',
          source: sourcesOf(service).affiliation,
        } as const,
      ]),
]
