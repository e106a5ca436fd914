import { headerField, type SipMessage } from '#wire/sip'
import {
  affiliationDocumentRules,
  affiliationType,
  readAffiliations,
  writeAffiliations,
} from './affiliation-document.ts'
import { affiliationStatusRequestName, eventOf } from './affiliation-status-request.ts'
import type { Problem, RequestBinding, Span, WireRule } from './binding.ts'
import type { Service } from './service.ts'
import { featureTags } from './service-headers.ts'
import { sources, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

const name = 'affiliation status notification'

const rules = (service: Service) =>
  ({
    state: {
      field: 'Subscription-State',
      requirement: 'NOTIFY has a Subscription-State header field; of who asked to be told once it is terminated',
      source: sources.subscriptionState,
      expected: ['terminated;reason=timeout'],
    },
    affiliated: {
      field: 'affiliation@status',
      requirement: 'A group to which the user is affiliated has the status affiliated',
      source: sourcesOf(service).affiliationStatus,
      expected: ['affiliated'],
    },
  }) satisfies Record<string, WireRule>

function mismatch(message: SipMessage): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'NOTIFY') return 'it is no NOTIFY'
  return eventOf(message) === 'presence' ? undefined : 'its Event is not presence'
}

/** The server tells to which groups the user is affiliated. */
export const affiliationStatusNotification: RequestBinding = {
  carrier: 'request',
  message: name,
  method: 'NOTIFY',
  within: affiliationStatusRequestName,
  source: sources.affiliationStatus,
  summary: 'NOTIFY with Event presence',
  when: 'The MC service server sends it to the MC service client within the dialog of its SUBSCRIBE, at once; 200 (OK) answers it.',
  fields: (values) => [
    { name: 'Event', value: 'presence', source: sourcesOf(values.service).affiliationStatus },
    { name: 'Subscription-State', value: 'terminated;reason=timeout', source: sources.subscriptionState },
    {
      name: 'Contact',
      value: `<contact URI of the server>${featureTags(values)}`,
      source: sources.subscribeContact,
    },
    { name: 'Content-Type', value: affiliationType, source: sourcesOf(values.service).affiliationStatus },
    {
      name: 'body',
      value: 'the groups to which the user is affiliated, each with the status affiliated',
      source: sourcesOf(values.service).affiliationStatus,
    },
  ],
  mappings: ({ service }) => [
    {
      ie: 'mcServiceId',
      status: 'M',
      carriedIn: 'presence@entity',
      meaning: 'MC service ID of the user whose affiliations these are',
      source: sourcesOf(service).affiliationStatus,
    },
    {
      ie: 'groupId',
      status: 'M',
      carriedIn: 'presence/tuple/status/affiliation@group',
      meaning: 'MC service group ID of a group to which the user is affiliated',
      source: sourcesOf(service).affiliationStatus,
    },
  ],
  rules: ({ service }) => [...Object.values(rules(service)), ...Object.values(affiliationDocumentRules(service))],
  recognises: (message) => mismatch(message) === undefined,
  mismatch,
  encode: ({ mcServiceId, groupId }, parties, values) => ({
    method: 'NOTIFY',
    requestUri: parties.to,
    from: parties.from,
    to: parties.to,
    headers: [
      ['Event', 'presence'],
      ['Subscription-State', 'terminated;reason=timeout'],
      ['Contact', `<${parties.contact ?? parties.from}>${featureTags(values)}`],
      ['Content-Type', affiliationType],
    ],
    body: writeAffiliations(
      values.service,
      mcServiceId,
      parties.clientId ?? 'urn:uuid:0',
      groupId === undefined ? [] : [groupId],
      'affiliated',
    ),
  }),
  decode(message, { service }) {
    const list = readAffiliations(message, service)
    const { state, affiliated } = rules(service)
    const problems: Problem[] = [...list.problems]
    const said = headerField(message, 'Subscription-State')
    if (said === undefined || !/^terminated\b/i.test(said.value))
      problems.push(problem(state, said?.value ?? 'no Subscription-State', said?.valueSpan))
    const [group] = list.groups
    if (group !== undefined && group.status !== 'affiliated')
      problems.push(problem(affiliated, group.status ?? 'no status', group.span))
    const ies: Record<string, string> = {}
    const spans: Record<string, Span> = {}
    for (const [ie, one] of [['mcServiceId', list.user] as const, ['groupId', group] as const]) {
      if (one === undefined) continue
      ies[ie] = one.value
      spans[ie] = one.span
    }
    return { name, ies, spans, problems }
  },
}
