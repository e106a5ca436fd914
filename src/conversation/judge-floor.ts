import { messageOf, type FloorControlMessage } from '#wire/floor-control'
import { tagOf } from './addressing.ts'
import { sessionOf } from './bodies.ts'
import type { Call } from './calls.ts'
import { endName, type RtcpEntry, type SipEntry } from './conversation.ts'
import { isFloorControl } from './floor-channel.ts'

/** Messages that answer a Floor Request: Granted, Taken, Deny, Queue Position Info. */
const answers = new Set([1, 2, 3, 9])
const maximalPending = 1024
const floorRequest = 0
const floorRelease = 4

interface Pending {
  readonly entry: RtcpEntry
  readonly offset: number
}

/** Judges floor control as an exchange. */
export function judgeFloor(entries: readonly RtcpEntry[], calls: readonly Call[]): void {
  judgeAnswers(entries)
  judgeRelease(entries, calls)
}

/** Whoever ends a call stops sending floor control messages first (TS 24.380 6.2.2). */
function judgeRelease(entries: readonly RtcpEntry[], calls: readonly Call[]): void {
  const ended = new Map<string, SipEntry>()
  for (const { invite, answer, end } of calls) {
    if (end === undefined || answer === undefined) continue
    // The end of the one who sends the BYE, or of the one who accepted.
    const sessions = [sessionOf(invite.bodies), sessionOf(answer.bodies)]
    const caller = tagOf(end.message, 'from') === tagOf(invite.message, 'from')
    for (const media of sessions[caller ? 0 : 1]?.media ?? [])
      if (isFloorControl(media) && media.address !== undefined)
        ended.set(endName({ address: media.address, port: media.port }), end)
  }
  for (const entry of entries) {
    const end = ended.get(endName(entry.source))
    if (end === undefined || entry.packet < end.packet || entry.controls.length === 0) continue
    entry.findings.push({
      rule: 'floor-control-after-release',
      clause: 'TS 24.380 6.2.2',
      severity: 'warning',
      offset: 0,
      text: `expected no floor control of a client that has ended the call, as it did in packet ${end.packet}`,
    })
  }
}

/**
 * Whoever asks for the floor is to be answered before giving up (TS 24.380
 * 6.3.5). A request that nothing follows may have its answer after the end of the capture: it is not judged.
 */
function judgeAnswers(entries: readonly RtcpEntry[]): void {
  const pending = new Map<number, Pending>()
  for (const entry of entries)
    for (const [control, offset] of controlsWithOffsets(entry)) {
      if (control.control !== 'MCPT') continue
      if (control.subtype === floorRequest && !pending.has(control.ssrc) && pending.size < maximalPending)
        pending.set(control.ssrc, { entry, offset })
      // Answers bear the SSRC of the server: any of them on the way back answers.
      else if (answers.has(control.subtype))
        for (const [ssrc, { entry: asked }] of pending)
          if (asked.source.address === entry.target.address && asked.source.port === entry.target.port)
            pending.delete(ssrc)
      if (control.subtype !== floorRelease) continue
      const unanswered = pending.get(control.ssrc)
      if (unanswered === undefined) continue
      pending.delete(control.ssrc)
      unanswered.entry.findings.push({
        rule: 'floor-request-unanswered',
        clause: 'TS 24.380 6.3.5',
        severity: 'warning',
        offset: unanswered.offset,
        text: `expected Floor Granted, Deny, Taken or Queue Position Info, came ${titleOf(control)} of the same client in packet ${entry.packet}`,
      })
    }
}

const titleOf = ({ control, subtype }: FloorControlMessage): string => messageOf(control, subtype)?.title ?? 'a message'

function controlsWithOffsets({ controls, packets }: RtcpEntry): readonly (readonly [FloorControlMessage, number])[] {
  const spans = packets.filter(({ packet }) => packet.kind === 'application').map(({ span }) => span.start)
  return controls.map((control, index) => [control, spans[index] ?? 0])
}
