import { endOfQuoted, isToken, readNumber, unquote } from '../grammar.ts'
import { readHost } from '../host.ts'
import { splitList } from '../list.ts'
import type { Warning } from '../message.ts'
import { error, type JudgeField, quoted } from '../rule.ts'

/** Reads one value of Warning (RFC 3261 20.43): split a list first. `undefined` when it breaks the grammar. */
export function readWarning(value: string): Warning | undefined {
  const text = value.trim()
  const code = text.slice(0, 3)
  const quote = text.indexOf('"')
  if (quote === -1 || text[3] !== ' ') return undefined
  const number = readNumber(code, 999)
  const agent = text.slice(4, quote).trim()
  if (number === undefined || (!isToken(agent) && readHost(agent) === undefined)) return undefined
  return endOfQuoted(text, quote) === text.length
    ? { code: number, agent, text: unquote(text.slice(quote)) }
    : undefined
}

const malformed = error('warning-malformed', 'RFC 3261 20.43')

export const judgeWarning: JudgeField = (field, report) => {
  for (const value of splitList(field.value)) {
    if (readWarning(value) === undefined) {
      report(malformed, `expected three digits, an agent and a quoted text, came ${quoted(value)}`)
    }
  }
}
