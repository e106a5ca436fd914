/** Octet offsets into `SipMessage.octets`: `start` is the first octet, `end` the one after the last. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** One header field as it came (RFC 3261 7.3). */
export interface HeaderField {
  /** The field name as it came, compact or long, in its own letters. */
  readonly name: string
  /** Its name in the letters of its definition; `undefined` when nothing is known of it. */
  readonly knownAs: string | undefined
  /** The field value, unfolded (RFC 3261 7.3.1) and trimmed. Octets that are not UTF-8 read as U+FFFD. */
  readonly value: string
  /** The whole field with its line end. */
  readonly span: Span
  /** The trimmed value, folds included. */
  readonly valueSpan: Span
  /** The typed values of the field, read when first asked for; none when nothing is known of a field of that name. */
  readonly values: readonly unknown[]
}

/** Request-Line or Status-Line (RFC 3261 7.1, 7.2). */
export type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly requestUri: string }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly text: string }

/** The status code of a response; 0 of anything else. */
export const statusOf = ({ startLine }: { readonly startLine: StartLine }): number =>
  startLine.kind === 'response' ? startLine.status : 0

/** A rule of the standard that a message breaks (`error`) or bends (`warning`). */
export interface Diagnostic {
  /** Mnemonic of the rule, kebab-case: `content-length-beyond-datagram`. */
  readonly rule: string
  /** Document and clause: `RFC 3261 20.14`. */
  readonly clause: string
  readonly severity: 'error' | 'warning'
  /** Octet offset into the message where the rule is broken. */
  readonly offset: number
  /** What was expected and what came, one line. */
  readonly text: string
}

/** A SIP message with every octet kept as it came. */
export interface SipMessage {
  readonly octets: Uint8Array
  readonly startLine: StartLine
  /** All header fields in order of appearance. */
  readonly headers: readonly HeaderField[]
  readonly body: Uint8Array
  readonly bodySpan: Span
  /** Judged when first asked for: a reader that never asks does not pay. */
  readonly diagnostics: readonly Diagnostic[]
}

/** What `writeMessage` is asked to write. */
export interface SipDraft {
  readonly startLine: Exclude<StartLine, { kind: 'unreadable' }>
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array
}

/** A parameter `;name=value` (RFC 3261 7.3.1). A quoted value is given without its quotes and escapes. */
export interface Parameter {
  readonly name: string
  /** `undefined` when the parameter came without `=`. */
  readonly value: string | undefined
}

/** A SIP or SIPS URI (RFC 3261 19.1.1), or any other by its scheme and opaque part. */
export interface Uri {
  /** Lower case. */
  readonly scheme: string
  /** Everything after `scheme:` as it came. */
  readonly opaque: string
  /** As it came, escapes kept; `undefined` when there is no `@`, or the scheme is not SIP or SIPS. */
  readonly user: string | undefined
  readonly password: string | undefined
  /** As it came, brackets of an IPv6 reference kept; empty when the scheme is not SIP or SIPS. */
  readonly host: string
  readonly port: number | undefined
  readonly parameters: readonly Parameter[]
  readonly headers: readonly Parameter[]
}

/** The value of From, To, Contact, P-Asserted-Identity, Route, ... (RFC 3261 20.10, 25.1 name-addr / addr-spec). */
export interface NameAddress {
  /** Without quotes and escapes; `undefined` when there is none. */
  readonly displayName: string | undefined
  /** The URI as it came, without angle brackets. `*` for a Contact of that form. */
  readonly uri: string
  /** Header parameters (tag, expires, ...), not those of the URI. */
  readonly parameters: readonly Parameter[]
}

/** One value of Via (RFC 3261 20.42). */
export interface Via {
  readonly protocol: string
  readonly version: string
  /** As it came: `UDP`, `TCP`, ... */
  readonly transport: string
  readonly host: string
  readonly port: number | undefined
  readonly parameters: readonly Parameter[]
  readonly branch: string | undefined
  readonly received: string | undefined
  /** `''` when asked for without a value (RFC 3581 3). */
  readonly rport: string | undefined
}

/** CSeq (RFC 3261 20.16). */
export interface CSeq {
  readonly sequence: number
  readonly method: string
}

/** One value of Warning (RFC 3261 20.43). */
export interface Warning {
  readonly code: number
  readonly agent: string
  /** Without quotes and escapes. */
  readonly text: string
}

/** Content-Type, or one value of Accept (RFC 3261 20.15, 20.1). Type and subtype in lower case. */
export interface MediaType {
  readonly type: string
  readonly subtype: string
  readonly parameters: readonly Parameter[]
}
