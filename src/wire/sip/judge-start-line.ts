import type { Span } from './message.ts'
import { error, quoted, type Rule } from './rule.ts'
import type { MessageReading } from './message-reading.ts'
import { isWellFormedVersion } from './start-line.ts'
import { readUri } from './uri.ts'
import { scanUri } from './uri-scan.ts'

const unreadable = error('start-line-unreadable', 'RFC 3261 7')
const notSupported = error('version-not-supported', 'RFC 3261 7.1')
const malformedVersion = error('version-malformed', 'RFC 3261 25.1')
const whiteSpace = error('start-line-white-space', 'RFC 3261 7.1')
const badUri = error('request-uri-malformed', 'RFC 3261 19.1.1')
const uriHeaders = error('request-uri-with-headers', 'RFC 3261 19.1.1')
const statusRange = error('status-out-of-range', 'RFC 3261 7.2')

/** Judges Request-Line and Status-Line (RFC 3261 7.1, 7.2). */
export function judgeStartLine(
  message: MessageReading,
  reportAt: (rule: Rule, offset: number, text: string) => void,
): void {
  const { start: reading, startSpan, startLine } = message
  const report = (rule: Rule, text: string, at = 0): void => reportAt(rule, startSpan.start + at, text)
  if (startLine.kind === 'unreadable') {
    report(unreadable, `expected METHOD URI SIP/2.0 or SIP/2.0 CODE REASON, came ${quoted(startLine.text)}`)
    return
  }
  if (reading.version !== 'SIP/2.0')
    judgeVersion(
      reading.version,
      startLine.kind === 'request' ? startSpan.end - reading.version.length - startSpan.start : 0,
      report,
    )
  if (reading.strayWhiteSpace)
    report(
      whiteSpace,
      'expected single spaces between its three parts and none around them',
      strayWhiteSpace(message.source.octets, startSpan) - startSpan.start,
    )
  if (startLine.kind === 'response') {
    if (startLine.status < 100 || startLine.status > 699)
      report(statusRange, `expected 100 to 699, came ${startLine.status}`, reading.version.length + 1)
    return
  }
  const { requestUri } = startLine
  const { octets } = message.source
  const start = startSpan.start + startLine.method.length + 1
  const end = start + requestUri.length
  // Stray white space moves the URI: then its text is read, for whose place the line stands.
  const stop = reading.strayWhiteSpace ? 0 : scanUri(octets, start, end)
  const good = reading.strayWhiteSpace ? readUri(requestUri) !== undefined : stop === end
  const at = reading.strayWhiteSpace ? 0 : start - startSpan.start
  if (!good) {
    // The very octet that can be no part of it, where it is known.
    const wrong = reading.strayWhiteSpace ? 0 : (stop < 0 ? ~stop : stop) - startSpan.start
    report(badUri, `expected a URI without white space or brackets, came ${quoted(requestUri)}`, wrong)
  } else if (requestUri.includes('?') && (readUri(requestUri)?.headers.length ?? 0) > 0)
    report(uriHeaders, `expected no headers in it, came ${quoted(requestUri)}`, at + requestUri.indexOf('?'))
}

/** Where the first white space stands that must not: the second of two, the first of the line or the last. */
function strayWhiteSpace(octets: Buffer, { start, end }: Span): number {
  const isWhite = (at: number): boolean => octets[at] === 0x20 || octets[at] === 9
  if (isWhite(start)) return start
  for (let at = start + 1; at < end; at += 1) {
    if (isWhite(at) && (octets[at] === 9 || isWhite(at - 1) || at === end - 1)) return at
  }
  return start
}

function judgeVersion(version: string, at: number, report: (rule: Rule, text: string, at: number) => void): void {
  if (!isWellFormedVersion(version)) report(malformedVersion, `expected SIP/2.0, came ${quoted(version)}`, at)
  else if (version.toUpperCase() !== 'SIP/2.0') report(notSupported, `expected SIP/2.0, came ${quoted(version)}`, at)
}
