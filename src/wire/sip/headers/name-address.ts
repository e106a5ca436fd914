import type { NameAddress } from '../message.ts'
export declare function readNameAddress(value: string): NameAddress | undefined
