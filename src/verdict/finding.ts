import type { Basis } from './basis.ts'
import type { Phase, Verdict } from './verdict.ts'

/** One thing that is not as required, with all a reader needs to check it by hand. */
export interface Finding {
  /** The requirement as a sentence. */
  readonly requirement: string
  /** Document and clause, for example `TR 23.781 6.x.1 step 3`. */
  readonly clause: string
  readonly basis: Basis
  /** What this finding alone makes of the verdict. `error` only for faults of the tool. */
  readonly verdict: Exclude<Verdict, 'none' | 'pass'>
  readonly phase: Phase
  /** Step number as in the specification, for example `4a`. */
  readonly step: string
  /** The role that is judged, or `tester` when the tool is at fault. */
  readonly role: string
  /** The information element or wire field, when the finding is about one: `temporaryId`, `Content-Type`. */
  readonly field?: string
  /** Everything that would have been acceptable. */
  readonly expected: readonly string[]
  readonly actual: string
  /** Sequence numbers of the message events this rests on, oldest first. */
  readonly messages: readonly number[]
  /** Octets of the last of these messages to point at. */
  readonly span?: { readonly start: number; readonly end: number }
  /** A command line that plays this case again. */
  readonly replay: string
}
