import type { ServerTable } from './transaction-table.ts'

const figure = 'RFC 3261 17.2.1 figure 7'
const correction = 'RFC 6026 7.1'

/** The INVITE server transaction (RFC 3261 17.2.1, as RFC 6026 7.1 corrects it). */
export const inviteServer: ServerTable = {
  trying: {},
  proceeding: {
    request: { next: 'proceeding', actions: ['send-again'], clause: figure },
    // "The server transaction MUST generate a 100 (Trying) response unless it knows that the TU will generate a provisional or final
    // response within 200 ms."
    slow: { next: 'proceeding', actions: ['send-trying'], clause: 'RFC 3261 17.2.1' },
    'send-provisional': { next: 'proceeding', actions: ['stop-timers', 'send'], clause: figure },
    'send-success': { next: 'accepted', actions: ['stop-timers', 'send', 'wait-timer-l'], clause: correction },
    'send-refusal': {
      next: 'completed',
      actions: ['stop-timers', 'send', 'start-retransmitting', 'timeout-timer-h'],
      clause: figure,
    },
  },
  // Repeating the 2xx until its ACK is the user agent's duty (RFC 3261 13.3.1.4), so it may send on here.
  accepted: {
    'send-success': { next: 'accepted', actions: ['send'], clause: correction },
    acknowledgement: { next: 'accepted', actions: ['pass-acknowledgement'], clause: correction },
    wait: { next: 'terminated', actions: [], clause: correction },
  },
  completed: {
    request: { next: 'completed', actions: ['send-again'], clause: figure },
    retransmit: { next: 'completed', actions: ['send-again', 'double-interval-to-t2'], clause: figure },
    acknowledgement: { next: 'confirmed', actions: ['stop-timers', 'wait-timer-i'], clause: figure },
    timeout: { next: 'terminated', actions: ['stop-timers', 'inform-timeout'], clause: figure },
  },
  // Further ACKs are absorbed: no arrow for them.
  confirmed: { wait: { next: 'terminated', actions: [], clause: figure } },
  terminated: {},
}
