import type { Basis, Source } from '#flow'
import type { Phase } from '#verdict'

/** Information elements by key; an absent key is an absent element. */
export type IeValues = Readonly<Record<string, string>>

/** A stage-2 message on its way to the system under test. */
export interface Delivery {
  readonly step: string
  readonly from: string
  readonly to: string
  readonly message: string
  readonly ies: IeValues
  /** How often the very same octets are sent. */
  readonly copies: number
  readonly phase: Phase
}

/** A request to set the system under test going, since it speaks first. */
export interface Stimulus {
  readonly role: string
  readonly towards: string
  readonly message: string
  readonly ies: IeValues
  readonly phase: Phase
}

/** Something about an arrived message that its binding does not allow. */
export interface ArrivalProblem {
  readonly field: string
  readonly requirement: string
  readonly source: Source
  readonly expected: readonly string[]
  readonly actual: string
  readonly span?: { readonly start: number; readonly end: number }
}

/** What reaches the tester for this case. `seq` is the number of the message event it rests on. */
export type Arrival =
  | {
      readonly kind: 'message'
      readonly seq: number
      readonly at: number
      /** The role of the tester it arrived at. */
      readonly role: string
      readonly message: string
      readonly ies: IeValues
      readonly spans: Readonly<Record<string, { readonly start: number; readonly end: number }>>
      readonly problems: readonly ArrivalProblem[]
    }
  | {
      /** The protocol below refused a message of ours. */
      readonly kind: 'refusal'
      readonly seq: number
      readonly at: number
      readonly step: string
      readonly text: string
      /** Which sending it answers. */
      readonly dispatch: number
    }
  | {
      /** It did its work, and yet is not as the protocol below demands. */
      readonly kind: 'violation'
      readonly seq: number
      readonly at: number
      /** Which step of ours it answers. */
      readonly step: string
      readonly problems: readonly ArrivalProblem[]
    }
  | {
      /** Nothing of ours got through, so nothing can be said about the system under test. */
      readonly kind: 'unreachable'
      readonly at: number
      readonly text: string
    }
  | {
      /** It is for this case, and is no message that the profile has. */
      readonly kind: 'unreadable'
      readonly seq: number
      readonly at: number
      readonly text: string
      /** What it breaks, each with its source; of none it is what RFC 3261 7 cannot read. */
      readonly problems?: readonly ArrivalProblem[]
    }
  | {
      /** So much came for this case that the rest is not looked at. */
      readonly kind: 'flood'
      readonly at: number
      /** As much as is looked at. */
      readonly limit: string
    }

/** A sending of ours of which nobody knows whether it arrived. */
export interface Unanswered {
  readonly step: string
  readonly requirement: string
  /** Document and clause. */
  readonly clause: string
  /** Of what is plainly overdue; else it may come yet. */
  readonly basis?: Basis
  readonly expected: string
  readonly actual: string
}

export interface Revelation {
  readonly text: string
  readonly span: { readonly start: number; readonly end: number }
}

export type Answer =
  | { readonly known: false; readonly why: string }
  | { readonly known: true; readonly holds: boolean; readonly values: IeValues }

/** Speech that goes through the system under test, from one role of the tester to another. */
export interface SpeechOrder {
  readonly step: string
  /** MC service ID of who talks. */
  readonly talker: string
  /** The role that gives it to the system under test; where it has been talking before, it goes on. */
  readonly from: string
  /** The role that is to hear it. */
  readonly to: string
  /** The role that heard it before, and is to hear it no longer. */
  readonly former?: string
  /** Whether the system under test decides who may talk. */
  readonly decides: boolean
  /** Nothing of it is to get through. */
  readonly silent: boolean
  /** It breaks off: who talks has the floor and never gives it back. */
  readonly broken?: boolean
  /** Of the procedure that asks for it. */
  readonly source: Source
}

/** What became of it. */
export interface SpeechReport {
  /** The figures as a sentence. */
  readonly text: string
  readonly problems: readonly SpeechProblem[]
}

/** Something about speech that the procedure or a limit does not allow. */
export interface SpeechProblem extends ArrivalProblem {
  /** `undefined` where time says nothing. */
  readonly lateness?: Lateness | undefined
}

/** How long the tester would have to stand still to have made something itself: what comes in time it hears late then. */
export interface Lateness {
  readonly milliseconds: number
  /** Clock time since when; of the speech itself unless said. */
  readonly since?: number
}

/** A message that came, whatever it is. */
export interface Heard {
  readonly seq: number
  /** The role of the tester it came to. */
  readonly role: string
  readonly startLine: string
}

/** The way to the system under test for one case: stage-2 messages out, stage-2 messages in. */
export interface Port {
  /** Resolves with the number of this sending once the octets left. */
  send(delivery: Delivery): Promise<number>
  /** Undefined when the system under test was set going, else why it cannot be. */
  stimulate(stimulus: Stimulus): Promise<string | undefined>
  /** The next arrival, or undefined when `until` (clock time) has passed. A time in the past takes what is there. */
  receive(until: number): Promise<Arrival | undefined>
  /**
   * Undefined when the system under test shows a sign of life now, if need be because this role of the tester asks for
   * one. Else what was tried in vain.
   */
  lifeless(role: string): Promise<string | undefined>
  /** Whether the system under test has sent so much since then (clock time) that the tester could do little else. */
  floodedSince(since: number): boolean
  /** What came from the system under test since then (clock time) and could be taken for no case; undefined if nothing. */
  astray(since: number): string | undefined
  /** The sendings that the protocol below should have had answered and has not, when `until` has passed. */
  unanswered(until: number): Promise<readonly Unanswered[]>
  /** Where in an arrived message something of a role of the tester shows. */
  reveals(seq: number, role: string): readonly Revelation[]
  /** Every message that has come from the system under test, in order: responses too that are no stage-2 message, retransmissions not. */
  arrived(): readonly Heard[]
  /** Whether an arrived message has that text anywhere, in whatever case. */
  mentions(seq: number, text: string): boolean
  /** Lets a user talk; undefined where the case has no media. */
  speak?(order: SpeechOrder): Promise<SpeechReport | undefined>
  /** Asks the system under test, by its control adapter, whether a state holds. */
  query(role: string, state: string, ies: IeValues): Promise<Answer>
}
