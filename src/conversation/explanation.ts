import { shortName, statusOf } from './addressing.ts'
import type { Call } from './calls.ts'
import { ladderOf, plainPaint, wrapped, type Paint } from './ladder.ts'
import type { Party } from './parties.ts'
import { printable } from './printable.ts'
import type { ReadConversation } from './read-conversation.ts'
import { sessionType } from './say-bodies.ts'
import { summaryOf } from './summary.ts'

export interface ExplanationOptions {
  /** Columns of the text. */
  readonly width: number
  /** How parts are set off; nothing is when it is left out. */
  readonly paint?: Paint
}

/** The whole conversation in plain text: who takes part, the ladder, and what it comes to. */
export function* explanationOf(
  conversation: ReadConversation,
  { width, paint = plainPaint }: ExplanationOptions,
): Generator<string> {
  const { start, packets, format, entries } = conversation
  const last = entries.at(-1)?.at ?? 0
  const when = start === undefined ? '' : `, from ${new Date(start).toISOString()}`
  yield* wrapped(`${format ?? 'no capture'}, ${count(packets, 'packet')}${when}, ${(last / 1000).toFixed(3)} s`, width)
  yield ''
  for (const party of conversation.parties) yield* partyLines(party, width, paint)
  if (conversation.parties.length > 0) yield ''
  yield* ladderOf(conversation, width, paint)
  yield ''
  for (const call of conversation.calls) yield* wrapped(`Call: ${sayCall(call)}`, width)
  yield* summaryLines(conversation, width, paint)
}

function* partyLines(party: Party, width: number, paint: Paint): Generator<string> {
  const { name, kind, identities, product, ends } = party
  const what = [
    kind === 'unknown' ? undefined : kind,
    identities.length === 0 ? undefined : identities.join(', '),
    product === undefined || product === name ? undefined : product,
    ends
      .map(({ end, use }) => `${use} ${end}`)
      .slice(0, 12)
      .join(', '),
  ].filter((one) => one !== undefined)
  const lines = wrapped(`${printable(name)}: ${printable(what.join('; '))}`, width - 2)
  for (const [index, line] of lines.entries())
    yield index === 0
      ? `${paint.strong(line.slice(0, printable(name).length))}${line.slice(printable(name).length)}`
      : `  ${line}`
}

function sayCall({ caller, callee, invite, answer, end }: Call): string {
  const type = sessionType(invite.bodies)
  const status = answer === undefined ? undefined : statusOf(answer.message)
  const started = (invite.at / 1000).toFixed(3)
  const what = `${shortName(caller)} to ${shortName(callee)}${type === undefined ? '' : `, ${type}`}, asked for at ${started} s`
  if (status === undefined || answer === undefined) return printable(`${what}, never answered`)
  const after = `after ${(answer.at - invite.at).toFixed(1)} ms`
  if (status >= 300) return printable(`${what}, refused with ${status} ${after}`)
  const ended =
    end === undefined ? 'not ended in this capture' : `ended after ${((end.at - answer.at) / 1000).toFixed(3)} s`
  return printable(`${what}, accepted ${after}, ${ended}`)
}

function* summaryLines(conversation: ReadConversation, width: number, paint: Paint): Generator<string> {
  const summary = summaryOf(conversation)
  const rows: readonly (readonly [string, string])[] = [
    ['SIP messages', `${summary.sipMessages}${list(summary.requests, summary.responses)}`],
    ['Bodies', `${total(summary.bodies)}${list(summary.bodies)}`],
    [
      'Transactions',
      `${summary.transactions}${summary.unanswered === 0 ? '' : `, ${summary.unanswered} without a final response`}`,
    ],
    ['Dialogs', `${summary.dialogs}`],
    ['Retransmissions', `${summary.retransmissions}`],
    ['Floor control', `${total(summary.floorMessages)}${list(summary.floorMessages)}`],
    ['RTCP datagrams', `${summary.rtcpDatagrams}`],
    ['RTP packets', `${summary.rtpPackets}`],
    ...(summary.unexplained === 0
      ? []
      : [
          [
            'Unexplained',
            `${count(summary.unexplained, 'packet')} that are neither SIP, RTCP nor announced media, or too many`,
          ] as const,
        ]),
  ]
  const broken = summary.brokenRules.filter(({ severity }) => severity === 'error')
  const bent = summary.brokenRules.filter(({ severity }) => severity === 'warning')
  for (const [name, value] of rows) yield* row(name, value, width)
  yield* row('Broken rules', String(broken.length), width)
  for (const one of broken) yield* ruleLines(one, '✗', paint.error, width)
  yield* row('Bent rules', String(bent.length), width)
  for (const one of bent) yield* ruleLines(one, '!', paint.warning, width)
}

const nameWidth = 17

function* row(name: string, value: string, width: number): Generator<string> {
  const lines = wrapped(printable(value), width - nameWidth)
  for (const [index, line] of lines.entries()) yield `${(index === 0 ? name : '').padEnd(nameWidth)}${line}`
}

function* ruleLines(
  { clause, rule, packets }: { clause: string; rule: string; packets: readonly number[] },
  mark: string,
  colour: (text: string) => string,
  width: number,
): Generator<string> {
  const shown = packets
    .slice(0, 20)
    .map((packet) => `#${packet}`)
    .join(' ')
  const more = packets.length > 20 ? ` and ${packets.length - 20} more` : ''
  for (const [index, line] of wrapped(`${clause} ${rule}: ${shown}${more}`, width - 4).entries())
    yield index === 0 ? `  ${colour(mark)} ${line}` : `    ${line}`
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, one) => sum + one, 0)

function list(...tables: readonly Readonly<Record<string, number>>[]): string {
  const shown = tables.flatMap((table) => Object.entries(table).map(([name, number]) => `${number} ${name}`))
  return shown.length === 0 ? '' : `: ${shown.slice(0, 24).join(', ')}${shown.length > 24 ? ', ...' : ''}`
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
