import type { MediaType } from '../message.ts'
export declare function readMediaType(value: string): MediaType | undefined
