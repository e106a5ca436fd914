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

/** By what a MESSAGE is known as one of these responses. */
export const responseTypeRule = (values: ProfileValues, ended = false): WireRule => ({
  field: 'resp-type',
  requirement: `resp-type marks a migration ${ended ? 'end ' : ''}response`,
  source: defaultBinding(ended ? 'return' : 'request-types'),
  expected: [ended ? values.migrationEndResponseType : values.migrationResponseType],
})

const correlationWith = (request: string): WireRule => ({
  field: 'In-Reply-To',
  requirement: `In-Reply-To holds the Call-ID of the ${request} that is answered`,
  source: defaultBinding('correlation'),
  expected: [`In-Reply-To: <Call-ID of the ${request}>`],
})
const correlation = correlationWith('migration request')

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
  ...carriedByType(migrationResponseName, keys, correlation, ({ migrationResponseType }) => migrationResponseType),
}

const endKeys = ['mcServiceId', 'result'] as const
const migrationEndResponseName = 'migration end response'
const endCorrelation = correlationWith('migration end request')

/** The primary MC system has taken note that the user left. */
export const migrationEndResponse: RequestBinding = {
  carrier: 'request',
  message: migrationEndResponseName,
  method: 'MESSAGE',
  source: defaultBinding('return'),
  summary: 'MESSAGE with resp-type',
  when: 'The primary MC service server sends it back the way the migration end request came; every gateway server forwards it in a MESSAGE of its own.',
  fields: (values) =>
    serverMessageFields(values, [
      {
        name: 'In-Reply-To',
        value: 'Call-ID of the migration end request as it was received',
        source: endCorrelation.source,
      },
    ]),
  mappings: ({ service }) => [carried(service, 'mcServiceId', 'M'), carried(service, 'result', 'M')],
  rules: (values) => [
    responseTypeRule(values, true),
    endCorrelation,
    ...serverMessageRules(values),
    ...informationRules(values.service, 'result'),
  ],
  ...carriedByType(
    migrationEndResponseName,
    endKeys,
    endCorrelation,
    ({ migrationEndResponseType }) => migrationEndResponseType,
  ),
}

/** How a MESSAGE between servers that is known by its resp-type is written and read. */
function carriedByType(
  name: string,
  elements: readonly string[],
  answers: WireRule,
  typeOf: (values: ProfileValues) => string,
): Pick<RequestBinding, 'recognises' | 'mismatch' | 'encode' | 'decode'> {
  const mismatch = (message: SipMessage, values: ProfileValues): string | undefined => {
    const { startLine } = message
    if (startLine.kind !== 'request' || startLine.method !== 'MESSAGE') return 'it is no MESSAGE'
    const { responseType } = readInformation(receivedBody(message, values.service).info, values)
    if (responseType === typeOf(values)) return undefined
    return responseType === undefined ? 'it has no resp-type' : `its resp-type is ${JSON.stringify(responseType)}`
  }
  return {
    mismatch,
    recognises: (message, values) => mismatch(message, values) === undefined,
    encode: (ies, parties, values) =>
      writeServerMessage(
        writeInformation({ ies: only(ies, elements), responseType: typeOf(values) }, values),
        parties,
        values,
        parties.inReplyTo === undefined ? [] : [['In-Reply-To', parties.inReplyTo]],
      ),
    decode(message, values) {
      const body = receivedBody(message, values.service)
      const information = readInformation(body.info, values)
      const problems = [...judgeServerHeaders(message, values), ...body.problems, ...information.problems]
      if (header(message, 'In-Reply-To') === undefined) problems.unshift(problem(answers, 'no In-Reply-To'))
      return { name, ies: only(information.ies, elements), spans: only(information.spans, elements), problems }
    },
  }
}
