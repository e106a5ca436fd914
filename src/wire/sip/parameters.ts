import type { Parameter } from './message.ts'
/** Reads `;a=b;c`, with or without the first semicolon. */
export declare function readParameters(text: string): readonly Parameter[]
/** The value of the first parameter of that name (any letter case): `''` when it came without a value, `undefined` when absent. */
export declare function parameter(parameters: readonly Parameter[], name: string): string | undefined
