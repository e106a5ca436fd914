import type { Trace } from '#stack/sip'
import type { MessageEvent, Phase } from '#verdict'

/** To whom a message belongs. */
export interface Owner {
  readonly caseId: string
  readonly phase: Phase
  readonly peer: string
}

/** Octets of one message that the record keeps; a certificate is not a dump of 64 MB bodies. */
const kept = 65_536

/** Turns what the stack saw into message events, numbered over the run. */
export function createMessageLog(at: () => number, tell: (event: MessageEvent) => void) {
  let seq = 0
  return (trace: Trace, role: string, owner: Owner | undefined, summary: string, step?: string): number => {
    seq += 1
    tell({
      event: 'message',
      seq,
      at: at(),
      case: owner?.caseId ?? null,
      phase: owner?.phase ?? 'body',
      direction: trace.direction,
      role,
      peer: owner?.peer ?? '?',
      transport: trace.transport,
      local: trace.local,
      remote: trace.remote,
      octets: Buffer.from(trace.octets.subarray(0, kept)).toString('base64'),
      length: trace.octets.length,
      retransmission: trace.retransmission,
      summary,
      ...(step !== undefined && { step }),
    })
    return seq
  }
}

/** `MESSAGE migration request`, `200 OK`. */
export function summaryOf({ message: { startLine } }: Trace, name?: string): string {
  switch (startLine.kind) {
    case 'request':
      return name === undefined ? startLine.method : `${startLine.method} ${name}`
    case 'response':
      return `${startLine.status} ${startLine.reason}`
    case 'unreadable':
      return 'unreadable'
  }
}
