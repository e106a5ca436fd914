import type { IeValues, Parties } from './binding.ts'
import type { ExampleMessage } from './example-messages.ts'
import { callRefusals, type CallRefusal } from './refusal.ts'
import type { Service } from './service.ts'
import { profileRefusals } from './user-profile-response.ts'

const caller = 'sip:bob@primary.example'
const callee = 'sip:alice@primary.example'
const visitor = 'sip:visitor-17@partner.example'
const kms = 'https://kms.partner.example/keymanagement/identity/v1'
const callerAddress = 'sip:bob@192.0.2.8:5060'
const calleeAddress = 'sip:alice@198.51.100.7:5060'

const fromClient: Parties = {
  leg: 'from-client',
  from: caller,
  to: 'sip:server.mcptt.primary.example',
  user: caller,
  contact: callerAddress,
  clientId: 'urn:uuid:6ba7b812-9dad-51d1-80b4-00c04fd430c8',
  host: 'ue.primary.example',
  media: { address: '192.0.2.8', audioPort: 40000, floorPort: 40002, videoPort: 40004 },
  sentAt: 1_700_000_000,
}
const serverMedia = { address: '203.0.113.5', audioPort: 42000, floorPort: 42002, videoPort: 42004 }
const betweenServers: Parties = {
  leg: 'between-servers',
  from: 'sip:server.mcptt.primary.example',
  to: 'sip:gateway.primary.example',
  contact: 'sip:203.0.113.5:5060',
  host: 'server.mcptt.primary.example',
  media: serverMedia,
  sentAt: 1_700_000_000,
}
const toClient: Parties = {
  leg: 'to-client',
  from: 'sip:server.mcptt.partner.example',
  to: calleeAddress,
  contact: 'sip:203.0.113.9:5060',
  host: 'server.mcptt.partner.example',
  media: { ...serverMedia, address: '203.0.113.9' },
  sentAt: 1_700_000_000,
}
const calledClient: Parties = {
  from: toClient.to,
  to: toClient.from,
  contact: calleeAddress,
  host: 'ue.partner.example',
  media: { address: '198.51.100.7', audioPort: 44000, floorPort: 44002, videoPort: 44004 },
}
const serverToCaller: Parties = {
  leg: 'to-client',
  from: 'sip:server.mcptt.primary.example',
  to: callerAddress,
  user: caller,
  inReplyTo: '3d0c8a@ue.primary.example',
  host: 'server.mcptt.primary.example',
}

/** Every message of a private call, on every leg, accepted and refused, with and without each optional element. */
export function callExamples(service: Service): readonly ExampleMessage[] {
  const of = (message: string) => {
    const name = message.replaceAll(' ', '-').toLowerCase()
    return (slug: string, title: string, ies: IeValues, parties: Parties, more: Partial<ExampleMessage> = {}) => ({
      slug: `${name}${slug}`,
      title: `${message.charAt(0).toUpperCase()}${message.slice(1)}${title}`,
      service,
      alternative: 'publish' as const,
      message,
      ies,
      parties,
      request: {},
      ...more,
    })
  }
  const request = of('private call request')
  const response = of('private call response')
  const redirection = of('private call redirection')
  const called = { callingParty: caller, calledParty: callee }
  const profile = { mcServiceId: visitor, userProfileIndex: '2' }
  const redirected = { callingParty: caller, calledParty: visitor }
  const controlled: IeValues = service === 'mcptt' ? { floorControl: 'true' } : {}
  const automatic: IeValues = service === 'mcdata' ? {} : { automaticCommencement: 'true' }
  const secured = { endToEndSecurity: 'true', securityDomain: kms }
  const moved = { ...called, redirectedTo: visitor }
  const refused = (why: CallRefusal, slug: string, title: string) =>
    response(`-${slug}`, `, refused: ${title}`, { result: 'refused' }, serverToCaller, {
      request: called,
      refusal: callRefusals[why],
    })
  return [
    request('', '', called, fromClient),
    ...(service === 'mcptt'
      ? [request('-floor-control', ' with floor control', { ...called, ...controlled }, fromClient)]
      : []),
    ...(service === 'mcdata'
      ? []
      : [request('-automatic', ' with automatic commencement', { ...called, ...automatic }, fromClient)]),
    request(
      '-everything',
      ' with every element',
      { ...redirected, ...secured, ...controlled, ...automatic },
      fromClient,
    ),
    ...(service === 'mcdata'
      ? []
      : [
          request(
            '-emergency',
            ' of an emergency communication',
            { ...called, ...controlled, ...automatic, emergencyIndicator: 'true' },
            fromClient,
          ),
        ]),
    request('-forwarded', ' as a server forwards it', { ...redirected, ...secured, ...controlled }, betweenServers),
    request('-to-called-client', ' to the called client', { ...redirected, ...controlled }, toClient),
    response('-accepted', ', accepted', { result: 'accepted' }, calledClient, {
      request: { ...redirected, ...controlled },
    }),
    refused('thisUser', 'refused', 'the calling party may not call this user'),
    refused('unknownUser', 'refused-unknown-user', 'the user is unknown'),
    refused('settingsUndetermined', 'refused-unavailable', 'the called party is not available'),
    redirection('', '', moved, serverToCaller, { request: called }),
    redirection('-reason', ' with its reason', { ...moved, reason: 'migrated' }, serverToCaller, { request: called }),
    redirection(
      '-everything',
      ' with every element',
      { ...moved, securityDomain: kms, reason: 'migrated' },
      serverToCaller,
      { request: called },
    ),
    of('private call request release')('', '', {}, fromClient),
    of('private call end request')('', '', {}, fromClient),
    of('private call end request')(
      '-migrating',
      ' because its user migrates',
      { releaseReason: 'migrating' },
      fromClient,
    ),
    of('private call end response')('', '', {}, calledClient),
    of('get MC service user profile request')(
      '',
      '',
      { ...profile, credentials: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln' },
      fromClient,
    ),
    of('get MC service user profile response')('', '', { ...profile, result: 'accepted' }, fromClient, {
      request: profile,
    }),
    of('get MC service user profile response')('-refused', ', refused', { result: 'refused' }, fromClient, {
      request: profile,
      refusal: { ...profileRefusals.notAuthenticated, warning: '' },
    }),
  ]
}
