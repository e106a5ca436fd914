import { groupCommunication, privateCommunication } from './values.ts'

export const groupCommunications = {
  mcptt: { title: 'MCPTT group call', without: [privateCommunication], always: [groupCommunication] },
}
export const privateCommunications = {
  mcptt: { title: 'MCPTT private call', without: [groupCommunication], always: [privateCommunication] },
}
