import type { SipMessage } from '#wire/sip'
import type { RequestBinding } from './binding.ts'
import { readCallInformation } from './call-information.ts'
import { dataParts, dataRules, judgeData, payloadType, signallingType } from './data-message.ts'
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
import type { ProfileValues } from './profile-values.ts'
import { receivedBody } from './received-body.ts'
import { services } from './service.ts'
import { clientServiceRules, judgeClientService, acceptContact, acceptContactFields } from './service-headers.ts'
import { defaultBinding, sources } from './sources.ts'

const oneToOne = 'one-to-one-sds'

/** A short data message names the part of the service that it is of: `.sds` (TS 24.282). */
const ofCommunication = (values: ProfileValues): ProfileValues => ({
  ...values,
  ...services[values.service].communication,
})

/** The one-to-one communication of MCData is a short data message in SIP MESSAGE (default binding one-to-one-sds). */
export const privateCallRequestByMessage: RequestBinding = {
  carrier: 'request',
  message: privateCallRequestName,
  method: 'MESSAGE',
  source: sources.migratedCall,
  summary: `MESSAGE with request-type ${oneToOne}`,
  when: 'The MCData client of the calling party sends it to its MCData server, towards the identity that it knows (step 1) and, once redirected, towards the one it was told (step 5); every server and gateway server sends one of its own on (steps 5a to 5d).',
  impliedByClient: ['callingParty'],
  fields(values) {
    const own = ofCommunication(values)
    const source = defaultBinding('one-to-one-sds')
    return [
      { name: 'Request-URI', value: 'URI of the receiving server; towards a client its Contact URI', source },
      ...identityLines(own),
      ...acceptContactFields(own),
      { name: 'Content-Type', value: `multipart/mixed;boundary=${values.multipartBoundary}`, source },
      {
        name: 'body',
        value: `parts ${services.mcdata.infoType}, ${signallingType}, ${payloadType} and, but to the called client, application/resource-lists+xml`,
        source,
      },
    ]
  },
  mappings: ({ service }) => callMappings(service),
  rules(values) {
    return [...clientServiceRules(ofCommunication(values)), ...callBodyRules(values.service), ...dataRules]
  },
  recognises: (message, values) => mismatch(message, values) === undefined,
  mismatch,
  encode(ies, parties, values) {
    const own = ofCommunication(values)
    const { contentType, body } = multipart([...callParts(ies, parties, own), ...dataParts(ies, parties)], values)
    return {
      method: 'MESSAGE',
      requestUri: parties.to,
      from: parties.leg === 'from-client' ? (parties.user ?? parties.from) : parties.from,
      to: parties.to,
      headers: [...identityFields(ies, parties, own), ...acceptContact(own), ['Content-Type', contentType]],
      body,
    }
  },
  decode(message, values) {
    const own = ofCommunication(values)
    const body = receivedBody(message, values.service)
    const { ies, spans, problems } = readCall(message, readCallInformation(body.info, values), values)
    return {
      name: privateCallRequestName,
      ies,
      spans,
      problems: [...judgeClientService(message, own), ...body.problems, ...problems, ...judgeData(message)],
    }
  },
}

/** A message with the parts of short data is meant as one, whatever its request-type: that is judged when it is read. */
function mismatch(message: SipMessage, values: ProfileValues): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'MESSAGE') return 'it is no MESSAGE'
  const { types, info } = receivedBody(message, values.service)
  if (types.includes(signallingType) || types.includes(payloadType)) return undefined
  const { said } = readCallInformation(info, values)
  return said.dataRequestType === oneToOne ? undefined : `it has neither ${signallingType} nor request-type ${oneToOne}`
}
