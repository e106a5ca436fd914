import type { SipMessage } from '#wire/sip'
import { writeMultipart } from '#wire/multipart'
import type { Parties, Problem, WireRequest, WireRule } from './binding.ts'
import { informationRules, writeInformation, type InformationDraft } from './migration-information.ts'
import type { ProfileValues } from './profile-values.ts'
import { bodyRules, infoType } from './received-body.ts'
import {
  acceptContact,
  judgeAcceptContact,
  judgeAssertedIdentity,
  judgeService,
  serviceRules,
} from './service-headers.ts'
import { defaultBinding } from './sources.ts'

type Field = readonly [name: string, value: string]

/** A SIP MESSAGE from one MC server or gateway server to another, with an mcptt-info part. */
export function writeServerMessage(
  draft: InformationDraft,
  parties: Parties,
  values: ProfileValues,
  more: readonly Field[] = [],
): WireRequest {
  const part = { headers: [['Content-Type', infoType]] as const, body: writeInformation(draft, values) }
  const { contentType, body } = writeMultipart([part], values.multipartBoundary)
  return {
    method: 'MESSAGE',
    requestUri: parties.to,
    from: parties.from,
    to: parties.to,
    headers: [
      ['P-Asserted-Identity', `<${parties.from}>`],
      ['P-Asserted-Service', values.serviceIdentifier],
      ...acceptContact(values),
      ...more,
      ['Content-Type', contentType],
    ],
    body,
  }
}

/** Judges the header fields that every such MESSAGE bears. */
export const judgeServerHeaders = (message: SipMessage, values: ProfileValues): readonly Problem[] => [
  ...judgeAssertedIdentity(message, values),
  ...judgeService(message, serviceRules(values).assertedService, ['P-Asserted-Service'], values),
  ...judgeAcceptContact(message, values),
]

export const serverMessageRules = (values: ProfileValues): readonly WireRule[] => {
  const { settingsSchema: _, ...body } = bodyRules(defaultBinding('carrier'))
  const { assertedIdentity, assertedService, tag, reference } = serviceRules(values)
  return [assertedIdentity, assertedService, tag, reference, ...Object.values(body), ...Object.values(informationRules)]
}
