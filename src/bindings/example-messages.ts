import { readHttpMessage, writeHttpMessage } from '#wire/http'
import { readMessage, writeMessage, type SipMessage } from '#wire/sip'
import type {
  Alternative,
  Binding,
  Decoded,
  IeValues,
  ImpliedBinding,
  Parties,
  Profile,
  ResponseBinding,
} from './binding.ts'
import { callExamples } from './example-calls.ts'
import { continuityExamples } from './example-continuity.ts'
import { groupExamples } from './example-groups.ts'
import { migrationExamples } from './example-migration.ts'
import { valuesOf } from './profile-values.ts'
import { bindingsOf } from './rel-18.ts'
import type { Refusal } from './refusal.ts'
import { services, type Service } from './service.ts'

/** One message of a profile with what it means and the octets it is written in. */
export interface ExampleMessage {
  /** Name of its file among the golden vectors, in the folder of its service. */
  readonly slug: string
  readonly title: string
  readonly service: Service
  readonly alternative: Alternative
  readonly message: string
  readonly ies: IeValues
  readonly parties: Parties
  /** Elements of the request, where the message is the response to one. */
  readonly request: IeValues
  /** How it is refused, where it is. */
  readonly refusal?: Refusal
}

/** Every message of a profile in every service, as far as it has octets of its own there. */
export const exampleMessages = (profile: Profile): readonly ExampleMessage[] =>
  (Object.keys(services) as readonly Service[])
    .flatMap((service) => [
      ...migrationExamples(service),
      ...callExamples(service),
      ...groupExamples(service),
      ...continuityExamples(service),
    ])
    .filter((example) => carried(example, profile) !== undefined)

const carried = ({ service, alternative, message }: ExampleMessage, profile: Profile) => {
  const found = bindingsOf(profile, service, alternative).find((one) => one.message === message)
  return found?.carrier === 'implied' ? undefined : found
}

/** The binding of an example. */
export function bindingOf(example: ExampleMessage, profile: Profile): Exclude<Binding, ImpliedBinding> {
  const found = carried(example, profile)
  if (found === undefined) throw new Error(`profile ${profile.name} has no message ${JSON.stringify(example.message)}`)
  return found
}

const from = 'tag=a48s'
const to = 'tag=99sa0x'

const via = (sender: string, more = ''): readonly [string, string] => [
  'Via',
  `SIP/2.0/UDP ${sender};branch=z9hG4bK776asdhds${more}`,
]

/** The whole SIP message, with the fields that a SIP stack adds fixed. */
export function exampleOctets(example: ExampleMessage, profile: Profile): Uint8Array {
  const binding = bindingOf(example, profile)
  const { parties, ies, service, request } = example
  const values = valuesOf(profile, service)
  if (binding.carrier === 'http-request') return writeHttpMessage(binding.encode(ies, values))
  if (binding.carrier === 'http-response')
    return writeHttpMessage(binding.encode(ies, values, request, example.refusal))
  if (binding.carrier === 'request') {
    const { method, requestUri, headers, body, ...ends } = binding.encode(ies, parties, values)
    return writeMessage({
      startLine: { kind: 'request', method, requestUri },
      headers: [
        via(parties.host, ';rport'),
        ['Max-Forwards', '70'],
        ['From', `<${ends.from}>;${from}`],
        ['To', `<${ends.to}>`],
        ['Call-ID', `843817637684230@${parties.host}`],
        ['CSeq', `1 ${method}`],
        ...headers,
        ['Content-Length', String(body?.length ?? 0)],
      ],
      ...(body === undefined ? {} : { body }),
    })
  }
  const { status, reason, headers, body } = binding.encode(ies, parties, values, request, example.refusal)
  const method = methodAnswered(binding, example, profile)
  const aor = method === 'REGISTER' ? parties.to : parties.from
  return writeMessage({
    startLine: { kind: 'response', status, reason },
    headers: [
      via(askingHost),
      ['From', `<${parties.to}>;${from}`],
      ['To', `<${aor}>;${to}`],
      ['Call-ID', `843817637684230@${askingHost}`],
      ['CSeq', `1 ${method}`],
      ...headers,
      ['Content-Length', String(body?.length ?? 0)],
    ],
    ...(body === undefined ? {} : { body }),
  })
}

/** What the octets of an example are read as. */
export function decodeExample(octets: Uint8Array, example: ExampleMessage, profile: Profile): Decoded {
  const binding = bindingOf(example, profile)
  const values = valuesOf(profile, example.service)
  const http = readHttpMessage(octets)
  if (binding.carrier === 'http-request' && http?.kind === 'request') return binding.decode(http, values)
  if (binding.carrier === 'http-response' && http?.kind === 'response') return binding.decode(http, values)
  if (binding.carrier === 'http-request' || binding.carrier === 'http-response')
    return { name: binding.message, ies: {}, problems: [], spans: {} }
  const message: SipMessage = readMessage(octets)
  return binding.carrier === 'request'
    ? binding.decode(message, values)
    : binding.decode(message, values, example.request)
}

/** The host that a request came from, where the message is the response to it. */
const askingHost = 'ue.primary.example'

function methodAnswered(
  { answers }: ResponseBinding,
  { service, alternative }: ExampleMessage,
  profile: Profile,
): string {
  const asked = bindingsOf(profile, service, alternative).find(({ message }) => message === answers)
  return asked?.carrier === 'request' ? asked.method : ''
}
