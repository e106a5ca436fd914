import { affiliationStatusRequestName } from './affiliation-status-request.ts'
import type { ResponseBinding, WireRule } from './binding.ts'
import { groupRefusals, refuse } from './refusal.ts'
import { absentFrom, isFinal, resultInStatus, resultOf, warningField } from './result-of-status.ts'
import { defaultBinding, sources } from './sources.ts'

const name = 'affiliation status response'

const rules = {
  expires: {
    field: 'Expires',
    requirement: '200 (OK) to SUBSCRIBE has an Expires header field',
    source: sources.subscribeResponse,
    expected: ['Expires: <seconds>'],
  },
  contact: {
    field: 'Contact',
    requirement: '200 (OK) to SUBSCRIBE has a Contact header field',
    source: sources.subscribeContact,
    expected: ['Contact: <…>'],
  },
} as const satisfies Record<string, WireRule>

/** The final response to the SUBSCRIBE of a client. */
export const affiliationStatusResponse: ResponseBinding = {
  carrier: 'response',
  message: name,
  answers: affiliationStatusRequestName,
  source: sources.affiliationStatus,
  summary: 'final response to SUBSCRIBE',
  when: 'The MC service server sends it to the MC service client; the status itself comes by NOTIFY.',
  implied: ['result'],
  recognises: isFinal,
  fields: (values) => [
    {
      name: 'status code',
      value: '200 (OK) when accepted; when refused that of the reason, 404 (Not Found) unless another is given',
      source: sources.subscribeResponse,
    },
    { name: 'Expires', value: '0, in 200', source: sources.subscribeResponse },
    { name: 'Contact', value: '<contact URI of the server>, in 200', source: sources.subscribeContact },
    warningField(values),
  ],
  mappings: () => [resultInStatus('the status is told', defaultBinding('affiliation'))],
  rules: () => Object.values(rules),
  encode(ies, parties, _values, _request, refusal = groupRefusals.unknownUser) {
    if (ies.result === 'refused') return refuse(refusal, parties.host)
    return {
      status: 200,
      reason: 'OK',
      headers: [
        ['Expires', '0'],
        ['Contact', `<${parties.contact ?? parties.from}>`],
      ],
    }
  },
  decode: (message) => ({
    name,
    ies: resultOf(message),
    problems: absentFrom(message, Object.values(rules)),
    spans: {},
  }),
}
