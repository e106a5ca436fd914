export type { RtpDiagnostic, RtpExtension, RtpPacket } from './rtp-packet.ts'
export { readRtp, type RtpReading } from './read-rtp.ts'
export { writeRtp } from './write-rtp.ts'
