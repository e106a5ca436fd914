import { formatParameters, type Sdp, type SdpMedia } from '#wire/sdp'

const format = 'MCPTT'

/** Whether a medium is the floor control channel of MCPTT (TS 24.380 4.3.1). */
export const isFloorControl = ({ type, formats }: SdpMedia): boolean =>
  type === 'application' && formats.includes(format)

/** Parameters of `a=fmtp:MCPTT` (TS 24.380 12.1): none where there is no such line. */
export const floorParameters = (sdp: Sdp, { index }: SdpMedia): ReadonlyMap<string, string> =>
  formatParameters(sdp, index, format) ?? new Map()
