import { isReadInto, lureWords } from '../lure.ts'
import { complaint, type Oracle } from '../oracle.ts'

/** RFC 7303 10, RFC 8725 3.10: what a message of somebody else names is neither fetched nor read into what is sent. */
export const lures: Oracle = ({ observation: { fetched, finals, legs } }) => [
  ...(fetched
    ? [complaint('lure', 'RFC 7303 10', 'security', 'a page is fetched that the message names', 'nothing', 'a request')]
    : []),
  ...(finals.some(({ octets }) => isReadInto(octets)) || legs.some(({ message }) => isReadInto(message.octets))
    ? [complaint('lure', 'RFC 7303 10', 'security', 'a file is read that the message names', 'nothing', lureWords)]
    : []),
]
