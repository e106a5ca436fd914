import type { Warning } from '../message.ts'
export declare function readWarning(value: string): Warning | undefined
