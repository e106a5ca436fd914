import type { Span } from '#wire/sip'

/** What stands at a place, and so which kinds of edits make sense there. */
export type PlaceType =
  | 'message'
  | 'method'
  | 'version'
  | 'header-line'
  | 'header-name'
  | 'header-value'
  | 'end-of-head'
  | 'via'
  | 'address'
  | 'display-name'
  | 'uri'
  | 'user'
  | 'host'
  | 'port'
  | 'token'
  | 'word'
  | 'integer'
  | 'content-length'
  | 'date'
  | 'credentials'
  | 'parameter'
  | 'quoted'
  | 'media-type'
  | 'boundary'
  | 'body'
  | 'part'
  | 'part-header'
  | 'delimiter'
  | 'document'
  | 'element'
  | 'element-name'
  | 'attribute'
  | 'text'
  | 'uri-text'
  | 'domain-text'
  | 'integer-text'
  | 'token-text'
  | 'boolean-text'
  | 'sdp-line'
  | 'sdp-value'

/** A part of a message that can be changed, with its octets. */
export interface Place {
  readonly path: string
  readonly type: PlaceType
  /** Its value. */
  readonly span: Span
  /** What is taken away with it: the line of a header field, the semicolon of a parameter, both tags of an element. */
  readonly whole: Span
  /** Of a number: the smallest and the greatest that are legal. */
  readonly limits?: readonly [least: number, most: number]
}
