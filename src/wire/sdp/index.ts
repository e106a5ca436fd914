export { attributes, formatParameters, linesOf, type Sdp, type SdpDiagnostic, type SdpLine } from './sdp.ts'
export { readSdp } from './read-sdp.ts'
export { rewriteSdp, type SdpEdit } from './rewrite-sdp.ts'
export { codecsOf, mediaOf, type SdpMedia } from './media.ts'
