import type { HeaderField, SipMessage } from './message.ts'
export declare function header(message: SipMessage, name: string): string | undefined
export declare function headers(message: SipMessage, name: string): readonly string[]
export declare function headerField(message: SipMessage, name: string): HeaderField | undefined
