/** One arrow of a transaction's state diagram. */
interface Arrow<State, Action> {
  readonly next: State
  readonly actions: readonly Action[]
  readonly clause: string
}

/** A state diagram as data: what has no arrow is ignored in that state. */
type TransactionTable<State extends string, Event extends string, Action> = Readonly<
  Record<State, Readonly<Partial<Record<Event, Arrow<State, Action>>>>>
>

export type ClientState = 'calling' | 'trying' | 'proceeding' | 'accepted' | 'completed' | 'terminated'

/** Timers A and E are `retransmit`, B and F are `timeout`, D, K and M are `wait`; `timeout` is also the end of a cancelled INVITE. */
export type ClientEvent = 'retransmit' | 'timeout' | 'wait' | 'provisional' | 'success' | 'refusal' | 'transport-error'

export type ClientAction =
  | 'send-request'
  | 'send-acknowledgement'
  | 'double-interval'
  | 'double-interval-to-t2'
  | 'interval-t2'
  | 'inform'
  | 'inform-again'
  | 'inform-timeout'
  | 'inform-transport-error'
  | 'stop-timers'
  | 'wait-timer-d'
  | 'wait-timer-k'
  | 'wait-timer-m'

export type ClientTable = TransactionTable<ClientState, ClientEvent, ClientAction>

export type ServerState = 'trying' | 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated'

/** Timer G is `retransmit`, H is `timeout`, I, J and L are `wait`; `slow` is the 200 ms without an answer. */
export type ServerEvent =
  | 'request'
  | 'slow'
  | 'acknowledgement'
  | 'send-provisional'
  | 'send-success'
  | 'send-refusal'
  | 'retransmit'
  | 'timeout'
  | 'wait'

export type ServerAction =
  | 'send'
  | 'send-again'
  | 'start-retransmitting'
  | 'double-interval-to-t2'
  | 'timeout-timer-h'
  | 'stop-timers'
  | 'wait-timer-i'
  | 'wait-timer-j'
  | 'wait-timer-l'
  | 'send-trying'
  | 'pass-acknowledgement'
  | 'inform-timeout'

export type ServerTable = TransactionTable<ServerState, ServerEvent, ServerAction>
