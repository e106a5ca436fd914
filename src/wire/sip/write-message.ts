import type { SipDraft } from './message.ts'
export declare function writeMessage(draft: SipDraft): Uint8Array
