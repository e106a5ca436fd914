import type { ClientTable } from './transaction-table.ts'

const figure = 'RFC 3261 17.1.1.2 figure 5'
const accepted = {
  next: 'accepted',
  actions: ['stop-timers', 'inform', 'wait-timer-m'],
  clause: 'RFC 6026 7.2',
} as const
const refused = {
  next: 'completed',
  actions: ['stop-timers', 'send-acknowledgement', 'inform', 'wait-timer-d'],
  clause: figure,
} as const
const failed = {
  next: 'terminated',
  actions: ['stop-timers', 'inform-transport-error'],
  clause: 'RFC 3261 17.1.4',
} as const
// A provisional response ends retransmission and Timer B: how long to ring is the caller's choice.
const proceeding = { next: 'proceeding', actions: ['stop-timers', 'inform'], clause: figure } as const

/** The INVITE client transaction (RFC 3261 17.1.1.2, as RFC 6026 7.2 corrects it). */
export const inviteClient: ClientTable = {
  calling: {
    retransmit: { next: 'calling', actions: ['send-request', 'double-interval'], clause: figure },
    timeout: { next: 'terminated', actions: ['stop-timers', 'inform-timeout'], clause: figure },
    'transport-error': failed,
    provisional: proceeding,
    success: accepted,
    refusal: refused,
  },
  trying: {},
  proceeding: {
    'transport-error': failed,
    provisional: { next: 'proceeding', actions: ['inform'], clause: figure },
    success: accepted,
    refusal: refused,
    // "If there is no final response for the original request in 64*T1 seconds [...] the client SHOULD then consider the original
    // transaction cancelled and SHOULD destroy the client transaction": this timer runs after a CANCEL alone.
    timeout: { next: 'terminated', actions: ['stop-timers', 'inform-timeout'], clause: 'RFC 3261 9.1' },
  },
  accepted: {
    success: { next: 'accepted', actions: ['inform-again'], clause: 'RFC 6026 7.2' },
    wait: { next: 'terminated', actions: [], clause: 'RFC 6026 7.2' },
  },
  completed: {
    refusal: { next: 'completed', actions: ['send-acknowledgement'], clause: figure },
    wait: { next: 'terminated', actions: [], clause: figure },
    'transport-error': { next: 'terminated', actions: ['stop-timers'], clause: figure },
  },
  terminated: {},
}
