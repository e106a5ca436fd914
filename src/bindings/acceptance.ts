import { createHash } from 'node:crypto'
import { headerField, headers, parameter, readNameAddress, splitList, type SipMessage } from '#wire/sip'
import type { Alternative, IeValues, Parties, Problem, WireField, WireRule } from './binding.ts'
import type { ProfileValues } from './profile-values.ts'
import { absentFrom } from './result-of-status.ts'
import { featureTags } from './service-headers.ts'
import { sources } from './sources.ts'
import { problem } from './wire-rule.ts'

// What 200 (OK) to a PUBLISH or REGISTER says of how long it holds.

type Field = readonly [name: string, value: string]

/** 200 (OK) to PUBLISH names the time and the publication (RFC 3903 6). */
export const publicationRules = {
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

/** The same as lines of the bindings document; `expires` in seconds. */
export const publicationFields = (expires: number): readonly WireField[] => [
  { name: 'Expires', value: `${expires}, in 200`, source: sources.publishResponse },
  { name: 'SIP-ETag', value: 'an entity-tag, in 200', source: sources.publishResponse },
]

/** The same, written; the entity-tag is one for whatever tells publications apart. */
export const publicationHeaders = (expires: number, apart: readonly (string | undefined)[]): readonly Field[] => [
  ['Expires', String(expires)],
  ['SIP-ETag', createHash('sha256').update(apart.join('\n')).digest('hex').slice(0, 16)],
]

const bindingRule: WireRule = {
  field: 'Contact',
  requirement: '200 (OK) to REGISTER lists the binding in Contact with an expires parameter',
  source: sources.registration,
  expected: ['Contact: <…>;expires=<seconds>'],
}

export const acceptanceFields = (alternative: Alternative, values: ProfileValues): readonly WireField[] =>
  alternative === 'publish'
    ? publicationFields(values.expires)
    : [
        {
          name: 'Contact',
          value: `<contact URI of the client>${featureTags(values)};expires=${values.expires}, in 200`,
          source: sources.registration,
        },
      ]

export const acceptanceRules = (alternative: Alternative): readonly WireRule[] =>
  alternative === 'publish' ? Object.values(publicationRules) : [bindingRule]

export function acceptanceHeaders(
  alternative: Alternative,
  ies: IeValues,
  parties: Parties,
  values: ProfileValues,
): readonly Field[] {
  const { from, to, user = '', contact = parties.user ?? to } = parties
  return alternative === 'publish'
    ? publicationHeaders(values.expires, [from, to, user, ies.mcServiceId, ies.temporaryId])
    : [['Contact', `<${contact}>${featureTags(values)};expires=${values.expires}`]]
}

export function judgeAcceptance(alternative: Alternative, message: SipMessage): readonly Problem[] {
  if (alternative === 'publish') return absentFrom(message, acceptanceRules(alternative))
  const contacts = headers(message, 'Contact').flatMap((value) => splitList(value))
  return contacts.some(hasExpiration)
    ? []
    : [problem(bindingRule, contacts.join(', ') || 'no Contact', headerField(message, 'Contact')?.valueSpan)]
}

const hasExpiration = (contact: string): boolean =>
  parameter(readNameAddress(contact)?.parameters ?? [], 'expires') !== undefined
