import { header, type SipMessage } from '#wire/sip'
import type { RequestBinding, WireRule } from './binding.ts'
import { carried, informationRules, only, readInformation, writeInformation } from './migration-information.ts'
import type { ProfileValues } from './profile-values.ts'
import { receivedBody } from './received-body.ts'
import { judgeServerHeaders, serverMessageFields, serverMessageRules, writeServerMessage } from './server-message.ts'
import { defaultBinding, sources } from './sources.ts'
import { problem } from './wire-rule.ts'

// How the primary MC system learns that a user has left: as it learnt of the migration (default binding departure, D6).

const endRequestType = 'migration-service-deauthorization-request'
const endNotificationType = 'migration-end-notification'
const endResponseType = 'migration-service-deauthorization-response'

const requestKeys = ['mcServiceId', 'partnerSystem'] as const
const responseKeys = ['mcServiceId', 'result'] as const

const requestRule: WireRule = {
  field: 'req-type',
  requirement: 'req-type marks a migration end request',
  source: defaultBinding('departure'),
  expected: [endRequestType],
}

const notificationRule: WireRule = {
  field: 'req-type',
  requirement: 'req-type marks a migration end notification',
  source: defaultBinding('departure'),
  expected: [endNotificationType],
}

const responseRule: WireRule = {
  field: 'resp-type',
  requirement: 'resp-type marks a migration end response',
  source: defaultBinding('departure'),
  expected: [endResponseType],
}

const correlation: WireRule = {
  field: 'In-Reply-To',
  requirement: 'In-Reply-To holds the Call-ID of the migration end request that is answered',
  source: defaultBinding('departure'),
  expected: ['In-Reply-To: <Call-ID of the migration end request>'],
}

/** Which of the two a MESSAGE is, by its type; why it is not, as a sentence. */
const mismatch =
  (of: 'requestType' | 'responseType', field: string, expected: string) =>
  (message: SipMessage, values: ProfileValues): string | undefined => {
    const { startLine } = message
    if (startLine.kind !== 'request' || startLine.method !== 'MESSAGE') return 'it is no MESSAGE'
    const said = readInformation(receivedBody(message, values.service).info, values)[of]
    if (said === expected) return undefined
    return said === undefined ? `it has no ${field}` : `its ${field} is ${JSON.stringify(said)}`
  }

const ofRequest = mismatch('requestType', 'req-type', endRequestType)
const ofNotification = mismatch('requestType', 'req-type', endNotificationType)
const ofResponse = mismatch('responseType', 'resp-type', endResponseType)

/** From the partner MC system to the primary one: the user has left. */
export const migrationEndRequest: RequestBinding = {
  carrier: 'request',
  message: 'migration end request',
  method: 'MESSAGE',
  source: sources.departure,
  summary: `MESSAGE with req-type ${endRequestType}`,
  when: 'The partner MC service server sends it towards the primary MC system when the user has left (step 3); every gateway server forwards it in a MESSAGE of its own (steps 4 and 5).',
  fields: (values) => serverMessageFields(values),
  mappings: ({ service }) => [carried(service, 'mcServiceId', 'M'), carried(service, 'partnerSystem', 'M')],
  rules: (values) => [requestRule, ...serverMessageRules(values), ...informationRules(values.service, 'no result')],
  recognises: (message, values) => ofRequest(message, values) === undefined,
  mismatch: ofRequest,
  encode: (ies, parties, values) =>
    writeServerMessage(
      writeInformation({ ies: only(ies, requestKeys), requestType: endRequestType }, values),
      parties,
      values,
    ),
  decode(message, values) {
    const body = receivedBody(message, values.service)
    const information = readInformation(body.info, values)
    return {
      name: 'migration end request',
      ies: only(information.ies, requestKeys),
      spans: only(information.spans, requestKeys),
      problems: [...judgeServerHeaders(message, values), ...body.problems, ...information.problems],
    }
  },
}

/** The answer is a SIP MESSAGE of its own, the other way round. */
export const migrationEndResponse: RequestBinding = {
  carrier: 'request',
  message: 'migration end response',
  method: 'MESSAGE',
  source: sources.departure,
  summary: `MESSAGE with resp-type ${endResponseType}`,
  when: 'The primary MC service server sends it back the way the migration end request came (step 6); every gateway server forwards it in a MESSAGE of its own (steps 7 and 8).',
  fields: (values) =>
    serverMessageFields(values, [
      {
        name: 'In-Reply-To',
        value: 'Call-ID of the migration end request as it was received',
        source: correlation.source,
      },
    ]),
  mappings: ({ service }) => [carried(service, 'mcServiceId', 'M'), carried(service, 'result', 'M')],
  rules: (values) => [
    responseRule,
    correlation,
    ...serverMessageRules(values),
    ...informationRules(values.service, 'result'),
  ],
  recognises: (message, values) => ofResponse(message, values) === undefined,
  mismatch: ofResponse,
  encode: (ies, parties, values) =>
    writeServerMessage(
      writeInformation({ ies: only(ies, responseKeys), responseType: endResponseType }, values),
      parties,
      values,
      parties.inReplyTo === undefined ? [] : [['In-Reply-To', parties.inReplyTo]],
    ),
  decode(message, values) {
    const body = receivedBody(message, values.service)
    const information = readInformation(body.info, values)
    const problems = [...judgeServerHeaders(message, values), ...body.problems, ...information.problems]
    if (header(message, 'In-Reply-To') === undefined) problems.unshift(problem(correlation, 'no In-Reply-To'))
    return {
      name: 'migration end response',
      ies: only(information.ies, responseKeys),
      spans: only(information.spans, responseKeys),
      problems,
    }
  },
}

/** From the primary MC system to the partner one: the user has returned. 200 (OK) is all that answers it. */
export const migrationEndNotification: RequestBinding = {
  carrier: 'request',
  message: 'migration end notification',
  method: 'MESSAGE',
  source: sources.departure,
  summary: `MESSAGE with req-type ${endNotificationType}`,
  when: 'The primary MC service server sends it towards the partner MC system when the user has returned without leaving that one (step 5); every gateway server forwards it in a MESSAGE of its own (steps 6 and 7).',
  fields: (values) => serverMessageFields(values),
  mappings: ({ service }) => [carried(service, 'mcServiceId', 'M'), carried(service, 'partnerSystem', 'M')],
  rules: (values) => [
    notificationRule,
    ...serverMessageRules(values),
    ...informationRules(values.service, 'no result'),
  ],
  recognises: (message, values) => ofNotification(message, values) === undefined,
  mismatch: ofNotification,
  encode: (ies, parties, values) =>
    writeServerMessage(
      writeInformation({ ies: only(ies, requestKeys), requestType: endNotificationType }, values),
      parties,
      values,
    ),
  decode: (message, values) => ({ ...migrationEndRequest.decode(message, values), name: 'migration end notification' }),
}
