import type { SipMessage } from './message.ts'
export declare function readMessage(octets: Uint8Array): SipMessage
