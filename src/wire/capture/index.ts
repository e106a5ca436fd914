export type { Capture, CapturedPacket, CaptureFault, LinkType } from './capture.ts'
export { readCapture } from './read-capture.ts'
export { trafficOf, type Traffic, type TrafficEnd } from './traffic.ts'
