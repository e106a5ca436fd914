import { header, headerField, headers, readNameAddress, type SipMessage } from '#wire/sip'
import { writeMultipart } from '#wire/multipart'
import type { Mapping, Parties, Problem, RequestBinding, WireField, WireRequest, WireRule } from './binding.ts'
import { userOf } from './authorization-request.ts'
import {
  continuityRow,
  continuityRules,
  readContinuity,
  writeContinuity,
  type ContinuityElement,
} from './continuity-information.ts'
import { isMethod } from './is-method.ts'
import { only } from './migration-information.ts'
import type { ProfileValues } from './profile-values.ts'
import { bodyRules, receivedBody } from './received-body.ts'
import { judgeServerHeaders, serverMessageFields, serverMessageRules, writeServerMessage } from './server-message.ts'
import { services } from './service.ts'
import { clientServiceRules, judgeClientService, clientHeaders, clientHeaderLines } from './service-headers.ts'
import { defaultBinding, sources } from './sources.ts'
import { problem } from './wire-rule.ts'

// The messages of TR 23.778 6.X.2: each is a SIP MESSAGE that its type tells apart (default binding continuity, D14).

interface MessageText {
  readonly message: string
  /** Value of req-type, or of resp-type where it answers. */
  readonly type: string
  readonly summary: string
  readonly when: string
  readonly from: 'client' | 'server'
  /** Message it answers. */
  readonly answers?: string
  readonly rows: Readonly<Partial<Record<ContinuityElement, Mapping['status']>>>
}

const identityRule: WireRule = {
  field: 'P-Preferred-Identity',
  requirement: 'A client names its public user identity, or a SIP core asserts it',
  source: defaultBinding('service-headers'),
  expected: ['P-Preferred-Identity or P-Asserted-Identity with a URI'],
}

const continuityMessage = ({ message, type, summary, when, from, answers, rows }: MessageText): RequestBinding => {
  const keys = Object.keys(rows) as readonly ContinuityElement[]
  const field = answers === undefined ? 'req-type' : 'resp-type'
  const typeRule: WireRule = {
    field,
    requirement: `${field} marks a ${message}`,
    source: defaultBinding('continuity'),
    expected: [type],
  }
  const correlation: WireRule = {
    field: 'In-Reply-To',
    requirement: `In-Reply-To holds the Call-ID of the ${answers ?? 'request'} that is answered`,
    source: defaultBinding('continuity'),
    expected: [`In-Reply-To: <Call-ID of the ${answers ?? 'request'}>`],
  }
  const of = 'result' in rows ? 'result' : 'no result'
  const said = answers === undefined ? 'requestType' : 'responseType'
  const givenIn = (received: SipMessage, values: ProfileValues): string | undefined =>
    readContinuity(receivedBody(received, values.service).info, values)[said]
  const mismatch = (received: SipMessage, values: ProfileValues): string | undefined => {
    if (!isMethod(received, 'MESSAGE')) return 'it is no MESSAGE'
    const came = givenIn(received, values)
    if (came === type) return undefined
    return came === undefined ? `it has no ${field}` : `its ${field} is ${JSON.stringify(came)}`
  }
  return {
    carrier: 'request',
    message,
    method: 'MESSAGE',
    source: sources.continuity,
    summary,
    when,
    ...(from === 'client' && { impliedByClient: ['mcServiceId'] }),
    fields: (values) =>
      from === 'client'
        ? clientFields(values)
        : serverMessageFields(
            values,
            answers === undefined
              ? []
              : [
                  {
                    name: 'In-Reply-To',
                    value: `Call-ID of the ${answers} as it was received`,
                    source: correlation.source,
                  },
                ],
          ),
    mappings: ({ service }) => keys.map((ie) => continuityRow(service, ie, rows[ie] ?? 'M')),
    rules: (values) => [
      typeRule,
      ...(answers === undefined ? [] : [correlation]),
      ...(from === 'client' ? clientRules(values) : serverMessageRules(values)),
      ...continuityRules(values.service, of),
    ],
    recognises: (received, values) => isMethod(received, 'MESSAGE') && givenIn(received, values) === type,
    mismatch,
    encode(ies, parties, values) {
      const types = answers === undefined ? { requestType: type } : { responseType: type }
      const information = writeContinuity({ ies: only(ies, keys), ...types }, values)
      if (from === 'client') return writeClientMessage(information, parties, values)
      const reply =
        answers === undefined || parties.inReplyTo === undefined ? [] : [['In-Reply-To', parties.inReplyTo] as const]
      return writeServerMessage(information, parties, values, reply)
    },
    decode(received, values) {
      const body = receivedBody(received, values.service)
      const read = readContinuity(body.info, values)
      const problems = [
        ...(from === 'client' ? judgeClientHeaders(received, values) : judgeServerHeaders(received, values)),
        ...body.problems,
        ...read.problems,
      ]
      if (answers !== undefined && header(received, 'In-Reply-To') === undefined)
        problems.unshift(problem(correlation, 'no In-Reply-To'))
      const { value: user } = identityOf(received)
      // A client says by who it is who it is.
      const implied = from === 'client' && read.ies['mcServiceId'] === undefined && user !== undefined
      return {
        name: message,
        ies: { ...(implied ? { mcServiceId: user } : {}), ...only(read.ies, keys) },
        spans: only(read.spans, keys),
        problems,
      }
    },
  }
}

