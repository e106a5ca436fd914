import type { SipMessage } from '#wire/sip'
import type { RequestBinding, WireRule } from './binding.ts'
import { carried, informationRules, only, readInformation, writeInformation } from './migration-information.ts'
import type { ProfileValues } from './profile-values.ts'
import { receivedBody } from './received-body.ts'
import { judgeServerHeaders, serverMessageFields, serverMessageRules, writeServerMessage } from './server-message.ts'
import { defaultBinding, sources } from './sources.ts'

const migrationRequestName = 'migration request'
const keys = ['mcServiceId', 'partnerSystem', 'temporaryId', 'userProfileIndex'] as const

/** By what a MESSAGE is known as one of these requests. */
export const requestTypeRule = (values: ProfileValues, ended = false): WireRule => ({
  field: 'req-type',
  requirement: `req-type marks a migration ${ended ? 'end ' : ''}request`,
  source: defaultBinding(ended ? 'return' : 'request-types'),
  expected: [ended ? values.migrationEndRequestType : values.migrationRequestType],
})

/** Between servers, through gateway servers or not, it is one SIP MESSAGE a leg. */
export const migrationRequest: RequestBinding = {
  carrier: 'request',
  message: migrationRequestName,
  method: 'MESSAGE',
  source: sources.procedure,
  summary: 'MESSAGE with req-type',
  when: 'The partner MC service server sends it towards the primary MC system when its own authorization check has passed (step 3); every gateway server forwards it in a MESSAGE of its own (steps 4 and 5). Where a system has no gateway server, its MC service server speaks to the other system itself.',
  fields: (values) => serverMessageFields(values),
  mappings: ({ service }) => [
    carried(service, 'mcServiceId', 'M'),
    carried(service, 'partnerSystem', 'M'),
    carried(service, 'temporaryId', 'C'),
    carried(service, 'userProfileIndex', 'O'),
  ],
  rules: (values) => [
    requestTypeRule(values),
    ...serverMessageRules(values),
    ...informationRules(values.service, 'no result'),
  ],
  ...carriedByType(migrationRequestName, keys, ({ migrationRequestType }) => migrationRequestType),
}

const endKeys = ['mcServiceId', 'partnerSystem'] as const
const migrationEndRequestName = 'migration end request'

/** The same way, when the user has left. */
export const migrationEndRequest: RequestBinding = {
  carrier: 'request',
  message: migrationEndRequestName,
  method: 'MESSAGE',
  source: defaultBinding('return'),
  summary: 'MESSAGE with req-type',
  when: 'The partner MC service server sends it towards the primary MC system when a user who had migrated has left; every gateway server forwards it in a MESSAGE of its own.',
  fields: (values) => serverMessageFields(values),
  mappings: ({ service }) => [carried(service, 'mcServiceId', 'M'), carried(service, 'partnerSystem', 'M')],
  rules: (values) => [
    requestTypeRule(values, true),
    ...serverMessageRules(values),
    ...informationRules(values.service, 'no result'),
  ],
  ...carriedByType(migrationEndRequestName, endKeys, ({ migrationEndRequestType }) => migrationEndRequestType),
}

/** How a MESSAGE between servers that is known by its req-type is written and read. */
function carriedByType(
  name: string,
  elements: readonly string[],
  typeOf: (values: ProfileValues) => string,
): Pick<RequestBinding, 'recognises' | 'mismatch' | 'encode' | 'decode'> {
  const mismatch = (message: SipMessage, values: ProfileValues): string | undefined => {
    const { startLine } = message
    if (startLine.kind !== 'request' || startLine.method !== 'MESSAGE') return 'it is no MESSAGE'
    const { requestType } = readInformation(receivedBody(message, values.service).info, values)
    if (requestType === typeOf(values)) return undefined
    return requestType === undefined ? 'it has no req-type' : `its req-type is ${JSON.stringify(requestType)}`
  }
  return {
    mismatch,
    recognises: (message, values) => mismatch(message, values) === undefined,
    encode: (ies, parties, values) =>
      writeServerMessage(
        writeInformation({ ies: only(ies, elements), requestType: typeOf(values) }, values),
        parties,
        values,
      ),
    decode(message, values) {
      const body = receivedBody(message, values.service)
      const information = readInformation(body.info, values)
      return {
        name,
        ies: only(information.ies, elements),
        spans: only(information.spans, elements),
        problems: [...judgeServerHeaders(message, values), ...body.problems, ...information.problems],
      }
    },
  }
}
