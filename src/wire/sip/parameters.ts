import { isIPv6 } from 'node:net'
import { endOfQuoted, isToken, splitOutside, unquote } from './grammar.ts'
import { readHost } from './host.ts'
import type { Parameter } from './message.ts'
import { error, quoted, type Report } from './rule.ts'

/** Reads `;a=b;c`, with or without the first semicolon (RFC 3261 7.3.1). Empty parameters are left out. */
export function readParameters(text: string): readonly Parameter[] {
  if (text === '') return []
  const parameters: Parameter[] = []
  for (const part of splitOutside(text, ';')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    parameters.push(
      equals === -1
        ? { name: part, value: undefined }
        : { name: part.slice(0, equals).trim(), value: unquote(part.slice(equals + 1).trim()) },
    )
  }
  return parameters
}

/** The value of the first parameter of that name (any letter case): `''` when it came without a value, `undefined` when absent. */
export function parameter(parameters: readonly Parameter[], name: string): string | undefined {
  const wanted = name.toLowerCase()
  for (const candidate of parameters) {
    if (candidate.name === name || candidate.name.toLowerCase() === wanted) return candidate.value ?? ''
  }
  return undefined
}

/** Judges the parameters of a header field: none empty, names tokens, values tokens, hosts or quoted strings (RFC 3261 25.1). */
export function judgeParameters(text: string, clause: string, report: Report): void {
  for (const part of splitOutside(text, ';').slice(1)) {
    const equals = part.indexOf('=')
    const name = equals === -1 ? part : part.slice(0, equals).trimEnd()
    const value = equals === -1 ? undefined : part.slice(equals + 1).trimStart()
    if (part === '') report(error('parameter-empty', clause), 'expected a parameter between semicolons')
    else if (!isToken(name)) report(error('parameter-name-malformed', clause), `expected a token, came ${quoted(name)}`)
    else if (value !== undefined && !isParameterValue(value)) {
      report(
        error('parameter-value-malformed', clause),
        `expected a token, host or quoted string, came ${quoted(value)}`,
      )
    }
  }
}

function isParameterValue(value: string): boolean {
  if (value.startsWith('"')) return endOfQuoted(value, 0) === value.length
  return isToken(value) || readHost(value) !== undefined || isIPv6(value)
}