const clientFields = (values: ProfileValues): readonly WireField[] => [
  { name: 'Request-URI', value: 'URI of the receiving server', source: defaultBinding('continuity') },
  { name: 'From', value: '<public user identity>;tag=…', source: defaultBinding('continuity') },
  { name: 'To', value: '<Request-URI>', source: defaultBinding('continuity') },
  ...clientHeaderLines(values),
  {
    name: 'Content-Type',
    value: `multipart/mixed;boundary=${values.multipartBoundary}`,
    source: defaultBinding('continuity'),
  },
  { name: 'body', value: `part ${services[values.service].infoType}`, source: defaultBinding('continuity') },
]

const clientRules = (values: ProfileValues): readonly WireRule[] => {
  const { settingsSchema: _, ...body } = bodyRules(defaultBinding('continuity'), values.service)
  return [identityRule, ...clientServiceRules(values), ...Object.values(body)]
}

function writeClientMessage(information: Uint8Array, parties: Parties, values: ProfileValues): WireRequest {
  const user = userOf(parties)
  const part = { headers: [['Content-Type', services[values.service].infoType]] as const, body: information }
  const { contentType, body } = writeMultipart([part], values.multipartBoundary)
  return {
    method: 'MESSAGE',
    requestUri: parties.to,
    from: user,
    to: parties.to,
    headers: [...clientHeaders(user, values), ['Content-Type', contentType]],
    body,
  }
}

const identityOf = (message: SipMessage): { readonly value: string | undefined } => {
  const [field] = ['P-Preferred-Identity', 'P-Asserted-Identity'].flatMap((name) => headers(message, name))
  return { value: field === undefined ? undefined : readNameAddress(field)?.uri }
}

function judgeClientHeaders(message: SipMessage, values: ProfileValues): readonly Problem[] {
  const place = headerField(message, 'P-Preferred-Identity') ?? headerField(message, 'P-Asserted-Identity')
  return [
    ...(identityOf(message).value === undefined
      ? [problem(identityRule, place?.value ?? 'neither of them', place?.valueSpan)]
      : []),
    ...judgeClientService(message, values),
  ]
}

const communication = { mcServiceId: 'M', groupId: 'C', otherUser: 'C' } as const

/** Between the client and the primary MC system, and between the MC service servers of both systems. */
export const continuityMessages: readonly RequestBinding[] = [
  continuityMessage({
    message: 'call continuity request',
    type: 'call-continuity-request',
    summary: 'MESSAGE with req-type call-continuity-request',
    when: 'The MC service client sends it to the participating MC service server in the primary MC system when its user would like to continue the communication (step 2a).',
    from: 'client',
    rows: { ...communication, formerServer: 'M' },
  }),
  continuityMessage({
    message: 'call continuity response',
    type: 'call-continuity-response',
    summary: 'MESSAGE with resp-type call-continuity-response',
    when: 'The participating MC service server in the primary MC system sends it back (step 2b), before or after it has spoken to the IOPS MC system.',
    from: 'server',
    answers: 'call continuity request',
    rows: { mcServiceId: 'M', result: 'M' },
  }),
  continuityMessage({
    message: 'participating server switch request',
    type: 'participating-server-switch-request',
    summary: 'MESSAGE with req-type participating-server-switch-request',
    when: 'The participating MC service server in the primary MC system sends it to that in the IOPS MC system (step 3a).',
    from: 'server',
    rows: { ...communication, newServer: 'M' },
  }),
  continuityMessage({
    message: 'participating server switch response',
    type: 'participating-server-switch-response',
    summary: 'MESSAGE with resp-type participating-server-switch-response',
    when: 'The participating MC service server in the IOPS MC system sends it back (step 3b).',
    from: 'server',
    answers: 'participating server switch request',
    rows: { mcServiceId: 'M', result: 'M', controllingServer: 'C', emergencyIndicator: 'C' },
  }),
  continuityMessage({
    message: 'participating server switch notification',
    type: 'participating-server-switch-notification',
    summary: 'MESSAGE with req-type participating-server-switch-notification',
    when: 'The participating MC service server in the IOPS MC system forwards what it received to the controlling MC service server (step 4). 200 (OK) says that it is taken note of.',
    from: 'server',
    rows: { ...communication, newServer: 'M' },
  }),
]
