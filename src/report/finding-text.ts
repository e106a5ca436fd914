import type { CaseDescription, Finding, MessageEvent } from '#verdict'
import { printable, shortened } from './printable.ts'

/** What the basis of a requirement means to a reader who has never seen the word. */
export const basisInWords: Readonly<Record<Finding['basis'], string>> = {
  seed: 'the 3GPP document that describes the procedure',
  published: 'a published 3GPP specification',
  rfc: 'an RFC',
  'default-binding': 'a default binding of this tool, not a published text',
}

const arrowOf = (message: Pick<MessageEvent, 'direction'>): string =>
  message.direction === 'sent' ? 'sent    ' : 'received'

/** `#12  +0.123 s  sent  partnerServer to primaryServer  udp  MESSAGE migration request`. */
export const messageLine = (message: MessageEvent): string =>
  printable(
    `#${message.seq}  +${(message.at / 1000).toFixed(3)} s  ${arrowOf(message)}  ${message.role} ${message.direction === 'sent' ? 'to' : 'from'} ${message.peer}  ${message.transport}  ${message.summary}${message.retransmission ? ' (retransmission)' : ''}`,
  )

const label = (name: string): string => `  ${name.padEnd(14)}`
const rest = ' '.repeat(16)

/**
 * A finding in its one anatomy: requirement, clause and basis, step and role, all that would have been acceptable,
 * what came, the last messages, the line that plays it again. Every line is safe for a terminal.
 */
export function findingLines(
  of: Pick<CaseDescription, 'id'>,
  finding: Finding,
  messages: readonly MessageEvent[],
  width = 2000,
): string[] {
  const [first = 'nothing', ...others] = finding.expected
  return [
    `${label('requirement')}${shortened(finding.requirement, width)}`,
    `${label('clause')}${shortened(finding.clause, width)}  (${finding.basis}: ${basisInWords[finding.basis]})`,
    `${label('step, role')}${shortened(`step ${finding.step}, ${finding.role}, ${finding.phase}`, width)}${finding.field === undefined ? '' : `, ${shortened(finding.field, width)}`}`,
    `${label('expected')}${shortened(first, width)}`,
    ...others.map((other) => `${rest}or ${shortened(other, width)}`),
    `${label('actual')}${shortened(finding.actual, width)}`,
    ...messages.map(
      (message, index) => `${index === 0 ? label('messages') : rest}${shortened(messageLine(message), width)}`,
    ),
    `${label('replay')}${shortened(finding.replay, width)}`,
  ]
}
