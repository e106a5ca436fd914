import { isToken } from '../grammar.ts'
import { splitList } from '../list.ts'
import type { NameAddress } from '../message.ts'
import { judgeParameters, parameter, readParameters } from '../parameters.ts'
import { error, type JudgeField, quoted, type Report, warning } from '../rule.ts'
import { readUri } from '../uri.ts'
import { readAddressParts } from './name-address.ts'
import { isFrom2543 } from './via.ts'

const malformed = error('name-address-malformed', 'RFC 3261 20.10')
const badUri = error('address-uri-malformed', 'RFC 3261 19.1.1')
const needsBrackets = error('address-needs-angle-brackets', 'RFC 3261 20.10')
const badDisplayName = error('display-name-malformed', 'RFC 3261 25.1')

/** Judges one name-addr or addr-spec; gives it back when it can be read. */
export function judgeAddress(value: string, report: Report): NameAddress | undefined {
  const parts = readAddressParts(value)
  if (parts === undefined) {
    report(malformed, `expected "name" <uri>;parameters, every quote and bracket closed, came ${quoted(value)}`)
    return undefined
  }
  const { displayName, uri, bracketed, rest } = parts
  if (readUri(uri) === undefined) report(badUri, `expected a URI, came ${quoted(uri)}`)
  // "If the URI contains a comma, question mark or semicolon, it MUST be enclosed in angle brackets."
  if (!bracketed && (uri.includes('?') || uri.includes(',')))
    report(needsBrackets, `expected <...>, came ${quoted(uri)}`)
  const isQuoted = value.trimStart().startsWith('"')
  if (
    displayName !== undefined &&
    !isQuoted &&
    !displayName.split(/[ \t]/).every((word) => word === '' || isToken(word))
  ) {
    report(badDisplayName, `expected tokens or a quoted string, came ${quoted(displayName)}`)
  }
  judgeParameters(rest, 'RFC 3261 20.10', report)
  return { displayName, uri, parameters: readParameters(rest) }
}

/** From (RFC 3261 20.20) and To (20.39): one address. */
export const judgeOneAddress: JudgeField = (field, report) => {
  judgeAddress(field.value, report)
}

const noTag = error('from-without-tag', 'RFC 3261 8.1.1.3')
const noTagFrom2543 = warning('from-without-tag', 'RFC 3261 8.1.1.3')

export const judgeFrom: JudgeField = (field, report, message) => {
  const address = judgeAddress(field.value, report)
  if (address === undefined || parameter(address.parameters, 'tag') !== undefined) return
  report(isFrom2543(message) ? noTagFrom2543 : noTag, 'expected a tag parameter')
}

/** Route, Record-Route, P-Asserted-Identity, ...: a list of addresses. */
export const judgeAddressList: JudgeField = (field, report) => {
  for (const value of splitList(field.value)) judgeAddress(value, report)
}
