import type { IeValues, Parties } from './binding.ts'
import type { ExampleMessage } from './example-messages.ts'
import { groupRefusals, type GroupRefusal } from './refusal.ts'
import type { Service } from './service.ts'

const user = 'sip:visitor-17@partner.example'
const group = 'sip:fire-brigade@primary.example'
const server = 'sip:server.mcptt.partner.example'
const clientAddress = 'sip:alice@198.51.100.7:5060'

const fromClient: Parties = {
  leg: 'from-client',
  from: user,
  to: server,
  user,
  contact: clientAddress,
  clientId: 'urn:uuid:6ba7b812-9dad-51d1-80b4-00c04fd430c8',
  host: 'ue.partner.example',
  media: { address: '198.51.100.7', audioPort: 44000, floorPort: 44002, videoPort: 44004 },
}
const toClient: Parties = {
  leg: 'to-client',
  from: server,
  to: clientAddress,
  contact: 'sip:203.0.113.9:5060',
  host: 'server.mcptt.partner.example',
  media: { address: '203.0.113.9', audioPort: 42000, floorPort: 42002, videoPort: 42004 },
}

/** Every message of affiliation and of late entry, accepted and refused; MCData has none of them. */
export function groupExamples(service: Service): readonly ExampleMessage[] {
  const example = (
    message: string,
    slug: string,
    title: string,
    ies: IeValues,
    parties: Parties,
    more: Partial<ExampleMessage> = {},
  ): ExampleMessage => ({
    slug: `${message.replaceAll(' ', '-')}${slug}`,
    title: `${message.charAt(0).toUpperCase()}${message.slice(1)}${title}`,
    service,
    alternative: 'publish',
    message,
    ies,
    parties,
    request: {},
    ...more,
  })
  const member = { mcServiceId: user, groupId: group }
  const refused = (why: GroupRefusal, slug: string, title: string): ExampleMessage =>
    example('group affiliation response', `-${slug}`, `, refused: ${title}`, { result: 'refused' }, toClient, {
      request: member,
      refusal: groupRefusals[why],
    })
  if (service === 'mcdata') return []
  return [
    example('group affiliation request', '', '', member, fromClient),
    example('group affiliation response', '-accepted', ', accepted', { result: 'accepted' }, toClient, {
      request: member,
    }),
    refused('notMember', 'refused', 'the user is no member of the group'),
    refused('noSuchGroup', 'refused-no-such-group', 'there is no such group'),
    refused('tooManyAffiliations', 'refused-too-many', 'the user is affiliated to too many groups'),
    refused('unknownUser', 'refused-unknown-user', 'the user is not served here'),
    example('group de-affiliation request', '', '', { mcServiceId: user }, fromClient),
    example('group de-affiliation response', '-accepted', ', accepted', { result: 'accepted' }, toClient, {
      request: { mcServiceId: user },
    }),
    example('affiliation status request', '', '', { mcServiceId: user }, fromClient),
    example('affiliation status response', '-accepted', ', accepted', { result: 'accepted' }, toClient, {
      request: { mcServiceId: user },
    }),
    example('affiliation status response', '-refused', ', refused', { result: 'refused' }, toClient, {
      request: { mcServiceId: user },
    }),
    example('affiliation status notification', '', '', member, { ...toClient, clientId: fromClient.clientId ?? '' }),
    example('affiliation status notification', '-none', ', no group', { mcServiceId: user }, toClient),
    example('group call request', '', '', member, toClient),
    example('group call response', '-accepted', ', accepted', { result: 'accepted' }, fromClient, { request: member }),
    example('group call response', '-refused', ', refused', { result: 'refused' }, fromClient, {
      request: member,
      refusal: groupRefusals.notAffiliated,
    }),
    example('group call end request', '', '', {}, toClient),
    example('group call end response', '', '', {}, fromClient),
  ]
}
