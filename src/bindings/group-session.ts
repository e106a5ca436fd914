import type { SipMessage } from '#wire/sip'
import type { XmlDraft } from '#wire/mcx-xml'
import type { WrittenMultipart } from '#wire/multipart'
import type { IeValues, Parties, Problem, WireField, WireRule } from './binding.ts'
import { contentElement, element, writeInformationDocument, type Text } from './information-document.ts'
import { inviteContactRule, judgeInviteContact } from './invite-contact.ts'
import { multipart } from './private-call-request.ts'
import type { ProfileValues } from './profile-values.ts'
import { bodyRules } from './received-body.ts'
import { readSession, sessionRules } from './received-session.ts'
import { services, type Service } from './service.ts'
import { mediaOfParties, sessionType, writeOffer } from './session-description.ts'
import { sources, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

// What the INVITE of a prearranged group call holds, whichever way it goes: session type, offer with floor control, contact.

const own = (service: Service) =>
  ({
    sessionType: {
      field: 'session-type',
      requirement: 'session-type of a prearranged group call is prearranged',
      source: sourcesOf(service).groupCall,
      expected: ['prearranged'],
    },
    control: {
      field: 'sdp',
      requirement: 'The offer of a group call has a channel of floor control, in MCVideo of transmission control',
      source: service === 'mcptt' ? sources.floorChannel : sourcesOf(service).offer,
      expected: [`m=application <port> udp ${services[service].controlChannel}`],
    },
    contact: inviteContactRule,
  }) satisfies Record<string, WireRule>

export function groupSessionRules(service: Service): readonly WireRule[] {
  const { settingsSchema: _, ...body } = bodyRules(sourcesOf(service).groupCall, service)
  const { present, once, wellFormed, audio, video, control } = sessionRules(service)
  return [
    ...Object.values(own(service)),
    ...Object.values(body),
    ...[present, once, wellFormed, audio, control],
    ...(service === 'mcvideo' ? [video] : []),
  ]
}

/** The body as lines of the bindings document. */
export const groupSessionFields = ({ service, multipartBoundary }: ProfileValues): readonly WireField[] => [
  { name: 'Supported', value: 'timer', source: sourcesOf(service).groupCall },
  {
    name: 'Content-Type',
    value: `multipart/mixed;boundary=${multipartBoundary}`,
    source: sourcesOf(service).groupCall,
  },
  {
    name: 'body',
    value: `parts ${sessionType} and ${services[service].infoType}`,
    source: sourcesOf(service).groupCall,
  },
]

/** An element of the info document that says an identity or another text; none where there is nothing to say. */
export const optionalElement = (
  service: Service,
  name: string,
  value: string | undefined,
  type: 'URI' | 'String' = 'URI',
): readonly XmlDraft[] =>
  value === undefined ? [] : [contentElement(service, `${services[service].prefix}-${name}`, type, value)]

/** Offer and info document; `params` stand behind the session type. */
export function groupSessionBody(
  params: readonly XmlDraft[],
  { groupId, mcServiceId }: IeValues,
  parties: Parties,
  values: ProfileValues,
): WrittenMultipart {
  const { service } = values
  const offer = writeOffer({
    service,
    media: mediaOfParties(parties),
    session: [groupId, mcServiceId, parties.contact].join('\n'),
    controlled: true,
  })
  const document = writeInformationDocument(
    service,
    [element(service, 'session-type', 'prearranged'), ...params],
    [],
    'params',
  )
  const parts = [
    { headers: [['Content-Type', sessionType]] as const, body: offer },
    { headers: [['Content-Type', services[service].infoType]] as const, body: document },
  ]
  return multipart(parts, values)
}

/** `kind` is what the info document says of the session type. */
export function judgeGroupSession(message: SipMessage, kind: Text | undefined, service: Service): readonly Problem[] {
  const rules = own(service)
  const isPrearranged = kind?.value === 'prearranged'
  const { sdp, control, problems } = readSession(message, service, 'present', false)
  return [
    ...judgeInviteContact(message),
    ...(isPrearranged
      ? []
      : [problem(rules.sessionType, kind?.value ?? 'no session-type', kind?.span ?? message.bodySpan)]),
    ...(sdp === undefined || control !== undefined
      ? []
      : [problem(rules.control, 'no such channel', message.bodySpan)]),
    ...problems,
  ]
}
