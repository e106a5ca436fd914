import { emergencyCommunication } from '../vocabulary/conditions.ts'
import { groupCommunication, privateCommunication, underFloorControl } from './values.ts'

export const groupCommunications = {
  mcptt: {
    title: 'MCPTT group call',
    without: [privateCommunication],
    always: [groupCommunication],
    sometimes: [emergencyCommunication],
  },
  mcvideo: {
    title: 'signalling of an MCVideo group call',
    without: [privateCommunication, underFloorControl],
    always: [groupCommunication],
    sometimes: [emergencyCommunication],
  },
}
/** What the procedure has, and is not played. */
export const unplayedCommunications = {
  secured: {
    title: 'communications whose media is secured (SRTP, TS 33.180)',
    why: 'payloads and floor control are read in the clear; secured media is offered and recognised, and nothing of it is judged',
  },
  mcvideo: {
    title: 'media and transmission control of MCVideo group and private calls',
    why: 'of TS 24.581 the messages and their fields are known, and neither its state machines and timers nor which fields a message must have: the signalling alone is played',
  },
  mcdata: { title: 'MCData sessions', why: 'there is no continuous media whose pause could be measured' },
}
export const privateCommunications = {
  mcptt: {
    title: 'MCPTT private call',
    without: [groupCommunication],
    always: [privateCommunication],
    sometimes: [emergencyCommunication],
  },
  mcvideo: {
    title: 'signalling of an MCVideo private call',
    without: [groupCommunication, underFloorControl],
    always: [privateCommunication],
    sometimes: [emergencyCommunication],
  },
}
