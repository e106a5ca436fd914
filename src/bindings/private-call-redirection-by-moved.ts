import { headerField, headers, readNameAddress, sameUri, splitList, type SipMessage } from '#wire/sip'
import type { ResponseBinding, WireRule } from './binding.ts'
import { callInformationRules } from './call-information.ts'
import {
  privateCallRedirectionName,
  readRedirection,
  redirectionMappings,
  redirectionRules,
  redirectionSource,
  redirectionWhen,
  writeRedirection,
} from './private-call-redirection.ts'
import { privateCallRequestName } from './private-call-request.ts'
import { bodyRules } from './received-body.ts'
import { services } from './service.ts'
import { defaultBinding, sources } from './sources.ts'
import { placeOf, problem } from './wire-rule.ts'

export const movedStatus = 302

const contactRule: WireRule = {
  field: 'Contact',
  requirement: '302 (Moved Temporarily) names in Contact the identity to call',
  source: defaultBinding('redirection-moved'),
  expected: ['Contact: <…>'],
}

/** The redirection is the final response 302 to the private call request (default binding redirection-moved). */
export const privateCallRedirectionByMoved: ResponseBinding = {
  carrier: 'response',
  message: privateCallRedirectionName,
  answers: privateCallRequestName,
  source: redirectionSource,
  summary: '302 (Moved Temporarily) to the private call request',
  when: redirectionWhen,
  implied: ['callingParty', 'calledParty'],
  recognises: ({ startLine }) => startLine.kind === 'response' && startLine.status === movedStatus,
  fields({ service }) {
    const source = defaultBinding('redirection-moved')
    return [
      { name: 'status code', value: '302 (Moved Temporarily)', source },
      { name: 'Contact', value: '<MC service ID to call>', source: sources.moved },
      { name: 'Content-Type', value: services[service].infoType, source },
      { name: 'body', value: `the ${services[service].infoName} document`, source },
    ]
  },
  mappings: ({ service }) =>
    redirectionMappings(service, { carriedIn: 'Contact', source: defaultBinding('redirection-moved') }),
  rules({ service }) {
    const { kind: _, ...rules } = redirectionRules(service)
    const { info: __, settingsSchema: ___, ...body } = bodyRules(defaultBinding('redirection-moved'), service)
    return [contactRule, ...Object.values(rules), ...Object.values(body), ...callInformationRules(service)]
  },
  encode: (ies, _parties, values) => ({
    status: movedStatus,
    reason: 'Moved Temporarily',
    headers: [
      ...(ies.redirectedTo === undefined ? [] : [['Contact', `<${ies.redirectedTo}>`] as const]),
      ['Content-Type', services[values.service].infoType],
    ],
    body: writeRedirection(ies, values, undefined),
  }),
  decode(message, values, request) {
    const { ies, spans, problems } = readRedirection(message, values)
    const contact = contactOf(message)
    if (contact === undefined)
      problems.unshift(problem(contactRule, headers(message, 'Contact').join(', ') || 'no Contact'))
    else {
      if (ies.redirectedTo !== undefined && !sameUri(ies.redirectedTo, contact.uri))
        problems.push(
          problem(redirectionRules(values.service).target, `${contact.uri} and ${ies.redirectedTo}`, contact.span),
        )
      ies.redirectedTo = contact.uri
      spans.redirectedTo = contact.span
    }
    // Without an info document the transaction says whose call it is.
    if (Object.keys(ies).every((ie) => ie === 'redirectedTo'))
      for (const ie of ['callingParty', 'calledParty'] as const) {
        const value = request[ie]
        if (value !== undefined) ies[ie] = value
      }
    return { name: privateCallRedirectionName, ies, spans, problems }
  },
}

function contactOf(message: SipMessage) {
  const field = headerField(message, 'Contact')
  const uri = readNameAddress(splitList(field?.value ?? '')[0] ?? '')?.uri
  return field === undefined || uri === undefined || uri === ''
    ? undefined
    : { uri, span: placeOf(uri, field.valueSpan, message) }
}
