import { header, type SipMessage } from '#wire/sip'
import type { Source } from '#verdict'
import type { Decoded, Mapping, Problem, RequestBinding, WireRule } from './binding.ts'
import { isMethod } from './is-method.ts'
import { carried, informationRules, only, readInformation, writeInformation } from './migration-information.ts'
import type { ProfileValues } from './profile-values.ts'
import { receivedBody } from './received-body.ts'
import { judgeServerHeaders, serverMessageFields, serverMessageRules, writeServerMessage } from './server-message.ts'
import { problem } from './wire-rule.ts'

/** A message between MC systems about who has migrated: a SIP MESSAGE whose info document says of which type it is. */
export interface MigrationMessage {
  readonly message: string
  readonly source: Source
  readonly when: string
  /** The element that says the type, and where that is from. */
  readonly type: 'req-type' | 'resp-type'
  readonly typeSource: Source
  readonly word: (values: ProfileValues) => string
  /** How the summary names it, where the word may differ between profiles. */
  readonly summary: string
  readonly ies: Readonly<Record<string, Mapping['status']>>
  /** The message that it answers, whose Call-ID it names (RFC 3261 20.21). */
  readonly answers?: { readonly message: string; readonly source: Source }
}

/** By what a MESSAGE is known as this message. */
export const typeRule = ({ type, message, typeSource, word }: MigrationMessage, values: ProfileValues): WireRule => ({
  field: type,
  requirement: `${type} marks a ${message}`,
  source: typeSource,
  expected: [word(values)],
})

export function migrationMessage(described: MigrationMessage): RequestBinding {
  const { message, source, when, type, word, summary, ies: statuses, answers } = described
  const keys = Object.keys(statuses)
  const said = type === 'req-type' ? 'requestType' : 'responseType'
  const correlation: WireRule | undefined = answers && {
    field: 'In-Reply-To',
    requirement: `In-Reply-To holds the Call-ID of the ${answers.message} that is answered`,
    source: answers.source,
    expected: [`In-Reply-To: <Call-ID of the ${answers.message}>`],
  }
  const givenIn = (received: SipMessage, values: ProfileValues): string | undefined =>
    readInformation(receivedBody(received, values.service).info, values)[said]
  function mismatch(received: SipMessage, values: ProfileValues): string | undefined {
    if (!isMethod(received, 'MESSAGE')) return 'it is no MESSAGE'
    const given = givenIn(received, values)
    if (given === word(values)) return undefined
    return given === undefined ? `it has no ${type}` : `its ${type} is ${JSON.stringify(given)}`
  }
  return {
    carrier: 'request',
    message,
    method: 'MESSAGE',
    source,
    summary,
    when,
    fields: (values) =>
      serverMessageFields(
        values,
        answers === undefined
          ? []
          : [
              {
                name: 'In-Reply-To',
                value: `Call-ID of the ${answers.message} as it was received`,
                source: answers.source,
              },
            ],
      ),
    mappings: ({ service }) => Object.entries(statuses).map(([ie, status]) => carried(service, ie, status)),
    rules: (values) => [
      typeRule(described, values),
      ...(correlation === undefined ? [] : [correlation]),
      ...serverMessageRules(values),
      ...informationRules(values.service, 'result' in statuses ? 'result' : 'no result'),
    ],
    recognises: (received, values) => isMethod(received, 'MESSAGE') && givenIn(received, values) === word(values),
    mismatch,
    encode: (ies, parties, values) =>
      writeServerMessage(
        writeInformation({ ies: only(ies, keys), [said]: word(values) }, values),
        parties,
        values,
        answers === undefined || parties.inReplyTo === undefined ? [] : [['In-Reply-To', parties.inReplyTo]],
      ),
    decode: (received, values) =>
      decodeInformation(message, keys, received, values, [
        ...(correlation !== undefined && header(received, 'In-Reply-To') === undefined
          ? [problem(correlation, 'no In-Reply-To')]
          : []),
        ...judgeServerHeaders(received, values),
      ]),
  }
}

/** What its info document says of these information elements, behind what was judged of it before. */
export function decodeInformation(
  name: string,
  keys: readonly string[],
  message: SipMessage,
  values: ProfileValues,
  judged: readonly Problem[],
): Decoded {
  const body = receivedBody(message, values.service)
  const { ies, spans, problems } = readInformation(body.info, values)
  return {
    name,
    ies: only(ies, keys),
    spans: only(spans, keys),
    problems: [...judged, ...body.problems, ...problems],
  }
}
