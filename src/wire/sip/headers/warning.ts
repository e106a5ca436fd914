import { isToken, unfolded, unquote } from '../grammar.ts'
import { readHost } from '../host.ts'
import { ended, many, type ReadValue, refused } from '../header-family.ts'
import type { Warning } from '../message.ts'
import { writeQuoted } from '../parameters.ts'
import { error } from '../rule.ts'
import { endOfQuotedIn, endOfToken, skipWhite, sourceOf, trimEnd, octetAt } from '../source.ts'
import { numberIn } from './number.ts'

const malformed = error('warning-malformed', 'RFC 3261 20.43')

// warn-code SP warn-agent SP warn-text
const scanWarning: ReadValue<Warning> = (source, from, end) => {
  const { octets } = source
  const start = skipWhite(source, from, end)
  const wrong = (): undefined => refused(source, malformed, start, end, 'three digits, an agent and a quoted text')
  const codeEnd = Math.min(endOfToken(octets, start), end)
  const code = numberIn(octets, start, codeEnd, 999)
  const agent = skipWhite(source, codeEnd, end)
  let agentEnd = agent
  while (agentEnd < end && octetAt(octets, agentEnd) > 0x20 && octetAt(octets, agentEnd) !== 0x22) agentEnd += 1
  const quote = skipWhite(source, agentEnd, end)
  if (code === -1 || codeEnd - start !== 3 || agent === codeEnd || octetAt(octets, quote) !== 0x22 || quote >= end)
    return wrong()
  const name = source.cut(agent, agentEnd)
  const close = endOfQuotedIn(source, quote, end)
  if (close === -1 || (!isToken(name) && readHost(name) === undefined)) return wrong()
  return ended(source, close, end, { code, agent: name, text: unquote(unfolded(source.cut(quote, close))) })
}

/** Writes one value of Warning (RFC 3261 20.43). */
export const writeWarning = ({ code, agent, text }: Warning): string =>
  `${String(code).padStart(3, '0')} ${agent} ${writeQuoted(text)}`

/** Warning (RFC 3261 20.43). */
export const warning = many('RFC 3261 20.43', { value: scanWarning, malformed, write: writeWarning })

/** Reads one value of Warning (RFC 3261 20.43): split a list first. `undefined` when it breaks the grammar. */
export function readWarning(value: string): Warning | undefined {
  const source = sourceOf(value)
  const end = trimEnd(source.octets, 0, source.octets.length - 1)
  const read = scanWarning(source, 0, end, 'RFC 3261 20.43')
  return read === undefined || source.at < end ? undefined : read
}
