import type { HttpRequest, HttpResponse } from '#wire/http'
import type { SipMessage } from '#wire/sip'
import type { Source } from '#verdict'
import type { ProfileValues } from './profile-values.ts'
import type { Refusal } from './refusal.ts'
import type { Service } from './service.ts'

/** The information elements of a stage-2 message by key. An absent key is an absent element. */
export type IeValues = Readonly<Record<string, string>>

/** Octets `start` up to, not including, `end` of a SIP message. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Who speaks to whom. All addresses are URIs, without angle brackets. */
export interface Parties {
  /** SIP URI (public service identity) of the sender. */
  readonly from: string
  /** SIP URI of the receiver, and so the Request-URI. */
  readonly to: string
  /** Public user identity of the client, where a client speaks. */
  readonly user?: string
  /** Contact URI of the client; without it `user`, else `from` stands in. */
  readonly contact?: string
  /** MC service client identity (`mcptt-client-id`), normally a `urn:uuid:`. Left out of the message when absent. */
  readonly clientId?: string
  /** Call-ID of the request that a 'migration response' or a 'private call redirection' answers. */
  readonly inReplyTo?: string
  /** Which leg of a private call it is, where a message has several looks: between servers unless said. */
  readonly leg?: 'from-client' | 'between-servers' | 'to-client'
  /** Where the sender receives media; without it an address is made of its Contact, and nothing is received there. */
  readonly media?: Media
  /** The request that is answered, where an SDP answer is to fit its offer (RFC 3264 6). */
  readonly answered?: SipMessage
  /** When it is sent, seconds since 1970, for messages that say so. */
  readonly sentAt?: number
  /** Host name of the sender, the warn-agent of a Warning header field. */
  readonly host: string
}

/** Address and UDP ports of a media session. */
export interface Media {
  /** IPv4 or IPv6 address, or a host name. */
  readonly address: string
  readonly audioPort: number
  /** Port of floor control, in MCVideo of transmission control. */
  readonly floorPort: number
  /** Port of video, in MCVideo; without it the discard port 9. */
  readonly videoPort?: number
}

