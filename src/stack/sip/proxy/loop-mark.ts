import { createHash } from 'node:crypto'
import { header, headers, type SipMessage } from '#wire/sip'
import { readTag } from '../tag.ts'

/**
 * The second part of a branch (RFC 3261 16.6 step 8, RFC 5393 4.2.1): the same when the request comes again with nothing changed that routes it. The
 * method is no part of it, so that a CANCEL and an ACK have the mark of their INVITE.
 */
export function loopMark(request: SipMessage): string {
  const uri = request.startLine.kind === 'request' ? request.startLine.requestUri : ''
  const fields = [
    uri,
    readTag(header(request, 'to')),
    readTag(header(request, 'from')),
    header(request, 'call-id'),
    (header(request, 'cseq') ?? '').split(/\s/, 1)[0],
    ...['route', 'proxy-require', 'proxy-authorization'].map((name) => headers(request, name).join(',')),
  ]
  return createHash('sha256').update(fields.join('\n')).digest('hex').slice(0, 16)
}
