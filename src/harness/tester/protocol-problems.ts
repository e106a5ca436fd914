import type { ArrivalProblem } from '#play'
import type { SipMessage } from '#wire/sip'

/** What a received SIP message breaks of RFC 3261 and its relatives, as findings with their rule and octet. */
export const protocolProblems = (message: SipMessage): readonly ArrivalProblem[] =>
  message.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, clause, text, offset }) => {
      const [, doc = clause, number = ''] = /^(RFC \d+) (.+)$/.exec(clause) ?? []
      return {
        field: rule,
        requirement: 'a SIP message follows the rules of SIP',
        source: { doc, clause: number, basis: 'rfc' },
        expected: [`no breach of ${clause}`],
        actual: text,
        span: { start: offset, end: Math.min(offset + 1, message.octets.length) },
      }
    })
