import { MessageReading } from './message-reading.ts'
import type { SipMessage } from './message.ts'

/**
 * Reads one datagram or one framed message (RFC 3261 7). Never throws: what cannot be read is `unreadable` or a diagnostic.
 * The octets are kept, not copied: the caller must not write into them afterwards.
 */
export const readMessage = (octets: Uint8Array): SipMessage => new MessageReading(octets)

/**
 * Reads a body of type message/sipfrag (RFC 3420 2): a message of which any part may be missing from its end or start line on.
 * Its header fields are judged, that some are absent is not.
 */
export const readFragment = (octets: Uint8Array): SipMessage => new MessageReading(octets, true)
