export interface FramerLimits {
  /** Octets of start line and header fields together. */
  readonly maxHead: number
  /** Octets of a body. */
  readonly maxBody: number
}

/** What a stream yields. After `too-large` and `unframeable` the stream cannot be read on: close it. */
export type Framed =
  | { readonly kind: 'message'; readonly octets: Uint8Array }
  | { readonly kind: 'keep-alive' }
  | {
      readonly kind: 'too-large'
      readonly part: 'head' | 'body'
      readonly limit: number
      readonly text: string
      readonly octets: Uint8Array
    }
  | { readonly kind: 'unframeable'; readonly text: string; readonly octets: Uint8Array }

export interface Framer {
  push(chunk: Uint8Array): readonly Framed[]
  /** Octets held back, waiting for the rest of a message. */
  readonly pending: number
}
export declare function createFramer(limits: FramerLimits): Framer
