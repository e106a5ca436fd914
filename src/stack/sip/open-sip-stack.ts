import type { SipStack, SipStackOptions } from './stack.ts'
export declare function openSipStack(options: SipStackOptions): Promise<SipStack>
