import type { Finding } from './finding.ts'
import type { MediaTimeLine } from './media.ts'
import type { Phase, PhaseVerdicts, Verdict } from './verdict.ts'

/** An arrow or a note of a case's ladder, as the flow would have it. */
export interface LadderStep {
  /** Step number as in the specification. */
  readonly step: string
  readonly kind: 'message' | 'check' | 'record' | 'outcome'
  /** Role keys; for anything but a message `from` equals `to`. */
  readonly from: string
  readonly to: string
  /** Message name, or what is checked or recorded. */
  readonly label: string
  /** What this step is in a negative case, for example `without credentials`; absent when as written. */
  readonly altered?: string
}

/** What a case is, before it is played. */
export interface CaseDescription {
  readonly id: string
  readonly title: string
  /** What is tested, as a sentence. */
  readonly purpose: string
  readonly flow: string
  readonly clause: string
  /** Role keys the system under test plays, joined with `+`. */
  readonly role: string
  /** Which of the configured systems under test. */
  readonly sut: string
  /** Name of the flow's variant, for example `no gateway servers`. */
  readonly variant: string
  readonly variation: 'positive' | 'negative'
  readonly service: string
  readonly profile: string
  /** Name of the alternative binding in use, for example `publish`. */
  readonly binding: string
  readonly transport: string
  readonly tags: readonly string[]
  /** Role key to title, in the order of the figure. */
  readonly actors: Readonly<Record<string, string>>
  readonly ladder: readonly LadderStep[]
}

/** Every requirement of a flow, for the coverage matrix: what is judged, and what is not and why. */
export interface CoverageRow {
  readonly flow: string
  readonly step: string
  readonly clause: string
  readonly requirement: string
  /** Role key to the ids of the cases that judge this row when that role is under test, or the reason none does. */
  readonly roles: Readonly<Record<string, readonly string[] | string>>
}

export interface SutDescription {
  readonly name: string
  readonly roles: readonly string[]
  readonly address: string
  readonly version?: string
  readonly claims: Readonly<Record<string, boolean | string | number>>
}

/** One message as it was on the wire. */
export interface MessageEvent {
  readonly event: 'message'
  /** Counts up over the run. */
  readonly seq: number
  /** Milliseconds since the run started, monotonic. */
  readonly at: number
  /** Case id, or null for what belongs to none. */
  readonly case: string | null
  readonly phase: Phase
  readonly direction: 'sent' | 'received'
  /** The role the tester played at this end. */
  readonly role: string
  /** The role at the other end, or `?`. */
  readonly peer: string
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly local: { readonly address: string; readonly port: number }
  readonly remote: { readonly address: string; readonly port: number }
  /** Base64; at most the configured limit, see `length`. */
  readonly octets: string
  /** Octets the message really had. Larger than `octets` decodes to when it was cut for the record. */
  readonly length: number
  readonly retransmission: boolean
  /** One line for people: `MESSAGE migration request`, `200 OK`. */
  readonly summary: string
  /** The flow's step it was taken for, when known. */
  readonly step?: string
}

/** Media of a case, once it is over. */
export interface MediaEvent {
  readonly event: 'media'
  readonly at: number
  readonly case: string
  readonly timeLine: MediaTimeLine
}

/** What became of the system under test when a peer was lost after a step; of a case in a sweep, or of one that is not played. */
export interface CrashPointEvent {
  readonly event: 'crash-point'
  readonly at: number
  /** Id of the case. */
  readonly case: string
  readonly flow: string
  /** Under test, joined with `+`. */
  readonly role: string
  readonly step: string
  /** Role key of who is lost; `-` where nobody can be. */
  readonly peer: string
  /** Name of the kind of disturbance. */
  readonly disturbance: string
  /** `survived`: all that is listed in `judged` was seen to hold. */
  readonly outcome: 'survived' | 'fell' | 'left-behind' | 'not-swept'
  /** What was asked of the end state. */
  readonly judged: readonly string[]
  /** What did not hold or is left, or why it was not swept, each as a sentence. */
  readonly why: readonly string[]
}

/** Everything that happens in a run, in the order it happened. One of these is one line of `events.ndjson`. */
export type RunEvent =
  | {
      readonly event: 'run-started'
      readonly format: 1
      readonly time: string
      readonly run: string
      readonly seed: number
      readonly profile: string
      readonly profileSelected: boolean
      readonly tool: { readonly name: string; readonly version: string; readonly digest: string }
      readonly runtime: string
      readonly configuration: string
      readonly suts: readonly SutDescription[]
      readonly cases: number
    }
  | ({ readonly event: 'case-selected' } & CaseDescription)
  | { readonly event: 'case-excluded'; readonly case: string; readonly reason: string }
  | { readonly event: 'coverage'; readonly rows: readonly CoverageRow[] }
  | { readonly event: 'case-started'; readonly case: string; readonly at: number }
  | MessageEvent
  | {
      /** What became of one step of the ladder. */
      readonly event: 'step'
      readonly at: number
      readonly case: string
      readonly phase: Phase
      readonly step: string
      readonly outcome: 'done' | 'diverged' | 'missing' | 'refused' | 'not-reached' | 'not-observable'
      readonly text: string
      /** Sequence number of the message that decided it. */
      readonly message?: number
      /** Expected against actual by information element, when compared. */
      readonly fields?: readonly FieldComparison[]
    }
  | { readonly event: 'finding'; readonly at: number; readonly case: string; readonly finding: Finding }
  | MediaEvent
  | CrashPointEvent
  | { readonly event: 'note'; readonly at: number; readonly case: string | null; readonly text: string }
  | {
      readonly event: 'case-finished'
      readonly at: number
      readonly case: string
      readonly verdict: Verdict
      readonly phases: PhaseVerdicts
      /** Milliseconds. */
      readonly duration: number
      /** Of those, how many a verdict demanded to wait for what must not come; absent in records of before. */
      readonly waited?: number
      /** Set when the configuration declares this failure; the verdict above is what was really seen. */
      readonly expectedFailure?: ExpectedFailure
      /** SHA-256 over the distinct octets sent in this case, sorted: same seed, same digest. */
      readonly sentDigest: string
    }
  | {
      readonly event: 'run-finished'
      readonly at: number
      readonly time: string
      readonly reason: 'completed' | 'interrupted'
    }

/** A declared failure: it does not turn the run red while it lasts, and turns it red when it is gone. */
export interface ExpectedFailure {
  readonly message: string
  readonly reason: string
  readonly owner: string
  readonly expires: string
  /** `met`: failed as declared. `surprise-pass`, `other-failure`, `expired`: red. */
  readonly state: 'met' | 'surprise-pass' | 'other-failure' | 'expired'
}

export interface FieldComparison {
  readonly field: string
  readonly expected: string
  readonly actual: string
  readonly result: 'same' | 'different' | 'missing' | 'learnt' | 'unexpected'
}
