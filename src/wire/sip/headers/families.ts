import type { Family, HeaderFamily } from '../header-family.ts'
import { acceptRanges } from './accept-coding.ts'
import { addresses, oneAddress } from './address-fields.ts'
import { answerMode } from './answer-mode.ts'
import { callId, inReplyTo } from './call-id.ts'
import { acceptContact, rejectContact, requestDisposition } from './caller-preference.ts'
import { contact } from './contact.ts'
import { contentDisposition } from './content-disposition.ts'
import { contentLength } from './content-length.ts'
import { authenticationInfo, challenge, credentials } from './credentials.ts'
import { cseq } from './cseq.ts'
import { date } from './date.ts'
import { join, replaces, targetDialog } from './dialog-identifier.ts'
import { event, infoPackage, receivedInfo, subscriptionState } from './event.ts'
import { geolocationError } from './geolocation.ts'
import { historyInfo } from './history-info.ts'
import { maxForwards } from './max-forwards.ts'
import { accept, contentType } from './media-type.ts'
import {
  accessNetworkInfo,
  chargingFunctionAddresses,
  chargingVector,
  visitedNetworkId,
} from './network-information.ts'
import { privacy } from './privacy.ts'
import { products } from './product.ts'
import { rack, rseq } from './rack.ts'
import { reason } from './reason.ts'
import { resourcePriority } from './resource-priority.ts'
import { retryAfter, seconds } from './seconds.ts'
import { securityMechanisms } from './security-mechanism.ts'
import { serviceIdentifiers } from './service-identifier.ts'
import { sessionId } from './session-id.ts'
import { minimalSessionExpires, sessionExpires } from './session-timer.ts'
import { text } from './text.ts'
import { mimeVersion, timestamp } from './timestamp.ts'
import { token, tokens } from './token-list.ts'
import { via } from './via.ts'
import { warning } from './warning.ts'
import { eitherWord } from './yes-or-no.ts'

