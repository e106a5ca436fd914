import { cseqOf, methodOf, statusOf } from './addressing.ts'
import { endName, type Entry } from './conversation.ts'
import { sayEntry } from './ladder.ts'
import type { ReadConversation } from './read-conversation.ts'
import { rtcpLabel } from './say-media.ts'
import { sipLabel } from './say-sip.ts'
import { summaryOf } from './summary.ts'

/** The same as a value for programs: JSON-safe, octets left out but for where they are. */
export function explanationJson(conversation: ReadConversation): unknown {
  const { format, start, packets, parties, calls, transactions, faults, entries } = conversation
  return {
    format,
    ...(start !== undefined && { start: new Date(start).toISOString() }),
    packets,
    faults,
    parties: parties.map(({ name, kind, identities, product, ends }) => ({
      name,
      kind,
      identities,
      ...(product !== undefined && { product }),
      ends,
    })),
    messages: entries.map((entry) => messageJson(entry, conversation)),
    transactions: transactions.map(({ number, method, callId, request, responses, final }) => ({
      number,
      method,
      callId,
      ...(request && { request: request.packet }),
      responses: responses.map(({ packet }) => packet),
      ...(final && { finalStatus: statusOf(final.message) }),
    })),
    calls: calls.map(({ callId, caller, callee, invite, answer, end }) => ({
      callId,
      caller,
      callee,
      invite: invite.packet,
      ...(answer && { answer: answer.packet, status: statusOf(answer.message) }),
      ...(end && { end: end.packet }),
    })),
    summary: summaryOf(conversation),
  }
}

function messageJson(entry: Entry, conversation: ReadConversation): unknown {
  const { packet, at, source, target, findings } = entry
  const common = {
    packet,
    at,
    from: conversation.partyOf(source)?.name ?? endName(source),
    to: conversation.partyOf(target)?.name ?? endName(target),
    source: endName(source),
    target: endName(target),
    says: sayEntry(entry, conversation),
    findings,
  }
  switch (entry.kind) {
    case 'sip':
      return {
        kind: entry.kind,
        label: sipLabel(entry),
        transport: entry.transport,
        octets: entry.message.octets.length,
        method: methodOf(entry.message),
        ...(statusOf(entry.message) !== undefined && { status: statusOf(entry.message) }),
        ...(cseqOf(entry.message) && { cseq: cseqOf(entry.message)?.sequence }),
        bodies: entry.bodies.map(({ mediaType, span }) => ({ mediaType, span })),
        ...(entry.transaction && { transaction: entry.transaction.number }),
        ...(entry.repeats !== undefined && { repeats: entry.repeats }),
        ...(entry.forwards && { forwards: entry.forwards.packet }),
        ...common,
      }
    case 'rtcp':
      return {
        kind: entry.kind,
        label: rtcpLabel(entry),
        octets: entry.octets.length,
        packets: entry.packets.map(({ packet: one, span }) => ({ kind: one.kind, span })),
        controls: entry.controls.map((control) => ({
          ...control,
          fields: control.fields.map((field) =>
            'value' in field ? { [field.field]: plain(field.value) } : plain({ ...field }),
          ),
        })),
        ...common,
      }
    case 'media':
      return {
        kind: entry.kind,
        label: 'RTP',
        ssrc: entry.ssrc,
        payloadType: entry.payloadType,
        packets: entry.count,
        octets: entry.octets,
        last: entry.last,
        ...common,
      }
  }
}

/** Octets as hexadecimal text. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, one: unknown) => (one instanceof Uint8Array ? Buffer.from(one).toString('hex') : one)),
  )
