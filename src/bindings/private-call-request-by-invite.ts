import { headerField, type SipMessage } from '#wire/sip'
import type { Source } from '#verdict'
import type { IeValues, Parties, Problem, RequestBinding, WireRule } from './binding.ts'
import { readCallInformation } from './call-information.ts'
import { madeOnce } from './made-once.ts'
import {
  callBodyRules,
  callMappings,
  callParts,
  identityFields,
  multipart,
  privateCallRequestName,
  readCall,
  identityLines,
} from './private-call-request.ts'
import {
  emergencyRow,
  judgeResourcePriority,
  resourcePriority,
  resourcePriorityField,
  resourcePriorityRule,
} from './emergency.ts'
import { inviteContactRule, judgeInviteContact } from './invite-contact.ts'
import { receivedBody } from './received-body.ts'
import { readSession, sessionRules } from './received-session.ts'
import { services, type Service } from './service.ts'
import {
  clientServiceRules,
  judgeClientService,
  acceptContact,
  acceptContactFields,
  featureTags,
  judgeSessionContact,
  sessionContactRules,
} from './service-headers.ts'
import { mediaOfParties, sessionType, writeOffer } from './session-description.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

const rules = madeOnce(
  (service: Service) =>
    ({
      answerMode: {
        field: 'Answer-Mode',
        requirement: 'The private call request of a client says once how it is to be answered',
        source: sourcesOf(service).privateCall,
        expected: ['Answer-Mode: Auto', 'Answer-Mode: Manual', 'Priv-Answer-Mode: Auto'],
      },
      answerModeValue: {
        field: 'Answer-Mode',
        requirement: 'Answer-Mode and Priv-Answer-Mode are Auto or Manual',
        source: sources.answerMode,
        expected: ['Auto', 'Manual', 'Automatic, as TS 24.379 11.1.1.2.2.1 writes it'],
      },
    }) satisfies Record<string, WireRule>,
)

