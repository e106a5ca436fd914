import { conditions, values } from '#flow'

/** Of the ongoing communication in the IOPS MC system, and the servers that each side names to the other. */
export const { otherUser, formerServer, newServer, controllingServer, secondServer } = values({
  otherUser: 'mcServiceId',
  formerServer: 'serverId',
  newServer: 'serverId',
  controllingServer: 'serverId',
  secondServer: 'serverId',
})

export const { groupCommunication, privateCommunication, underFloorControl } = conditions({
  groupCommunication: 'the ongoing communication is a group communication',
  privateCommunication: 'the ongoing communication is a private communication',
  underFloorControl: 'who may talk is decided by floor control',
})

/** Given where the communication is an emergency one (TS 23.379 10.6.2.6.1, 10.7.2.4). */
export const { emergencyIndicator } = values({ emergencyIndicator: 'indication' })
