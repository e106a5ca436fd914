import { publicationFields, publicationHeaders, publicationRules } from './acceptance.ts'
import type { ResponseBinding } from './binding.ts'
import { affiliationRequestName, deaffiliationRequestName } from './group-affiliation-request.ts'
import { groupRefusals, refuse } from './refusal.ts'
import { absentFrom, isFinal, resultInStatus, resultOf, warningField } from './result-of-status.ts'
import { defaultBinding, sources } from './sources.ts'

const rules = Object.values(publicationRules)

/** The final response to a PUBLISH of the groups a user is affiliated to. */
const answering = (
  message: string,
  answers: typeof affiliationRequestName | typeof deaffiliationRequestName,
  when: string,
): ResponseBinding => {
  const expires = answers === affiliationRequestName ? 4_294_967_295 : 0
  return {
    carrier: 'response',
    message,
    answers,
    source: answers === affiliationRequestName ? sources.groupAffiliation : sources.groupDeaffiliation,
    summary: 'final response to PUBLISH',
    when,
    implied: ['result'],
    recognises: isFinal,
    fields: (values) => [
      {
        name: 'status code',
        value: '200 (OK) when accepted; when refused that of the reason, 403 (Forbidden) unless another is given',
        source: sources.publishResponse,
      },
      ...publicationFields(expires),
      warningField(values),
    ],
    mappings: () => [resultInStatus('what was asked for holds', defaultBinding('affiliation'))],
    rules: () => rules,
    encode(ies, parties, _values, request, refusal = groupRefusals.notMember) {
      if (ies.result === 'refused') return refuse(refusal, parties.host)
      const headers = publicationHeaders(expires, [parties.from, request.mcServiceId, request.groupId])
      return { status: 200, reason: 'OK', headers }
    },
    decode: (received) => ({
      name: message,
      ies: resultOf(received),
      problems: absentFrom(received, rules),
      spans: {},
    }),
  }
}

export const groupAffiliationResponse = answering(
  'group affiliation response',
  affiliationRequestName,
  'The MC service server sends it to the MC service client (steps 3b and 3c).',
)

export const groupDeaffiliationResponse = answering(
  'group de-affiliation response',
  deaffiliationRequestName,
  'The primary MC service server sends it to the MC service client (step 1a).',
)
