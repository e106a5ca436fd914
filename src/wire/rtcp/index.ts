export type {
  ApplicationDefined,
  DescriptionChunk,
  DescriptionItem,
  ReceptionReport,
  RtcpDiagnostic,
  RtcpPacket,
} from './rtcp-packet.ts'
export { readRtcp, type PlacedRtcpPacket, type RtcpReading } from './read-rtcp.ts'
export { writeRtcp } from './write-rtcp.ts'
export { judgeCompound, packetNames } from './judge-compound.ts'
