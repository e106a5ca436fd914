import { messageOf } from '#wire/floor-control'
import { methodOf, statusOf } from './addressing.ts'
import type { Conversation, Entry, RtcpEntry, SipEntry } from './conversation.ts'

/** Counts of a conversation. */
export interface Summary {
  readonly sipMessages: number
  readonly requests: Readonly<Record<string, number>>
  readonly responses: Readonly<Record<string, number>>
  readonly bodies: Readonly<Record<string, number>>
  readonly retransmissions: number
  readonly forwarded: number
  readonly transactions: number
  readonly unanswered: number
  readonly dialogs: number
  readonly calls: number
  readonly floorMessages: Readonly<Record<string, number>>
  readonly rtcpDatagrams: number
  readonly rtpPackets: number
  /** Packets of the capture that belong to none of these. */
  readonly unexplained: number
  readonly brokenRules: readonly BrokenRule[]
}

/** A rule with every packet that breaks it; what a proxy only passes on is not counted. */
interface BrokenRule {
  readonly rule: string
  readonly clause: string
  readonly severity: 'error' | 'warning'
  readonly packets: readonly number[]
}

export function summaryOf(conversation: Conversation): Summary {
  const { entries, transactions } = conversation
  const sip = entries.filter((entry): entry is SipEntry => entry.kind === 'sip')
  const rtcp = entries.filter((entry): entry is RtcpEntry => entry.kind === 'rtcp')
  return {
    sipMessages: sip.length,
    requests: counted(
      sip.filter(({ message }) => message.startLine.kind === 'request').map(({ message }) => methodOf(message)),
    ),
    responses: counted(
      sip
        .map(({ message }) => statusOf(message))
        .filter((status) => status !== undefined)
        .map(String),
    ),
    bodies: counted(sip.flatMap(({ bodies }) => bodies.map(({ mediaType }) => mediaType))),
    retransmissions: sip.filter(({ repeats }) => repeats !== undefined).length,
    forwarded: sip.filter(({ forwards }) => forwards !== undefined).length,
    transactions: transactions.length,
    unanswered: transactions.filter(({ request, final }) => request !== undefined && final === undefined).length,
    dialogs: conversation.dialogs,
    calls: conversation.calls.length,
    floorMessages: counted(
      rtcp.flatMap(({ controls }) =>
        controls.map(({ control, subtype }) => messageOf(control, subtype)?.title ?? `${control} ${subtype}`),
      ),
    ),
    rtcpDatagrams: rtcp.length,
    rtpPackets: entries.reduce((sum, entry) => sum + (entry.kind === 'media' ? entry.count : 0), 0),
    unexplained: conversation.unexplained,
    brokenRules: brokenRules(entries),
  }
}

function counted(values: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const value of values) {
    // Names come from the network: no more than can be read.
    const name = counts.size < 100 || counts.has(value) ? value : 'others'
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one))
}

function brokenRules(entries: readonly Entry[]): readonly BrokenRule[] {
  const rules = new Map<string, { rule: string; clause: string; severity: 'error' | 'warning'; packets: number[] }>()
  for (const { packet, findings } of entries)
    for (const { rule, clause, severity, inherited } of findings) {
      if (inherited !== undefined) continue
      const key = `${clause} ${rule} ${severity}`
      const known = rules.get(key) ?? { rule, clause, severity, packets: [] }
      if (known.packets.at(-1) !== packet) known.packets.push(packet)
      rules.set(key, known)
    }
  const found = [...rules.values()]
  return [
    ...found.filter(({ severity }) => severity === 'error'),
    ...found.filter(({ severity }) => severity === 'warning'),
  ]
}

/** Whether a rule is broken, not only bent. */
export const hasErrors = ({ brokenRules: rules }: Summary): boolean =>
  rules.some(({ severity }) => severity === 'error')