/** An MCPTT or MCVideo private call is set up by INVITE, with SDP, an info document and the called party. */
export const privateCallRequestByInvite: RequestBinding = {
  carrier: 'request',
  message: privateCallRequestName,
  method: 'INVITE',
  source: sources.privateCallRequest,
  summary: 'INVITE with session-type private',
  when: 'The MC service client of the calling party sends it to its MC service server, towards the identity that it knows (step 1) and, once redirected, towards the one it was told (step 5); every server and gateway server sends one of its own on (steps 5a to 5d).',
  impliedByClient: ['callingParty'],
  fields(values) {
    const { service } = values
    const call = sourcesOf(service).privateCall
    return [
      { name: 'Request-URI', value: 'URI of the receiving server; towards a client its Contact URI', source: call },
      ...identityLines(values),
      ...acceptContactFields(values),
      { name: 'Contact', value: `<contact URI of the sender>${featureTags(values)}`, source: sources.inviteContact },
      { name: 'Answer-Mode', value: 'Auto with automatic commencement, else Manual', source: call },
      resourcePriorityField(values, 'private'),
      { name: 'Supported', value: 'timer', source: call },
      { name: 'Content-Type', value: `multipart/mixed;boundary=${values.multipartBoundary}`, source: call },
      {
        name: 'body',
        value: `parts ${sessionType}, ${services[service].infoType} and, but to the called client, application/resource-lists+xml`,
        source: call,
      },
    ]
  },
  mappings: ({ service }) => [
    ...callMappings(service),
    {
      ie: 'floorControl',
      status: 'C',
      carriedIn: `m=application <port> udp ${services[service].controlChannel}`,
      meaning: "'true': a channel of floor control is offered",
      source: service === 'mcptt' ? sources.floorChannel : sourcesOf(service).offer,
    },
    {
      ie: 'automaticCommencement',
      status: 'C',
      carriedIn: 'Answer-Mode: Auto',
      meaning: "'true': the called client answers without asking its user",
      source: sourcesOf(service).privateCall,
    },
    emergencyRow(service),
  ],
  rules(values) {
    const { service } = values
    const { present, once, wellFormed, audio, video, control, key, secured, keyForm } = sessionRules(service)
    const session = [present, once, wellFormed, audio, control, key, secured, keyForm]
    return [
      ...Object.values(rules(service)),
      inviteContactRule,
      ...Object.values(sessionContactRules(contactSource(service, true), values)),
      resourcePriorityRule(service, 'private', true),
      resourcePriorityRule(service, 'private', false),
      ...clientServiceRules(values),
      ...callBodyRules(service),
      ...session,
      ...(service === 'mcvideo' ? [video] : []),
    ]
  },
  recognises: (message) => mismatch(message) === undefined,
  mismatch,
  encode(ies, parties, values) {
    const { service } = values
    const client = parties.leg === 'from-client'
    const offer = writeOffer({
      service,
      media: mediaOfParties(parties),
      session: [ies.callingParty, ies.calledParty, parties.contact].join('\n'),
      key: keyOf(ies, parties),
      controlled: ies.floorControl !== undefined,
    })
    const parts = [
      { headers: [['Content-Type', sessionType]] as const, body: offer },
      ...callParts(ies, parties, values),
    ]
    const { contentType, body } = multipart(parts, values)
    return {
      method: 'INVITE',
      requestUri: parties.to,
      from: client ? (parties.user ?? parties.from) : parties.from,
      to: parties.to,
      headers: [
        ...identityFields(ies, parties, values),
        ...acceptContact(values),
        ['Contact', `<${parties.contact ?? parties.from}>${featureTags(values)}`],
        ['Answer-Mode', ies.automaticCommencement === undefined ? 'Manual' : 'Auto'],
        ...resourcePriority(ies, values),
        ['Supported', 'timer'],
        ['Content-Type', contentType],
      ],
      body,
    }
  },
  decode(message, values) {
    const { service } = values
    const body = receivedBody(message, service)
    const call = readCall(message, readCallInformation(body.info, values), values)
    const session = readSession(message, service, 'present', call.ies.endToEndSecurity !== undefined)
    if (session.control !== undefined) {
      call.ies.floorControl = 'true'
      call.spans.floorControl = session.control
    }
    const mode = judgeAnswerMode(message, service, call.fromClient)
    if (mode.automatic) {
      call.ies.automaticCommencement = 'true'
      if (mode.span !== undefined) call.spans.automaticCommencement = mode.span
    }
    return {
      name: privateCallRequestName,
      ies: call.ies,
      spans: call.spans,
      problems: [
        ...mode.problems,
        ...judgeInviteContact(message),
        ...judgeSessionContact(message, contactSource(service, call.fromClient), values),
        ...judgeClientService(message, values),
        ...judgeResourcePriority(message, call.ies, service, 'private', call.fromClient),
        ...body.problems,
        ...call.problems,
        ...session.problems,
      ],
    }
  },
}

/** What a client says in Contact TS 24.379 has; that a server says the same is ours. */
const contactSource = (service: Service, fromClient: boolean): Source =>
  fromClient ? sourcesOf(service).privateCall : defaultBinding('service-headers')

/** The parties of the key management message, where end-to-end encryption is asked for. */
const keyOf = (ies: IeValues, { from, to }: Parties) =>
  ies.endToEndSecurity === undefined
    ? undefined
    : { initiator: ies.callingParty ?? from, responder: ies.calledParty ?? to }

function judgeAnswerMode(message: SipMessage, service: Service, fromClient: boolean) {
  const { answerMode, answerModeValue } = rules(service)
  const fields = ['Priv-Answer-Mode', 'Answer-Mode'].flatMap((name) => headerField(message, name) ?? [])
  const problems: Problem[] = []
  const [field] = fields
  if (field === undefined)
    return { automatic: false, problems: fromClient ? [problem(answerMode, 'neither of them')] : [] }
  const word = field.value.split(';')[0]?.trim().toLowerCase() ?? ''
  const automatic = word === 'auto' || word === 'automatic'
  if (!automatic && word !== 'manual') problems.push(problem(answerModeValue, field.value, field.valueSpan))
  if (fields.length > 1) problems.push(problem(answerMode, 'both of them', fields[1]?.valueSpan))
  return { automatic, problems, span: field.valueSpan }
}

function mismatch({ startLine }: SipMessage): string | undefined {
  return startLine.kind === 'request' && startLine.method === 'INVITE' ? undefined : 'it is no INVITE'
}
