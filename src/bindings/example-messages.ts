import { readMessage, writeMessage, type SipMessage } from '#wire/sip'
import type { Alternative, Binding, Decoded, IeValues, Parties, Profile } from './binding.ts'

/** One message of the profile with what it means and the octets it is written in. */
export interface ExampleMessage {
  /** Name of its file among the golden vectors. */
  readonly slug: string
  readonly title: string
  readonly alternative: Alternative
  readonly message: string
  readonly ies: IeValues
  readonly parties: Parties
  /** Elements of the request, where the message is the response to one. */
  readonly request: IeValues
}

const client = 'sip:alice@primary.example'
const partnerServer = 'sip:server.mcptt.partner.example'
const partnerGateway = 'sip:gateway.partner.example'
const primaryGateway = 'sip:gateway.primary.example'
const primaryServer = 'sip:server.mcptt.primary.example'

const mcServiceId = 'sip:mcptt-alice@primary.example'
const temporaryId = 'sip:visitor-17@partner.example'
// Header {"alg":"none"} and no signature: an example must not look like a token that anybody accepts.
const credentials = 'eyJhbGciOiJub25lIn0.eyJtY3B0dF9pZCI6InNpcDptY3B0dC1hbGljZUBwcmltYXJ5LmV4YW1wbGUifQ.'
const partnerSystem = 'partner.example'

const asked = { mcServiceId, credentials }
const clientToServer: Parties = {
  from: client,
  to: partnerServer,
  user: client,
  contact: 'sip:alice@192.0.2.7:5060',
  clientId: 'urn:uuid:6ba7b810-9dad-51d1-80b4-00c04fd430c8',
  host: 'ue.primary.example',
}
const serverToClient: Parties = {
  from: partnerServer,
  to: client,
  user: client,
  contact: 'sip:alice@192.0.2.7:5060',
  host: 'server.mcptt.partner.example',
}
const towardsPrimary: Parties = { from: partnerServer, to: partnerGateway, host: 'server.mcptt.partner.example' }
const betweenGateways: Parties = { from: partnerGateway, to: primaryGateway, host: 'gateway.partner.example' }
const towardsPartner: Parties = {
  from: primaryServer,
  to: primaryGateway,
  host: 'server.mcptt.primary.example',
  inReplyTo: '3d0c8a@gateway.primary.example',
}

const clientLeg = (alternative: Alternative): readonly ExampleMessage[] => {
  const by = alternative.toUpperCase()
  const request = (slug: string, title: string, more: IeValues): ExampleMessage => ({
    slug: `authorization-request-${alternative}${slug}`,
    title: `Migration service authorization request by ${by}${title}`,
    alternative,
    message: 'migration service authorization request',
    ies: { ...asked, ...more },
    parties: clientToServer,
    request: {},
  })
  const response = (slug: string, title: string, ies: IeValues): ExampleMessage => ({
    slug: `authorization-response-${alternative}-${slug}`,
    title: `Migration service authorization response to ${by}, ${title}`,
    alternative,
    message: 'migration service authorization response',
    ies,
    parties: serverToClient,
    request: asked,
  })
  return [
    request('', '', {}),
    request('-temporary-identity', ' with a temporary identity', { temporaryId }),
    request('-user-profile', ' with a user profile index', { userProfileIndex: '2' }),
    request('-everything', ' with every element', { temporaryId, userProfileIndex: '2' }),
    response('accepted', 'accepted', { mcServiceId, result: 'accepted' }),
    response('accepted-temporary-identity', 'accepted with a temporary identity', {
      mcServiceId,
      result: 'accepted',
      temporaryId,
    }),
    response('refused', 'refused', { mcServiceId, result: 'refused' }),
    response('refused-temporary-identity', 'refused with a temporary identity', {
      mcServiceId,
      result: 'refused',
      temporaryId,
    }),
  ]
}

const serverLeg = (slug: string, title: string, message: string, ies: IeValues, parties: Parties): ExampleMessage => ({
  slug,
  title,
  alternative: 'publish',
  message,
  ies: { mcServiceId, ...ies },
  parties,
  request: {},
})

const request = (slug: string, title: string, more: IeValues, parties = towardsPrimary): ExampleMessage =>
  serverLeg(
    `migration-request${slug}`,
    `Migration request${title}`,
    'migration request',
    { partnerSystem, ...more },
    parties,
  )

const response = (slug: string, title: string, ies: IeValues): ExampleMessage =>
  serverLeg(`migration-response-${slug}`, `Migration response, ${title}`, 'migration response', ies, towardsPartner)

/** Every message of the profile, accepted and refused, with and without each optional element, in both alternatives. */
export const exampleMessages: readonly ExampleMessage[] = [
  ...clientLeg('publish'),
  ...clientLeg('register'),
  request('', '', {}),
  request('-temporary-identity', ' with a temporary identity', { temporaryId }),
  request('-user-profile', ' with a user profile index', { userProfileIndex: '2' }),
  request('-everything', ' with every element', { temporaryId, userProfileIndex: '2' }),
  request('-forwarded', ' as a gateway server forwards it', { temporaryId }, betweenGateways),
  response('accepted', 'accepted', { result: 'accepted' }),
  response('accepted-temporary-identity', 'accepted with a temporary identity', { result: 'accepted', temporaryId }),
  response('refused', 'refused', { result: 'refused' }),
  response('refused-temporary-identity', 'refused with a temporary identity', { result: 'refused', temporaryId }),
]

/** The binding of an example. */
export function bindingOf(example: ExampleMessage, profile: Profile): Binding {
  const found = profile.alternatives[example.alternative].find(({ message }) => message === example.message)
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
  const { parties, ies } = example
  if (binding.carrier === 'request') {
    const { method, requestUri, headers, body, ...ends } = binding.encode(ies, parties, profile.values)
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
  const { status, reason, headers, body } = binding.encode(ies, parties, profile.values, example.request)
  const method = example.alternative.toUpperCase()
  const aor = example.alternative === 'register' ? parties.to : parties.from
  return writeMessage({
    startLine: { kind: 'response', status, reason },
    headers: [
      via(clientToServer.host),
      ['From', `<${parties.to}>;${from}`],
      ['To', `<${aor}>;${to}`],
      ['Call-ID', `843817637684230@${clientToServer.host}`],
      ['CSeq', `1 ${method}`],
      ...headers,
      ['Content-Length', String(body?.length ?? 0)],
    ],
    ...(body === undefined ? {} : { body }),
  })
}

/** What the octets of an example are read as. */
export function decodeExample(octets: Uint8Array, example: ExampleMessage, profile: Profile): Decoded {
  const message: SipMessage = readMessage(octets)
  const binding = bindingOf(example, profile)
  return binding.carrier === 'request'
    ? binding.decode(message, profile.values)
    : binding.decode(message, profile.values, example.request)
}
