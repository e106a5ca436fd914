import { error, quoted, type Rule } from './rule.ts'
import { isWellFormedVersion, type StartLineReading } from './start-line.ts'
import { readUri } from './uri.ts'

const unreadable = error('start-line-unreadable', 'RFC 3261 7')
const version = error('version-not-supported', 'RFC 3261 7.1')
const malformedVersion = error('version-malformed', 'RFC 3261 25.1')
const whiteSpace = error('start-line-white-space', 'RFC 3261 7.1')
const badUri = error('request-uri-malformed', 'RFC 3261 19.1.1')
const uriHeaders = error('request-uri-with-headers', 'RFC 3261 19.1.1')
const statusRange = error('status-out-of-range', 'RFC 3261 7.2')

/** Judges Request-Line and Status-Line (RFC 3261 7.1, 7.2). */
export function judgeStartLine(
  reading: StartLineReading,
  start: number,
  reportAt: (rule: Rule, offset: number, text: string) => void,
): void {
  const { startLine } = reading
  const report = (rule: Rule, text: string): void => reportAt(rule, start, text)
  if (startLine.kind === 'unreadable') {
    report(unreadable, `expected METHOD URI SIP/2.0 or SIP/2.0 CODE REASON, came ${quoted(startLine.text)}`)
    return
  }
  if (!isWellFormedVersion(reading.version))
    report(malformedVersion, `expected SIP/2.0, came ${quoted(reading.version)}`)
  else if (reading.version.toUpperCase() !== 'SIP/2.0')
    report(version, `expected SIP/2.0, came ${quoted(reading.version)}`)
  if (reading.strayWhiteSpace) report(whiteSpace, 'expected single spaces between its three parts and none around them')
  if (startLine.kind === 'response') {
    if (startLine.status < 100 || startLine.status > 699)
      report(statusRange, `expected 100 to 699, came ${startLine.status}`)
    return
  }
  const uri = readUri(startLine.requestUri)
  if (uri === undefined)
    report(badUri, `expected a URI without white space or brackets, came ${quoted(startLine.requestUri)}`)
  else if (uri.headers.length > 0) report(uriHeaders, `expected no headers in it, came ${quoted(startLine.requestUri)}`)
}
