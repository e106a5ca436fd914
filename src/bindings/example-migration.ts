import type { Alternative, IeValues, Parties } from './binding.ts'
import type { ExampleMessage } from './example-messages.ts'
import type { Service } from './service.ts'

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

const clientLeg = (service: Service, alternative: Alternative): readonly ExampleMessage[] => {
  const by = alternative.toUpperCase()
  const request = (slug: string, title: string, more: IeValues): ExampleMessage => ({
    slug: `authorization-request-${alternative}${slug}`,
    title: `Migration service authorization request by ${by}${title}`,
    service,
    alternative,
    message: 'migration service authorization request',
    ies: { ...asked, ...more },
    parties: clientToServer,
    request: {},
  })
  const response = (slug: string, title: string, ies: IeValues): ExampleMessage => ({
    slug: `authorization-response-${alternative}-${slug}`,
    title: `Migration service authorization response to ${by}, ${title}`,
    service,
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

/** How a user leaves the partner MC system. */
function departure(service: Service, alternative: Alternative): readonly ExampleMessage[] {
  const by = alternative.toUpperCase()
  const request = (slug: string, title: string, more: IeValues): ExampleMessage => ({
    slug: `deauthorization-request-${alternative}${slug}`,
    title: `Migration service de-authorization request by ${by}${title}`,
    service,
    alternative,
    message: 'migration service de-authorization request',
    ies: { mcServiceId, ...more },
    parties: clientToServer,
    request: {},
  })
  const response = (result: string): ExampleMessage => ({
    slug: `deauthorization-response-${alternative}-${result}`,
    title: `Migration service de-authorization response to ${by}, ${result}`,
    service,
    alternative,
    message: 'migration service de-authorization response',
    ies: { result },
    parties: serverToClient,
    request: { mcServiceId },
  })
  return [
    request('', '', {}),
    request('-temporary-identity', ' with a temporary identity', { temporaryId }),
    response('accepted'),
    response('refused'),
  ]
}

/** How a user is served by the primary MC system, be it again. */
function ownService(service: Service, alternative: Alternative): readonly ExampleMessage[] {
  const by = alternative.toUpperCase()
  const common = { service, alternative } as const
  const response = (result: string): ExampleMessage => ({
    ...common,
    slug: `service-authorization-response-${alternative}-${result}`,
    title: `Service authorization response to ${by}, ${result}`,
    message: 'service authorization response',
    ies: { result },
    parties: { ...serverToClient, from: primaryServer, host: 'server.mcptt.primary.example' },
    request: asked,
  })
  return [
    {
      ...common,
      slug: `service-authorization-request-${alternative}`,
      title: `Service authorization request by ${by}`,
      message: 'service authorization request',
      ies: asked,
      parties: { ...clientToServer, to: primaryServer },
      request: {},
    },
    response('accepted'),
    response('refused'),
  ]
}

const serverLeg =
  (service: Service, message: string, slug: string, title: string, parties: Parties) =>
  (of: string, about: string, ies: IeValues, by = parties): ExampleMessage => ({
    slug: `${slug}${of}`,
    title: `${title}${about}`,
    service,
    alternative: 'publish',
    message,
    ies: { mcServiceId, ...ies },
    parties: by,
    request: {},
  })

/** Every message of migration, accepted and refused, with and without each optional element, in both alternatives. */
export function migrationExamples(service: Service): readonly ExampleMessage[] {
  const request = serverLeg(service, 'migration request', 'migration-request', 'Migration request', towardsPrimary)
  const response = serverLeg(
    service,
    'migration response',
    'migration-response-',
    'Migration response, ',
    towardsPartner,
  )
  const end = serverLeg(
    service,
    'migration end request',
    'migration-end-request',
    'Migration end request',
    towardsPrimary,
  )
  const ended = serverLeg(
    service,
    'migration end response',
    'migration-end-response-',
    'Migration end response, ',
    towardsPartner,
  )
  const returned = serverLeg(
    service,
    'migration end notification',
    'migration-end-notification',
    'Migration end notification',
    { from: primaryServer, to: primaryGateway, host: 'server.mcptt.primary.example' },
  )
  return [
    ...clientLeg(service, 'publish'),
    ...clientLeg(service, 'register'),
    ...departure(service, 'publish'),
    ...departure(service, 'register'),
    ...ownService(service, 'publish'),
    ...ownService(service, 'register'),
    returned('', '', { partnerSystem }),
    end('', '', { partnerSystem }),
    end('-forwarded', ' as a gateway server forwards it', { partnerSystem }, betweenGateways),
    ended('accepted', 'accepted', { result: 'accepted' }),
    ended('refused', 'refused', { result: 'refused' }),
    request('', '', { partnerSystem }),
    request('-temporary-identity', ' with a temporary identity', { partnerSystem, temporaryId }),
    request('-user-profile', ' with a user profile index', { partnerSystem, userProfileIndex: '2' }),
    request('-everything', ' with every element', { partnerSystem, temporaryId, userProfileIndex: '2' }),
    request('-forwarded', ' as a gateway server forwards it', { partnerSystem, temporaryId }, betweenGateways),
    response('accepted', 'accepted', { result: 'accepted' }),
    response('accepted-temporary-identity', 'accepted with a temporary identity', { result: 'accepted', temporaryId }),
    response('refused', 'refused', { result: 'refused' }),
    response('refused-temporary-identity', 'refused with a temporary identity', { result: 'refused', temporaryId }),
  ]
}
