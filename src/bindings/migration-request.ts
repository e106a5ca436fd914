import type { SipMessage } from '#wire/sip'
import type { RequestBinding, WireRule } from './binding.ts'
import { carried, informationRules, only, readInformation, writeInformation } from './migration-information.ts'
import type { ProfileValues } from './profile-values.ts'
import { receivedBody } from './received-body.ts'
import { judgeServerHeaders, serverMessageFields, serverMessageRules, writeServerMessage } from './server-message.ts'
import { defaultBinding, sources } from './sources.ts'

const migrationRequestName = 'migration request'
const keys = ['mcServiceId', 'partnerSystem', 'temporaryId', 'userProfileIndex'] as const

/** By what a MESSAGE is known as a migration request. */
export const requestTypeRule = (values: ProfileValues): WireRule => ({
  field: 'req-type',
  requirement: 'req-type marks a migration request',
  source: defaultBinding('request-types'),
  expected: [values.migrationRequestType],
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
  recognises: (message, values) => mismatch(message, values) === undefined,
  mismatch,
  encode: (ies, parties, values) =>
    writeServerMessage(
      writeInformation({ ies: only(ies, keys), requestType: values.migrationRequestType }, values),
      parties,
      values,
    ),
  decode(message, values) {
    const body = receivedBody(message, values.service)
    const information = readInformation(body.info, values)
    const problems = [...judgeServerHeaders(message, values), ...body.problems, ...information.problems]
    return {
      name: migrationRequestName,
      ies: only(information.ies, keys),
      spans: only(information.spans, keys),
      problems,
    }
  },
}

function mismatch(message: SipMessage, values: ProfileValues): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'MESSAGE') return 'it is no MESSAGE'
  const { requestType } = readInformation(receivedBody(message, values.service).info, values)
  if (requestType === values.migrationRequestType) return undefined
  return requestType === undefined ? 'it has no req-type' : `its req-type is ${JSON.stringify(requestType)}`
}
