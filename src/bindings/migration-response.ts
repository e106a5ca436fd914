import { header, type SipMessage } from '#wire/sip'
import type { RequestBinding, WireRule } from './binding.ts'
import { carried, informationRules, only, readInformation, writeInformation } from './migration-information.ts'
import type { ProfileValues } from './profile-values.ts'
import { receivedBody } from './received-body.ts'
import { judgeServerHeaders, serverMessageFields, serverMessageRules, writeServerMessage } from './server-message.ts'
import { defaultBinding, sources } from './sources.ts'
import { problem } from './wire-rule.ts'

const migrationResponseName = 'migration response'
const keys = ['mcServiceId', 'result', 'temporaryId'] as const

/** By what a MESSAGE is known as a migration response. */
export const responseTypeRule = (values: ProfileValues): WireRule => ({
  field: 'resp-type',
  requirement: 'resp-type marks a migration response',
  source: defaultBinding('request-types'),
  expected: [values.migrationResponseType],
})

const correlation: WireRule = {
  field: 'In-Reply-To',
  requirement: 'In-Reply-To holds the Call-ID of the migration request that is answered',
  source: defaultBinding('correlation'),
  expected: ['In-Reply-To: <Call-ID of the migration request>'],
}

/** The answer is a SIP MESSAGE of its own, the other way round. */
export const migrationResponse: RequestBinding = {
  carrier: 'request',
  message: migrationResponseName,
  method: 'MESSAGE',
  source: sources.procedure,
  summary: 'MESSAGE with resp-type',
  when: 'The primary MC service server sends it back the way the migration request came, when it has recorded the migration or refused it (step 8); every gateway server forwards it in a MESSAGE of its own (steps 9 and 10).',
  fields: (values) =>
    serverMessageFields(values, [
      { name: 'In-Reply-To', value: 'Call-ID of the migration request as it was received', source: correlation.source },
    ]),
  mappings: ({ service }) => [
    carried(service, 'mcServiceId', 'M'),
    carried(service, 'result', 'M'),
    carried(service, 'temporaryId', 'O'),
  ],
  rules: (values) => [
    responseTypeRule(values),
    correlation,
    ...serverMessageRules(values),
    ...informationRules(values.service, 'result'),
  ],
  recognises: (message, values) => mismatch(message, values) === undefined,
  mismatch,
  encode: (ies, parties, values) =>
    writeServerMessage(
      writeInformation({ ies: only(ies, keys), responseType: values.migrationResponseType }, values),
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
      name: migrationResponseName,
      ies: only(information.ies, keys),
      spans: only(information.spans, keys),
      problems,
    }
  },
}

function mismatch(message: SipMessage, values: ProfileValues): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'MESSAGE') return 'it is no MESSAGE'
  const { responseType } = readInformation(receivedBody(message, values.service).info, values)
  if (responseType === values.migrationResponseType) return undefined
  return responseType === undefined ? 'it has no resp-type' : `its resp-type is ${JSON.stringify(responseType)}`
}
