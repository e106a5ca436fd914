import type { Alternative, ResponseBinding } from './binding.ts'
import { deauthorizationRequestName } from './deauthorization-request.ts'
import { carried } from './migration-information.ts'
import { refusal, refuse } from './refusal.ts'
import { defaultBinding } from './sources.ts'

const name = 'migration service de-authorization response'

/** The final response to the request that ends service authorization. */
const ending = (alternative: Alternative): ResponseBinding => ({
  carrier: 'response',
  message: name,
  answers: deauthorizationRequestName,
  source: defaultBinding('return'),
  summary: alternative === 'publish' ? 'final response to PUBLISH' : 'final response to REGISTER',
  when: 'The partner MC service server sends it to the MC service client that leaves.',
  implied: ['result'],
  fields: (values) => [
    {
      name: 'status code',
      value: `200 (OK) when accepted; ${values.refusalStatus} (${values.refusalReason}) when refused`,
      source: defaultBinding('return'),
    },
    ...(alternative === 'publish' ? [{ name: 'Expires', value: '0, in 200', source: defaultBinding('return') }] : []),
  ],
  mappings: ({ service }) => [
    carried(service, 'result', 'M', { carriedIn: 'status code', source: defaultBinding('return') }),
  ],
  rules: () => [],
  recognises: ({ startLine }) => startLine.kind === 'response' && startLine.status >= 200,
  encode: (ies, parties, values, _request, refused) =>
    ies['result'] === 'refused'
      ? refused === undefined
        ? refusal('service authorisation', parties.host, values)
        : refuse(refused, parties.host)
      : { status: 200, reason: 'OK', headers: alternative === 'publish' ? [['Expires', '0']] : [] },
  decode: ({ startLine }) => ({
    name,
    ies: { result: startLine.kind === 'response' && startLine.status < 300 ? 'accepted' : 'refused' },
    problems: [],
    spans: {},
  }),
})

export const deauthorizationResponse: Readonly<Record<Alternative, ResponseBinding>> = {
  publish: ending('publish'),
  register: ending('register'),
}
