import { createHash } from 'node:crypto'
import type { SipMessage } from '#wire/sip'
import type { PartDraft } from '#wire/multipart'
import { writeMultipart } from '#wire/multipart'
import type { Decoded, IeValues, Mapping, Parties, Problem, WireRule } from './binding.ts'
import { carried, informationRules, only, readInformation, writeInformation } from './migration-information.ts'
import { writeSettings } from './poc-settings.ts'
import type { ProfileValues } from './profile-values.ts'
import { bodyRules, infoType, receivedBody, settingsType } from './received-body.ts'
import { defaultBinding, sources } from './sources.ts'
import { problem } from './wire-rule.ts'
import type { Source } from '#verdict'

/** What PUBLISH and REGISTER have in common: the message, its elements and its body. */
export const authorizationRequest = 'migration service authorization request'

const keys = ['mcServiceId', 'credentials', 'temporaryId', 'userProfileIndex'] as const

export const authorizationRequestMappings = (): readonly Mapping[] => [
  carried('mcServiceId', 'M'),
  carried('credentials', 'M'),
  carried('temporaryId', 'C'),
  carried('userProfileIndex', 'O'),
]

/** The public user identity that speaks. */
export const userOf = (parties: Parties): string => parties.user ?? parties.from

/** The client identity, or one derived from the user: the same user, the same identity (RFC 9562 5.5, version 5). */
function clientIdOf(parties: Parties): string {
  if (parties.clientId !== undefined) return parties.clientId
  const digest = createHash('sha1').update(userOf(parties)).digest()
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80
  const hex = digest.toString('hex')
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)]
  return `urn:uuid:${groups.join('-')}`
}

/** The multipart body: mcptt-info, and with PUBLISH the settings of the client. */
export function authorizationBody(ies: IeValues, parties: Parties, values: ProfileValues, settings: boolean) {
  const clientId = clientIdOf(parties)
  const parts: PartDraft[] = [
    { headers: [['Content-Type', infoType]], body: writeInformation({ ies: only(ies, keys), clientId }, values) },
  ]
  if (settings) parts.push({ headers: [['Content-Type', settingsType]], body: writeSettings(clientId, values) })
  return writeMultipart(parts, values.multipartBoundary)
}

export const authorizationRules = (carrier: Source) =>
  ({
    clientId: {
      field: 'mcptt-client-id',
      requirement: 'mcptt-client-id names the MC service client',
      source: carrier,
      expected: ['mcptt-Params/mcptt-client-id/mcpttString'],
    },
    settings: {
      field: 'poc-settings',
      requirement: `The body of PUBLISH has a part ${settingsType}`,
      source: defaultBinding('client-leg'),
      expected: [settingsType],
    },
  }) satisfies Record<string, WireRule>

/** Everything the body of an authorization request is judged by. */
export const authorizationBodyRules = (carrier: Source): readonly WireRule[] => [
  ...Object.values(bodyRules(carrier)),
  informationRules.once,
  informationRules.protection,
  authorizationRules(carrier).clientId,
]

/** What the body says; `judged` are the problems of the header fields. */
export function decodeAuthorizationRequest(
  message: SipMessage,
  values: ProfileValues,
  judged: readonly Problem[],
): Decoded {
  const carrier = sourceOf(message)
  const body = receivedBody(message)
  const information = readInformation(body.info, values)
  const problems = [...judged, ...body.problems, ...information.problems]
  if (body.info !== undefined && information.clientId === undefined)
    problems.push(problem(authorizationRules(carrier).clientId, 'no mcptt-client-id', body.info.span))
  return {
    name: authorizationRequest,
    ies: only(information.ies, keys),
    spans: only(information.spans, keys),
    problems,
  }
}

const sourceOf = ({ startLine }: SipMessage): Source =>
  startLine.kind === 'request' && startLine.method === 'REGISTER' ? sources.register : sources.publish
