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

/** What else may be a one-to-one MCData communication (TS 23.282). */
export const unplayedCommunications = {
  'mcdata-session': {
    title: 'one-to-one MCData session',
    why: 'no text was found that says how its SDP offer and its MSRP session look (TS 24.282 media plane)',
  },
  'mcdata-file': {
    title: 'one-to-one MCData file distribution',
    why: 'no text was found that says how a redirection meets the upload to the content server (TS 24.282)',
  },
}
