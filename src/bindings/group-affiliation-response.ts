import { createHash } from 'node:crypto'
import type { ResponseBinding, WireRule } from './binding.ts'
import { affiliationRequestName, deaffiliationRequestName } from './group-affiliation-request.ts'
import { groupRefusals, refuse } from './refusal.ts'
import { absentFrom, isFinal, resultInStatus, resultOf, warningField } from './result-of-status.ts'
import { defaultBinding, sources } from './sources.ts'

const rules = {
  expires: {
    field: 'Expires',
    requirement: '200 (OK) to PUBLISH has an Expires header field',
    source: sources.publishResponse,
    expected: ['Expires: <seconds>'],
  },
  entityTag: {
    field: 'SIP-ETag',
    requirement: '200 (OK) to PUBLISH has a SIP-ETag header field',
    source: sources.publishResponse,
    expected: ['SIP-ETag: <entity-tag>'],
  },
} as const satisfies Record<string, WireRule>

/** The final response to a PUBLISH of the groups a user is affiliated to. */
const answering = (
  message: string,
  answers: typeof affiliationRequestName | typeof deaffiliationRequestName,
  when: string,
): ResponseBinding => {
  const expires = answers === affiliationRequestName ? '4294967295' : '0'
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
      { name: 'Expires', value: `${expires}, in 200`, source: sources.publishResponse },
      { name: 'SIP-ETag', value: 'an entity-tag, in 200', source: sources.publishResponse },
      warningField(values),
    ],
    mappings: () => [resultInStatus('what was asked for holds', defaultBinding('affiliation'))],
    rules: () => Object.values(rules),
    encode(ies, parties, _values, request, refusal = groupRefusals.notMember) {
      if (ies.result === 'refused') return refuse(refusal, parties.host)
      const tag = createHash('sha256').update([parties.from, request.mcServiceId, request.groupId].join('\n'))
      return {
        status: 200,
        reason: 'OK',
        headers: [
          ['Expires', expires],
          ['SIP-ETag', tag.digest('hex').slice(0, 16)],
        ],
      }
    },
    decode: (received) => ({
      name: message,
      ies: resultOf(received),
      problems: absentFrom(received, Object.values(rules)),
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
