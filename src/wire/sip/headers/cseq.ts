import type { CSeq } from '../message.ts'
export declare function readCSeq(value: string): CSeq | undefined
