import { emergencyCommunication } from '../vocabulary/conditions.ts'
import { groupCommunication, privateCommunication } from './values.ts'

export const groupCommunications = {
  mcptt: {
    title: 'MCPTT group call',
    without: [privateCommunication],
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
    title: 'MCVideo group and private calls',
    why: 'transmission control of MCVideo is read and written message by message, and not played as a whole',
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
}
