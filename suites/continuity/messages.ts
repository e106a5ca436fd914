import { C, M, message } from '#flow'
import { emergencyCommunication } from '../vocabulary/conditions.ts'
import { communicationContinuity, groupCallJoining } from './specifications.ts'
import { groupCommunication, privateCommunication } from './values.ts'

/** The solution lists its information elements in sentences: what the kind of communication has no use for is left out. */
const communication = {
  mcServiceId: M('mcServiceId', 'The MC service ID of the requesting user'),
  groupId: C('groupId', 'The MC service group ID of the ongoing group communication', groupCommunication),
  otherUser: C(
    'mcServiceId',
    'The MC service ID of the other user of the ongoing private communication',
    privateCommunication,
  ),
} as const

export const CallContinuityRequest = message('call continuity request', communicationContinuity, {
  ...communication,
  formerServer: M('serverId', 'The participating MC service server in the IOPS MC system'),
})

export const CallContinuityResponse = message('call continuity response', communicationContinuity, {
  mcServiceId: M('mcServiceId', 'The MC service ID of the requesting user', { basis: 'default-binding' }),
  result: M('result', 'Whether the request is taken up', { basis: 'default-binding' }),
})

export const SwitchRequest = message('participating server switch request', communicationContinuity, {
  ...communication,
  newServer: M('serverId', 'The participating MC service server in the primary MC system'),
})

const answer = {
  mcServiceId: M('mcServiceId', 'The MC service ID of the requesting user', { basis: 'default-binding' }),
  result: M('result', 'Whether the participating server is switched', { basis: 'default-binding' }),
} as const

export const SwitchResponse = message('participating server switch response', communicationContinuity, {
  ...answer,
  controllingServer: M(
    'serverId',
    'The controlling MC service server of the ongoing communication in the IOPS MC system',
  ),
  emergencyIndicator: C(
    'indication',
    'Of the communication context: that the ongoing communication is an emergency communication',
    emergencyCommunication,
    { basis: 'default-binding' },
  ),
})

/** Who refuses has no controlling server to name. */
export const SwitchRefusal = message('participating server switch response', communicationContinuity, answer)

/** What was received in the switch request is forwarded; the solution gives the message no name. */
export const SwitchNotification = message('participating server switch notification', communicationContinuity, {
  ...communication,
  newServer: M('serverId', 'The participating MC service server in the primary MC system'),
})

export const GroupCallJoinRequest = message('group call join request', groupCallJoining, {
  mcServiceId: M('mcServiceId', 'The MC service user who joins'),
  groupId: M('groupId', 'The MC service group of the group call'),
  emergencyIndicator: C(
    'indication',
    'That the group call is an MCPTT emergency group call (TS 23.379 10.6.2.6.1)',
    emergencyCommunication,
  ),
})

export const GroupCallJoinResponse = message('group call join response', groupCallJoining, {
  result: M('result', 'Whether the MC service user has joined the group call'),
})
