import type { ServerTable } from './transaction-table.ts'

const figure = 'RFC 3261 17.2.2 figure 8'
const proceeding = { next: 'proceeding', actions: ['send'], clause: figure } as const
const completed = { next: 'completed', actions: ['send', 'wait-timer-j'], clause: figure } as const

/** The non-INVITE server transaction (RFC 3261 17.2.2). */
export const nonInviteServer: ServerTable = {
  // "Once in the Trying state, any further request retransmissions are discarded": no arrow for them.
  trying: { 'send-provisional': proceeding, 'send-success': completed, 'send-refusal': completed },
  proceeding: {
    request: { next: 'proceeding', actions: ['send-again'], clause: figure },
    'send-provisional': proceeding,
    'send-success': completed,
    'send-refusal': completed,
  },
  accepted: {},
  // "Any other final responses passed by the TU MUST be discarded while in the Completed state": no arrow for them.
  completed: {
    request: { next: 'completed', actions: ['send-again'], clause: figure },
    wait: { next: 'terminated', actions: [], clause: figure },
  },
  confirmed: {},
  terminated: {},
}
