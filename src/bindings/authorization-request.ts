import { createHash } from 'node:crypto'
import { header, headers, parameter, readNameAddress, readUri, splitList, type SipMessage } from '#wire/sip'
import type { PartDraft } from '#wire/multipart'
import { writeMultipart } from '#wire/multipart'
import type { Decoded, IeValues, Mapping, Parties, Problem, WireRule } from './binding.ts'
import { carried, informationRules, only, readInformation, writeInformation } from './migration-information.ts'
import { writeSettings } from './poc-settings.ts'
import type { ProfileValues } from './profile-values.ts'
import { bodyRules, receivedBody, settingsType } from './received-body.ts'
import { services, type Service } from './service.ts'
import { defaultBinding, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'
import type { Source } from '#verdict'

/** What PUBLISH and REGISTER have in common: the message, its elements and its body. */
export const authorizationRequest = 'migration service authorization request'

const keys = ['mcServiceId', 'credentials', 'temporaryId', 'userProfileIndex'] as const

export const authorizationRequestMappings = ({ service }: ProfileValues): readonly Mapping[] => [
  carried(service, 'mcServiceId', 'M'),
  carried(service, 'credentials', 'M'),
  carried(service, 'temporaryId', 'C'),
  carried(service, 'userProfileIndex', 'O'),
]

/** The public user identity that speaks. */
export const userOf = (parties: Parties): string => parties.user ?? parties.from

/** The client identity, or one derived from the user: the same user, the same identity (RFC 9562 5.5, version 5). */
export function clientIdOf(parties: Parties): string {
  if (parties.clientId !== undefined) return parties.clientId
  const digest = createHash('sha1').update(userOf(parties)).digest()
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80
  const hex = digest.toString('hex')
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)]
  return `urn:uuid:${groups.join('-')}`
}

/** The multipart body: mcptt-info, and with PUBLISH the settings of the client. */
export function authorizationBody(
  ies: IeValues,
  parties: Parties,
  values: ProfileValues,
  settings: boolean,
  requestUri?: string,
) {
  const clientId = clientIdOf(parties)
  const parts: PartDraft[] = [
    {
      headers: [['Content-Type', services[values.service].infoType]],
      body: writeInformation(
        { ies: only(ies, keys), clientId, ...(requestUri === undefined ? {} : { requestUri }) },
        values,
      ),
    },
  ]
  if (settings) parts.push({ headers: [['Content-Type', settingsType]], body: writeSettings(clientId, values) })
  return writeMultipart(parts, values.multipartBoundary)
}

/** A user of the own MC system names no identity of migration; who migrates does. */
export function whyOrdinary(message: SipMessage, values: ProfileValues): string | undefined {
  const { info } = receivedBody(message, values.service)
  if (info === undefined) return undefined
  const { mcServiceId, temporaryId } = readInformation(info, values).ies
  const { prefix } = services[values.service]
  return mcServiceId === undefined && temporaryId === undefined
    ? `without primary-${prefix}-id and partner-${prefix}-id it asks for service authorization in the own MC system`
    : undefined
}

export const authorizationRules = (carrier: Source, service: Service) => {
  const { prefix } = services[service]
  return {
    clientId: {
      field: `${prefix}-client-id`,
      requirement: `${prefix}-client-id names the MC service client`,
      source: carrier,
      expected: [`${prefix}-Params/${prefix}-client-id/${prefix}String`],
    },
    settings: {
      field: 'poc-settings',
      requirement: `The body of PUBLISH has a part ${settingsType}`,
      source: defaultBinding('client-leg'),
      expected: [settingsType],
    },
  } satisfies Record<string, WireRule>
}

/** Everything the body of an authorization request is judged by. */
export const authorizationBodyRules = (carrier: Source, service: Service): readonly WireRule[] => [
  ...Object.values(bodyRules(carrier, service)),
  ...informationRules(service, 'no result'),
  authorizationRules(carrier, service).clientId,
]

/** What the body says; `judged` are the problems of the header fields. */
export function decodeAuthorizationRequest(
  message: SipMessage,
  values: ProfileValues,
  judged: readonly Problem[],
): Decoded {
  const { service } = values
  const carrier = sourceOf(message, service)
  const body = receivedBody(message, service)
  const information = readInformation(body.info, values)
  const problems = [...judged, ...body.problems, ...information.problems]
  if (body.info !== undefined && information.clientId === undefined)
    problems.push(
      problem(
        authorizationRules(carrier, service).clientId,
        `no ${services[service].prefix}-client-id`,
        body.info.span,
      ),
    )
  return {
    name: authorizationRequest,
    ies: only(information.ies, keys),
    spans: only(information.spans, keys),
    problems,
  }
}

const sourceOf = ({ startLine }: SipMessage, service: Service): Source =>
  sourcesOf(service)[startLine.kind === 'request' && startLine.method === 'REGISTER' ? 'register' : 'publish']

/** RFC 3261 10.2: the Request-URI of REGISTER names a domain and has no user part. */
export function withoutUser(uri: string): string {
  const { user, opaque = '', scheme } = readUri(uri) ?? {}
  return user === undefined ? uri : `${scheme}:${opaque.slice(opaque.indexOf('@') + 1)}`
}

/** Whether a REGISTER asks for an expiration of 0 in every Contact (RFC 3261 10.2.2). */
export function endsRegistration(message: SipMessage): boolean {
  const whole = header(message, 'Expires')
  const expirations = headers(message, 'Contact')
    .flatMap((value) => splitList(value))
    .map((value) => parameter(readNameAddress(value)?.parameters ?? [], 'expires') ?? whole)
  return expirations.length > 0 && expirations.every((value) => value !== undefined && /^0+$/.test(value.trim()))
}
