import type { Trace } from '#stack/sip'
import type { MessageEvent, Phase } from '#verdict'

/** To whom a message belongs. */
export interface Owner {
  readonly caseId: string
  readonly phase: Phase
  readonly peer: string
}

/** What the record has of a message, whatever protocol it is of. */
type Logged = Pick<Trace, 'octets' | 'direction' | 'transport' | 'local' | 'remote' | 'retransmission'>

/** Octets of one message that the record keeps; a certificate is not a dump of 64 MB bodies. */
const kept = 65_536
/** When the record has so many octets of messages, it keeps fewer of each that follows: still every usual one whole. */
const budget = 16 * 1024 * 1024
const keptThen = 4096
/** Characters of a summary: a reason phrase may be as long as its sender likes. */
const longestSummary = 300
/** Messages of no case that the record keeps: enough to see what they are like. */
export const keptStrays = 500

/** Turns what the stack saw into message events, numbered over the run. A message that is left out has the number 0. */
export function createMessageLog(at: () => number, tell: (event: MessageEvent) => void) {
  let [seq, strays, octetsTold] = [0, 0, 0]
  const log = (trace: Logged, role: string, owner: Owner | undefined, summary: string, step?: string): number => {
    if (!owner) strays += 1
    if (!owner && strays > keptStrays) return 0
    seq += 1
    const octets = trace.octets.subarray(0, octetsTold < budget ? kept : keptThen)
    octetsTold += octets.length
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
      octets: Buffer.from(octets).toString('base64'),
      length: trace.octets.length,
      retransmission: trace.retransmission,
      summary: summary.slice(0, longestSummary),
      ...(step !== undefined && { step }),
    })
    return seq
  }
  return { log, strays: () => strays }
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
