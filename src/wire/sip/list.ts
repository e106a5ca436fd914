export declare function splitList(value: string): readonly string[]