/** What a SIP stack needs beside Via, Call-ID, tags, CSeq, Max-Forwards and Content-Length to send a request. */
export interface WireRequest {
  readonly method: string
  readonly requestUri: string
  /** URI of the From header field, without brackets and tag. */
  readonly from: string
  /** URI of the To header field, without brackets and tag. */
  readonly to: string
  /** In the order they are to be written; Content-Type is among them when there is a body. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array
}

/** What a SIP stack needs to send a final response to a request it holds. */
export interface WireResponse {
  readonly status: number
  readonly reason: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array
}

/** Something in a received message that is not as required. */
export interface Problem {
  /** Header field, body part or element: `Event`, `body`, `mcptt-info`, `migration-auth-result`. */
  readonly field: string
  /** The requirement as a sentence. */
  readonly requirement: string
  readonly source: Source
  /** Everything that would have been acceptable. */
  readonly expected: readonly string[]
  readonly actual: string
  /** Octets in the SIP message. */
  readonly span?: Span
}

/** What was found in a received message. A mandatory element that is absent is no problem here: the flow judges that. */
export interface Decoded {
  /** Name of the stage-2 message. */
  readonly name: string
  readonly ies: IeValues
  readonly problems: readonly Problem[]
  /** Information element to the octets of the SIP message it was read from; none for what is implied. */
  readonly spans: Readonly<Record<string, Span>>
}

/** A received request that is none of the messages of the profile. */
export interface Unrecognised {
  /** Why, as a sentence. */
  readonly unrecognised: string
  readonly problems: readonly Problem[]
}

/** How one information element is carried. */
export interface Mapping {
  readonly ie: string
  /** Status of the stage-2 table: mandatory, conditional, optional. */
  readonly status: 'M' | 'C' | 'O'
  /** Element, header field or status line that carries it. */
  readonly carriedIn: string
  readonly meaning: string
  readonly source: Source
}

/** One rule about the message on the wire, as printed in the bindings document. */
export interface WireRule {
  readonly field: string
  readonly requirement: string
  readonly source: Source
  /** Everything that would be acceptable. */
  readonly expected: readonly string[]
}

/** One line of a message, as the sender writes it. */
export interface WireField {
  /** `Request-URI`, a header field, or `body`. */
  readonly name: string
  readonly value: string
  readonly source: Source
}

interface BindingDescription {
  /** Name of the stage-2 message. */
  readonly message: string
  readonly source: Source
  /** One line for people: `PUBLISH with Event poc-settings`. */
  readonly summary: string
  /** When it is sent, by whom, to whom. */
  readonly when: string
  /** What the sender writes, beside what every SIP message has (RFC 3261 8.1.1). */
  fields(values: ProfileValues): readonly WireField[]
  mappings(values: ProfileValues): readonly Mapping[]
  /** What a message is judged by when it is read. */
  rules(values: ProfileValues): readonly WireRule[]
}

/** A stage-2 message that travels as a SIP request. */
export interface RequestBinding extends BindingDescription {
  readonly carrier: 'request'
  readonly method: string
  /**
   * Name of the message in whose dialog (BYE) or pending transaction (CANCEL) it travels. Its sender takes Request-URI,
   * From, To and Call-ID from there and ignores those of `encode`.
   */
  readonly within?: string
  /** Elements that a client says by who it is, so that it cannot leave them out. */
  readonly impliedByClient?: readonly string[]
  /** Whether a request is meant as this message. Never throws. */
  recognises(message: SipMessage, values: ProfileValues): boolean
  /** Why a request is not meant as this message, as a sentence; `undefined` when it is. Never throws. */
  mismatch(message: SipMessage, values: ProfileValues): string | undefined
  /** Total: writes any strings, leaves out what is absent, mandatory or not. */
  encode(ies: IeValues, parties: Parties, values: ProfileValues): WireRequest
  /** Never throws; returns what was found. */
  decode(message: SipMessage, values: ProfileValues): Decoded
}

/** A stage-2 message that travels as the final response to the SIP request of another. */
export interface ResponseBinding extends BindingDescription {
  readonly carrier: 'response'
  /** Name of the stage-2 message that it answers. */
  readonly answers: string
  /** Elements that a reader takes from the status code or the request where the response leaves them out. */
  readonly implied: readonly string[]
  /** Whether a response is this message, by its status: several messages may answer one request. Never throws. */
  recognises(message: SipMessage, values: ProfileValues): boolean
  /** `request` holds the elements of the message answered; `refusal` is how it is refused, where it is. */
  encode(ies: IeValues, parties: Parties, values: ProfileValues, request: IeValues, refusal?: Refusal): WireResponse
  /**
   * `request` holds the elements of the message answered: what a response does not repeat is implied by it. `answered`
   * is that message itself, where an SDP answer is to be judged by its offer.
   */
  decode(message: SipMessage, values: ProfileValues, request: IeValues, answered?: SipMessage): Decoded
}

/** A stage-2 message that travels as an HTTP request. */
export interface HttpRequestBinding extends BindingDescription {
  readonly carrier: 'http-request'
  /** Whether a request is meant as this message, by its path. Never throws. */
  recognises(request: HttpRequest, values: ProfileValues): boolean
  /** Total: writes any strings, leaves out what is absent, mandatory or not. Host is not among the header fields. */
  encode(ies: IeValues, values: ProfileValues): HttpRequest
  /** Never throws; returns what was found. */
  decode(request: HttpRequest, values: ProfileValues): Decoded
}

/** A stage-2 message that travels as the response to the HTTP request of another. */
export interface HttpResponseBinding extends BindingDescription {
  readonly carrier: 'http-response'
  /** Name of the stage-2 message that it answers. */
  readonly answers: string
  /** Elements that a reader takes from the status code where the response leaves them out. */
  readonly implied: readonly string[]
  encode(ies: IeValues, values: ProfileValues, request: IeValues, refusal?: HttpRefusal): HttpResponse
  decode(response: HttpResponse, values: ProfileValues): Decoded
}

/** How an HTTP request is refused. */
interface HttpRefusal {
  readonly status: number
  readonly reason: string
}

/** A stage-2 message that has no octets of its own: another message says it too. */
export interface ImpliedBinding extends BindingDescription {
  readonly carrier: 'implied'
  /** Name of the stage-2 message that says it. */
  readonly by: string
}

export type Binding = RequestBinding | ResponseBinding | HttpRequestBinding | HttpResponseBinding | ImpliedBinding

/** The two ways TS 24.379 clause 7.1 leaves a client for service authorization. Calls look the same in both. */
export type Alternative = 'publish' | 'register'

/** A release: how every message looks on the wire. */
export interface Profile {
  readonly name: 'rel-18' | 'rel-18-moved'
  readonly title: string
  /** What it has that the others have otherwise, as a sentence. */
  readonly choice: string
  readonly bindings: Readonly<Record<Service, Readonly<Record<Alternative, readonly Binding[]>>>>
  /** Those of MCPTT; `valuesOf` gives those of every service. */
  readonly values: ProfileValues
}
