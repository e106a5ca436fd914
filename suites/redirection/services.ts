import { automatic, session, withFloorControl } from '../vocabulary/conditions.ts'

/** The private calls that are sessions. */
export const privateCalls = {
  mcptt: { title: 'MCPTT private call', without: [] },
  mcvideo: { title: 'MCVideo private call', without: [withFloorControl] },
}

/** TS 23.280 10.16.y.1: an MCPTT private call, an MCVideo private call, or a one-to-one MCData communication. */
export const privateCommunications = {
  ...privateCalls,
  mcdata: { title: 'one-to-one MCData communication', without: [withFloorControl, automatic, session] },
}
