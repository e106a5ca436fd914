/** Where a call stands: an INVITE and the session it makes. */
export type CallState =
  | 'calling'
  | 'ringing'
  /** CANCEL is sent, or waits for a provisional response. */
  | 'cancelling'
  /** 2xx is sent, its ACK awaited. */
  | 'accepted'
  /** As `accepted`, and BYE is to follow the ACK. */
  | 'leaving-unacknowledged'
  | 'confirmed'
  /** BYE is sent. */
  | 'leaving'
  | 'ended'

export type CallEvent =
  | 'provisional'
  | 'success'
  | 'refusal'
  | 'failure'
  | 'cancelled'
  | 'acknowledged'
  | 'acknowledgement-missing'
  | 'bye'
  | 'bye-answered'
  | 'dialog-lost'
  | 'ring'
  | 'accept'
  | 'refuse'
  | 'hang-up'

export type CallAction =
  | 'send-cancel'
  | 'send-acknowledgement'
  | 'send-bye'
  | 'stop-repeating'
  | 'refuse-invite'
  | 'inform-progress'
  | 'inform-confirmed'
  | 'inform-ended'

interface Arrow {
  readonly next: CallState
  readonly actions: readonly CallAction[]
  readonly clause: string
}

type CallTable = Readonly<Record<CallState, Readonly<Partial<Record<CallEvent, Arrow>>>>>

const ends = (clause: string, ...actions: CallAction[]): Arrow => ({
  next: 'ended',
  actions: [...actions, 'inform-ended'],
  clause,
})

const session = {
  confirmed: {
    'hang-up': { next: 'leaving', actions: ['send-bye'], clause: 'RFC 3261 15.1.1' },
    bye: ends('RFC 3261 15.1.2'),
    // "If the response for a request within a dialog is a 481 or a 408, the UAC SHOULD terminate the dialog."
    'dialog-lost': { next: 'leaving', actions: ['send-bye'], clause: 'RFC 3261 12.2.1.2' },
  },
  leaving: {
    'bye-answered': ends('RFC 3261 15.1.1'),
    // Both leave at once: each BYE is answered, the session is over for both.
    bye: ends('RFC 3261 15.1.2'),
  },
  ended: {},
} as const satisfies Partial<CallTable>

/** The INVITE of a user agent client and its session (RFC 3261 13.2, 9.1, 15). */
export const outgoingCall: CallTable = {
  calling: {
    provisional: { next: 'ringing', actions: ['inform-progress'], clause: 'RFC 3261 13.2.2.1' },
    success: { next: 'confirmed', actions: ['send-acknowledgement'], clause: 'RFC 3261 13.2.2.4' },
    refusal: ends('RFC 3261 13.2.2.3'),
    failure: ends('RFC 3261 8.1.3.1'),
    'hang-up': { next: 'cancelling', actions: ['send-cancel'], clause: 'RFC 3261 9.1' },
  },
  ringing: {
    provisional: { next: 'ringing', actions: ['inform-progress'], clause: 'RFC 3261 13.2.2.1' },
    success: { next: 'confirmed', actions: ['send-acknowledgement'], clause: 'RFC 3261 13.2.2.4' },
    refusal: ends('RFC 3261 13.2.2.3'),
    failure: ends('RFC 3261 8.1.3.1'),
    'hang-up': { next: 'cancelling', actions: ['send-cancel'], clause: 'RFC 3261 9.1' },
  },
  cancelling: {
    // The 2xx was on its way: "the UAC [...] SHOULD terminate the session by sending a BYE".
    success: { next: 'leaving', actions: ['send-acknowledgement', 'send-bye'], clause: 'RFC 3261 15, 13.2.2.4' },
    refusal: ends('RFC 3261 9.1'),
    failure: ends('RFC 3261 9.1'),
  },
  accepted: {},
  'leaving-unacknowledged': {},
  ...session,
}

/** The INVITE of a user agent server and its session (RFC 3261 13.3, 9.2, 15). */
export const incomingCall: CallTable = {
  calling: {
    ring: { next: 'ringing', actions: [], clause: 'RFC 3261 13.3.1.1' },
    accept: { next: 'accepted', actions: [], clause: 'RFC 3261 13.3.1.4' },
    refuse: ends('RFC 3261 13.3.1.3'),
    cancelled: ends('RFC 3261 9.2', 'refuse-invite'),
    bye: ends('RFC 3261 15.1.2', 'refuse-invite'),
    'hang-up': ends('RFC 3261 13.3.1.3', 'refuse-invite'),
    failure: ends('RFC 3261 13.3.1.1', 'refuse-invite'),
  },
  ringing: {
    ring: { next: 'ringing', actions: [], clause: 'RFC 3261 13.3.1.1' },
    accept: { next: 'accepted', actions: [], clause: 'RFC 3261 13.3.1.4' },
    refuse: ends('RFC 3261 13.3.1.3'),
    cancelled: ends('RFC 3261 9.2', 'refuse-invite'),
    // "The UAS MUST still respond to any pending requests received for that dialog. It is RECOMMENDED that a 487 be generated."
    bye: ends('RFC 3261 15.1.2', 'refuse-invite'),
    'hang-up': ends('RFC 3261 13.3.1.3', 'refuse-invite'),
    failure: ends('RFC 3262 3', 'refuse-invite'),
  },
  cancelling: {},
  accepted: {
    acknowledged: { next: 'confirmed', actions: ['stop-repeating', 'inform-confirmed'], clause: 'RFC 3261 13.3.1.4' },
    'acknowledgement-missing': {
      next: 'leaving',
      actions: ['stop-repeating', 'send-bye'],
      clause: 'RFC 3261 13.3.1.4',
    },
    bye: ends('RFC 3261 15.1.2', 'stop-repeating'),
    // "The callee's UA MUST NOT send a BYE on a confirmed dialog until it has received an ACK for its 2xx response or until the server
    // transaction times out."
    'hang-up': { next: 'leaving-unacknowledged', actions: [], clause: 'RFC 3261 15' },
    'dialog-lost': { next: 'leaving-unacknowledged', actions: [], clause: 'RFC 3261 15' },
  },
  'leaving-unacknowledged': {
    acknowledged: { next: 'leaving', actions: ['stop-repeating', 'send-bye'], clause: 'RFC 3261 15' },
    'acknowledgement-missing': { next: 'leaving', actions: ['stop-repeating', 'send-bye'], clause: 'RFC 3261 15' },
    bye: ends('RFC 3261 15.1.2', 'stop-repeating'),
  },
  ...session,
}
