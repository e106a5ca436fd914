import type { SipMessage } from '#wire/sip'
import { writeMultipart } from '#wire/multipart'
import type { Parties, Problem, WireField, WireRequest, WireRule } from './binding.ts'
import type { ProfileValues } from './profile-values.ts'
import { bodyRules } from './received-body.ts'
import { services } from './service.ts'
import {
  serverHeaders,
  acceptContactFields,
  judgeAcceptContact,
  judgeAssertedIdentity,
  judgeService,
  serviceRules,
} from './service-headers.ts'
import { defaultBinding } from './sources.ts'

type Field = readonly [name: string, value: string]

/** A SIP MESSAGE from an MC server or gateway server, with an info document. */
export function writeServerMessage(
  information: Uint8Array,
  parties: Parties,
  values: ProfileValues,
  more: readonly Field[] = [],
): WireRequest {
  const part = { headers: [['Content-Type', services[values.service].infoType]] as const, body: information }
  const { contentType, body } = writeMultipart([part], values.multipartBoundary)
  return {
    method: 'MESSAGE',
    requestUri: parties.to,
    from: parties.from,
    to: parties.to,
    headers: [...serverHeaders(parties.from, values), ...more, ['Content-Type', contentType]],
    body,
  }
}

/** The lines of every such MESSAGE; `more` stand before the body. */
export const serverMessageFields = (values: ProfileValues, more: readonly WireField[] = []): readonly WireField[] => {
  const carrier = defaultBinding('carrier')
  const service = defaultBinding('service-headers')
  return [
    { name: 'Request-URI', value: 'URI of the receiving server', source: carrier },
    { name: 'From', value: '<URI of the sending server>;tag=…', source: carrier },
    { name: 'To', value: '<Request-URI>', source: carrier },
    { name: 'P-Asserted-Identity', value: '<URI of the sending server>', source: service },
    { name: 'P-Asserted-Service', value: values.serviceIdentifier, source: service },
    ...acceptContactFields(values),
    ...more,
    { name: 'Content-Type', value: `multipart/mixed;boundary=${values.multipartBoundary}`, source: carrier },
    { name: 'body', value: `part ${services[values.service].infoType}`, source: carrier },
  ]
}

/** Judges the header fields that every such MESSAGE bears. */
export const judgeServerHeaders = (message: SipMessage, values: ProfileValues): readonly Problem[] => [
  ...judgeAssertedIdentity(message, values),
  ...judgeService(message, serviceRules(values).assertedService, ['P-Asserted-Service'], values),
  ...judgeAcceptContact(message, values),
]

export const serverMessageRules = (values: ProfileValues): readonly WireRule[] => {
  const { settingsSchema: _, ...body } = bodyRules(defaultBinding('carrier'), values.service)
  const { assertedIdentity, assertedService, tag, reference } = serviceRules(values)
  return [assertedIdentity, assertedService, tag, reference, ...Object.values(body)]
}
