/** Octets `start` up to, not including, `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface PartHeader {
  readonly name: string
  /** Folded lines joined by one space, white space around it taken off. */
  readonly value: string
  readonly span: Span
}

export interface Part {
  readonly headers: readonly PartHeader[]
  readonly body: Uint8Array
  /** From the first header field to the end of the body. */
  readonly span: Span
  readonly bodySpan: Span
}

/** A rule of RFC 2046 or RFC 822 that is broken, and where. */
export interface MultipartDiagnostic {
  readonly rule: 'boundary' | 'delimiter' | 'close-delimiter' | 'line-end' | 'part-header' | 'limit'
  readonly clause: string
  readonly message: string
  readonly span: Span
}

export interface Multipart {
  readonly parts: readonly Part[]
  readonly diagnostics: readonly MultipartDiagnostic[]
}

/** Most parts that are read; what follows is left and said so. */
export const maximalParts = 64
/** Most header fields of one part. */
export const maximalPartHeaders = 64
/** RFC 2046 5.1.1: 1 to 70 characters. */
export const maximalBoundary = 70

/** The value of the first field of that name of a part, in any letter case. */
export const partHeader = (part: Part, name: string): string | undefined =>
  part.headers.find((field) => field.name.toLowerCase() === name.toLowerCase())?.value
