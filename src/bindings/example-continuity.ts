import type { IeValues, Parties } from './binding.ts'
import type { ExampleMessage } from './example-messages.ts'
import { groupRefusals } from './refusal.ts'
import type { Service } from './service.ts'

const user = 'sip:alice@primary.example'
const other = 'sip:bob@primary.example'
const group = 'sip:fire-brigade@primary.example'
const primaryServer = 'sip:participating.mcptt.primary.example'
const iopsServer = 'sip:participating.mcptt.iops.example'
const controllingServer = 'sip:controlling.mcptt.iops.example'
const clientAddress = 'sip:alice@192.0.2.7:5060'

const fromClient: Parties = {
  leg: 'from-client',
  from: user,
  to: primaryServer,
  user,
  contact: clientAddress,
  clientId: 'urn:uuid:6ba7b812-9dad-51d1-80b4-00c04fd430c8',
  host: 'ue.primary.example',
  media: { address: '192.0.2.7', audioPort: 44000, floorPort: 44002, videoPort: 44004 },
}
const toClient: Parties = {
  leg: 'to-client',
  from: primaryServer,
  to: user,
  user,
  inReplyTo: '3d0c8a@ue.primary.example',
  contact: 'sip:203.0.113.5:5060',
  host: 'participating.mcptt.primary.example',
  media: { address: '203.0.113.5', audioPort: 42000, floorPort: 42002, videoPort: 42004 },
}
const between = (from: string, to: string): Parties => ({
  leg: 'between-servers',
  from,
  to,
  inReplyTo: '843817637684230@participating.mcptt.primary.example',
  contact: 'sip:203.0.113.5:5060',
  host: from.slice('sip:'.length),
  media: { address: '203.0.113.5', audioPort: 42000, floorPort: 42002, videoPort: 42004 },
})

/** Every message of the continuity of a communication, and of joining a group call; MCData has none of them. */
export function continuityExamples(service: Service): readonly ExampleMessage[] {
  if (service === 'mcdata') return []
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
  const ofGroup = { mcServiceId: user, groupId: group }
  const ofTwo = { mcServiceId: user, otherUser: other }
  const iopsToPrimary = between(iopsServer, primaryServer)
  const inEmergency = { emergencyIndicator: 'true' }
  const joined = { request: ofGroup }
  return [
    example('call continuity request', '-group', ' of a group', { ...ofGroup, formerServer: iopsServer }, fromClient),
    example('call continuity request', '-private', ' of two', { ...ofTwo, formerServer: iopsServer }, fromClient),
    example('call continuity response', '-accepted', ', accepted', { mcServiceId: user, result: 'accepted' }, toClient),
    example('call continuity response', '-refused', ', refused', { mcServiceId: user, result: 'refused' }, toClient),
    example(
      'participating server switch request',
      '-group',
      ' of a group',
      { ...ofGroup, newServer: primaryServer },
      between(primaryServer, iopsServer),
    ),
    example(
      'participating server switch request',
      '-private',
      ' of two',
      { ...ofTwo, newServer: primaryServer },
      between(primaryServer, iopsServer),
    ),
    example(
      'participating server switch response',
      '-accepted',
      ', accepted',
      { mcServiceId: user, result: 'accepted', controllingServer },
      iopsToPrimary,
    ),
    example(
      'participating server switch response',
      '-emergency',
      ' of an emergency communication',
      { mcServiceId: user, result: 'accepted', controllingServer, ...inEmergency },
      iopsToPrimary,
    ),
    example(
      'participating server switch response',
      '-refused',
      ', refused',
      { mcServiceId: user, result: 'refused' },
      iopsToPrimary,
    ),
    example(
      'participating server switch notification',
      '',
      '',
      { ...ofGroup, newServer: primaryServer },
      between(iopsServer, controllingServer),
    ),
    example('group call join request', '-from-client', ' from the client', ofGroup, fromClient),
    example(
      'group call join request',
      '-between-servers',
      ' between servers',
      ofGroup,
      between(primaryServer, controllingServer),
    ),
    example(
      'group call join request',
      '-emergency-from-client',
      ' of an emergency communication from the client',
      { ...ofGroup, ...inEmergency },
      fromClient,
    ),
    example(
      'group call join request',
      '-emergency-between-servers',
      ' of an emergency communication between servers',
      { ...ofGroup, ...inEmergency },
      between(primaryServer, controllingServer),
    ),
    example('group call join response', '-accepted', ', accepted', { result: 'accepted' }, toClient, joined),
    example('group call join response', '-refused', ', refused', { result: 'refused' }, toClient, {
      ...joined,
      refusal: groupRefusals.notMember,
    }),
    example('group call leave request', '', '', {}, fromClient),
    example('group call leave response', '', '', {}, toClient),
  ]
}