/** Header fields by their name as defined (RFC 3261 20 and its extensions), each with its reader and its writer. */
export const families = {
  Accept: accept,
  'Accept-Contact': acceptContact,
  'Accept-Encoding': acceptRanges('RFC 3261 20.2'),
  'Accept-Language': acceptRanges('RFC 3261 20.3'),
  'Accept-Resource-Priority': resourcePriority('RFC 4412 3.2', true),
  'Alert-Info': addresses('RFC 3261 20.4'),
  Allow: tokens('RFC 3261 20.5', true),
  'Allow-Events': tokens('RFC 6665 8.2.2'),
  'Answer-Mode': answerMode(),
  'Authentication-Info': authenticationInfo,
  Authorization: credentials('RFC 3261 20.7'),
  'Call-ID': callId,
  'Call-Info': addresses('RFC 3261 20.9'),
  Contact: contact,
  'Content-Disposition': contentDisposition,
  'Content-Encoding': tokens('RFC 3261 20.12'),
  'Content-Language': tokens('RFC 3261 20.13'),
  'Content-Length': contentLength,
  'Content-Type': contentType,
  CSeq: cseq,
  Date: date,
  'Error-Info': addresses('RFC 3261 20.18'),
  Event: event,
  Expires: seconds('RFC 3261 20.19'),
  'Flow-Timer': seconds('RFC 5626 10', 'flow-timer-out-of-range'),
  From: oneAddress('RFC 3261 20.20'),
  Geolocation: addresses('RFC 6442 4.1'),
  'Geolocation-Error': geolocationError,
  'Geolocation-Routing': eitherWord('RFC 6442 4.2', 'geolocation-routing-malformed', 'yes', 'no'),
  'History-Info': historyInfo,
  'In-Reply-To': inReplyTo,
  'Info-Package': infoPackage,
  Join: join,
  'Max-Forwards': maxForwards,
  'MIME-Version': mimeVersion,
  'Min-Expires': seconds('RFC 3261 20.23'),
  'Min-SE': minimalSessionExpires,
  Organization: text('RFC 3261 20.25'),
  'P-Access-Network-Info': accessNetworkInfo,
  'P-Asserted-Identity': addresses('RFC 3325 9.1'),
  'P-Asserted-Service': serviceIdentifiers('RFC 6050 4.1'),
  'P-Associated-URI': addresses('RFC 7315 5.1', true),
  'P-Called-Party-ID': oneAddress('RFC 7315 5.2'),
  'P-Charging-Function-Addresses': chargingFunctionAddresses,
  'P-Charging-Vector': chargingVector,
  'P-Early-Media': tokens('RFC 5009 8', true),
  'P-Preferred-Identity': addresses('RFC 3325 9.2'),
  'P-Preferred-Service': serviceIdentifiers('RFC 6050 4.2'),
  'P-Profile-Key': oneAddress('RFC 5002 5'),
  'P-Served-User': oneAddress('RFC 5502 6'),
  'P-User-Database': oneAddress('RFC 4457 4'),
  'P-Visited-Network-ID': visitedNetworkId,
  Path: addresses('RFC 3327 4'),
  Priority: token('RFC 3261 20.26', 'priority-malformed'),
  'Priv-Answer-Mode': answerMode(),
  Privacy: privacy,
  'Proxy-Authenticate': challenge('RFC 3261 20.27'),
  'Proxy-Authorization': credentials('RFC 3261 20.28'),
  'Proxy-Require': tokens('RFC 3261 20.29'),
  RAck: rack,
  Reason: reason,
  'Record-Route': addresses('RFC 3261 20.30'),
  'Recv-Info': receivedInfo,
  'Refer-Sub': eitherWord('RFC 4488 4', 'refer-sub-malformed', 'true', 'false'),
  'Refer-To': oneAddress('RFC 3515 2.1'),
  'Referred-By': oneAddress('RFC 3892 3'),
  'Reject-Contact': rejectContact,
  Replaces: replaces,
  'Reply-To': oneAddress('RFC 3261 20.31'),
  'Request-Disposition': requestDisposition,
  Require: tokens('RFC 3261 20.32'),
  'Resource-Priority': resourcePriority('RFC 4412 3.1'),
  'Retry-After': retryAfter,
  Route: addresses('RFC 3261 20.34'),
  RSeq: rseq,
  'Security-Client': securityMechanisms(),
  'Security-Server': securityMechanisms(),
  'Security-Verify': securityMechanisms(),
  Server: products('RFC 3261 20.35'),
  'Service-Route': addresses('RFC 3608 5'),
  'Session-Expires': sessionExpires,
  'Session-ID': sessionId,
  'SIP-ETag': token('RFC 3903 11.3.1', 'sip-etag-malformed'),
  'SIP-If-Match': token('RFC 3903 11.3.2', 'sip-if-match-malformed'),
  Subject: text('RFC 3261 20.36'),
  'Subscription-State': subscriptionState,
  Supported: tokens('RFC 3261 20.37', true),
  'Target-Dialog': targetDialog,
  Timestamp: timestamp,
  To: oneAddress('RFC 3261 20.39'),
  Unsupported: tokens('RFC 3261 20.40'),
  'User-Agent': products('RFC 3261 20.41'),
  Via: via,
  Warning: warning,
  'WWW-Authenticate': challenge('RFC 3261 20.44'),
} satisfies Record<string, Family>

/** A header field with a typed reader, by its name as defined. */
export type HeaderName = keyof typeof families

/** One value of a header field, read. */
export type HeaderValue<N extends HeaderName> =
  (typeof families)[N] extends Family<infer R, infer T> ? Given<R, T> : never
// What a reading also knows (tag, branch, a parameter by its name) is given out with the value when there is no view.
type Given<R, T> = R extends T ? R : T

// One after the other with the same keys in the same order: objects alike are faster to go through.
const named = Object.entries<Family>(families).map(
  (
    [name, { clause, single, list, mayBeEmpty, cuts, malformed, value, plain, view, together, write }],
    index,
  ): HeaderFamily => ({
    name,
    index,
    clause,
    single,
    list,
    mayBeEmpty,
    cuts,
    malformed,
    value,
    plain,
    view,
    together,
    write,
  }),
)

/** All families by their name in lower case. */
export const familiesByName: ReadonlyMap<string, HeaderFamily> = new Map(
  named.map((family) => [family.name.toLowerCase(), family]),
)
