import type { ClientTable } from './transaction-table.ts'

const figure = 'RFC 3261 17.1.2.2 figure 6'
const completed = {
  next: 'completed',
  actions: ['stop-timers', 'inform', 'wait-timer-k'],
  clause: 'RFC 3261 17.1.2.2',
} as const
const failed = {
  next: 'terminated',
  actions: ['stop-timers', 'inform-transport-error'],
  clause: 'RFC 3261 17.1.4',
} as const
const timedOut = { next: 'terminated', actions: ['stop-timers', 'inform-timeout'], clause: figure } as const
const proceeding = { next: 'proceeding', actions: ['inform'], clause: figure } as const

/** The non-INVITE client transaction (RFC 3261 17.1.2.2). */
export const nonInviteClient: ClientTable = {
  calling: {},
  trying: {
    retransmit: { next: 'trying', actions: ['send-request', 'double-interval-to-t2'], clause: figure },
    timeout: timedOut,
    'transport-error': failed,
    provisional: proceeding,
    success: completed,
    refusal: completed,
  },
  proceeding: {
    // "If Timer E fires while in the Proceeding state, the request MUST be passed to the transport and reset with T2."
    retransmit: { next: 'proceeding', actions: ['send-request', 'interval-t2'], clause: figure },
    timeout: timedOut,
    'transport-error': failed,
    provisional: proceeding,
    success: completed,
    refusal: completed,
  },
  accepted: {},
  // Response retransmissions have no arrow: they are absorbed here.
  completed: { wait: { next: 'terminated', actions: [], clause: figure } },
  terminated: {},
}
