import { headerField } from '#wire/sip'
import { affiliationStatusRequestName } from './affiliation-status-request.ts'
import type { ResponseBinding, WireRule } from './binding.ts'
import { groupRefusals, refuse } from './refusal.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

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
  recognises: ({ startLine }) => startLine.kind === 'response' && startLine.status >= 200,
  fields: (values) => [
    {
      name: 'status code',
      value: '200 (OK) when accepted; when refused that of the reason, 404 (Not Found) unless another is given',
      source: sources.subscribeResponse,
    },
    { name: 'Expires', value: '0, in 200', source: sources.subscribeResponse },
    { name: 'Contact', value: '<contact URI of the server>, in 200', source: sources.subscribeContact },
    {
      name: 'Warning',
      value: '399 <host name of the server> "<MC code and text>", in a refusal',
      source: sourcesOf(values.service).warning,
    },
  ],
  mappings: () => [
    {
      ie: 'result',
      status: 'M',
      carriedIn: 'status code',
      meaning: "'accepted': the status is told; 'refused'",
      source: defaultBinding('affiliation'),
    },
  ],
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
  decode(message) {
    const { startLine } = message
    const status = startLine.kind === 'response' ? startLine.status : 0
    const missing =
      status < 200 || status >= 300
        ? []
        : Object.values(rules).filter(({ field }) => headerField(message, field) === undefined)
    return {
      name,
      ies: status < 200 ? {} : { result: status < 300 ? 'accepted' : 'refused' },
      spans: {},
      problems: missing.map((rule) => problem(rule, `no ${rule.field}`)),
    }
  },
}
