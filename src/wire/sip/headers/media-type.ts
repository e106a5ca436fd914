import { isToken } from '../grammar.ts'
import { splitList } from '../list.ts'
import type { MediaType } from '../message.ts'
import { judgeParameters, readParameters } from '../parameters.ts'
import { error, type JudgeField, quoted } from '../rule.ts'

/** Reads Content-Type or one value of Accept (RFC 3261 20.15, 20.1). `undefined` when it breaks the grammar. */
export function readMediaType(value: string): MediaType | undefined {
  const semicolon = value.indexOf(';')
  const range = semicolon === -1 ? value : value.slice(0, semicolon)
  const slash = range.indexOf('/')
  const type = range.slice(0, Math.max(slash, 0)).trim().toLowerCase()
  const subtype = range
    .slice(slash + 1)
    .trim()
    .toLowerCase()
  if (!isToken(type) || !isToken(subtype)) return undefined
  return { type, subtype, parameters: semicolon === -1 ? [] : readParameters(value.slice(semicolon)) }
}

const badContentType = error('content-type-malformed', 'RFC 3261 20.15')
const badAccept = error('accept-malformed', 'RFC 3261 20.1')

export const judgeContentType: JudgeField = (field, report) => {
  if (readMediaType(field.value) === undefined)
    report(badContentType, `expected type/subtype, came ${quoted(field.value)}`)
  const semicolon = field.value.indexOf(';')
  if (semicolon !== -1) judgeParameters(field.value.slice(semicolon), 'RFC 3261 20.15', report)
}

export const judgeAccept: JudgeField = (field, report) => {
  for (const value of splitList(field.value)) {
    if (readMediaType(value) === undefined) report(badAccept, `expected type/subtype, came ${quoted(value)}`)
  }
}
