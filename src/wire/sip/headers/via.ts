import type { Via } from '../message.ts'
export declare function readVia(value: string): Via | undefined
