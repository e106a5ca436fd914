import type { CaseRecord } from './run-record.ts'
import { printable } from './printable.ts'
import { messageLine } from './finding-text.ts'

/**
 * The messages of a case as they were on the wire, for a text editor: a line about each between rules, then its
 * octets unchanged. What was cut for the record is said.
 */
export function* messagesText({ description, verdict, messages, remark }: CaseRecord): Generator<string | Uint8Array> {
  yield `${printable(description.id)}\n${printable(description.purpose)}\nverdict: ${verdict}${remark === undefined ? '' : `, ${remark}`}\n`
  for (const message of messages) {
    const octets = Buffer.from(message.octets, 'base64')
    const ends = `${message.local.address}:${message.local.port} ${message.direction === 'sent' ? '->' : '<-'} ${message.remote.address}:${message.remote.port}`
    yield `\n---- ${messageLine(message)}\n---- ${printable(ends)}  ${message.length} octets${octets.length < message.length ? `, the first ${octets.length} recorded` : ''}${message.step === undefined ? '' : `  step ${printable(message.step)}`}\n`
    yield octets
    if (octets.at(-1) !== 10) yield '\n'
  }
}
