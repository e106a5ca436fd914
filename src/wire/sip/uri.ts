import type { Uri } from './message.ts'
export declare function readUri(text: string): Uri | undefined
export declare function sameUri(a: string, b: string): boolean
