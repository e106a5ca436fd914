import type { DerivedCase } from '#derive'
import type { IeKind } from '#flow'
import type { Finding, Phase, RunEvent } from '#verdict'
import type { Clock } from './clock.ts'
import type { History } from './history.ts'
import type { Port } from './port.ts'

/** The identities and values a case has for itself. */
export interface Lease {
  /** Value of each term; a term without a value does not exist in this world. */
  readonly values: Readonly<Record<string, string>>
  /** A wrong value in place of a term's, by the flaws the kind declares. */
  flawed(term: string, kind: IeKind, flaw: string): string
  /** Whether two values of a kind mean the same. */
  same(kind: IeKind, a: string, b: string): boolean
}

/** Milliseconds. */
export interface Timing {
  /** How long the next message of a course may take. */
  readonly answer: number
  /** How long silence is watched when neither refusal nor anything else came. */
  readonly silence: number
  /** How long to watch on after the last expected message or a refusal. */
  readonly quiet: number
  /** The flow's timers by key. */
  readonly timers: Readonly<Record<string, number>>
}

/** A case made ready to be played. */
export interface Script {
  readonly derived: DerivedCase
  readonly lease: Lease
  readonly port: Port
  /** A second user and the way to the system under test for it; needed by crossed cases alone. */
  readonly second?: { readonly lease: Lease; readonly port: Port; readonly history?: History }
  /** What passed before for the same user: what is played is added to it. */
  readonly history?: History
  readonly clock: Clock
  readonly timing: Timing
  readonly phase: Phase
  /** Whether what rests on a default binding may fail. */
  readonly profileSelected: boolean
  /** Claims of the implementation conformance statement. */
  readonly claims: Readonly<Record<string, boolean>>
  readonly replay: string
  /** True while a fail cannot be laid at the door of this case; then it is inconclusive here. */
  shared?(): boolean
  /** True for what is known already and not of this case. */
  ignores?(finding: FindingDraft): boolean
  /** Called when every message of the course came, be it as required or not. */
  completed?(): void
  /** What is done after a refusal was watched for and before it is believed. */
  meanwhile?(): Promise<void>
  /** The flow goes no further than this step, because a peer is lost. */
  readonly crash?: Crash
  /** Milliseconds that were waited for what must not come. */
  waited?(milliseconds: number): void
  tell(event: Told): void
}

/** The moment at which a peer of the roles under test is lost. */
export interface Crash {
  /** The step after which it is. */
  readonly after: string
  readonly peer: string
  /** From now on nothing of the peer gets through. */
  begins(): void
  /** Whether that role is still there. */
  isThere(role: string): boolean
  /** Lets what must run out run out, and brings the peer back; resolves with what is wrong with what is left. */
  happens(): Promise<readonly FindingDraft[]>
}

type Without<E, K extends string> = E extends unknown ? Omit<E, K> : never
/** What the player tells while it plays; time and case are added by whoever listens. */
export type Told = Without<Extract<RunEvent, { event: 'step' | 'finding' | 'note' }>, 'case' | 'at'>

export type FindingDraft = Omit<Finding, 'phase' | 'replay' | 'verdict'> & {
  readonly verdict?: Finding['verdict']
  /** It refuses, be it only because the tester let it wait too long. */
  readonly refuses?: boolean
}

/** Whether two MC service IDs are the same; of none it is not. */
export const isSame = ({ lease }: Script, one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && lease.same('mcServiceId', one, other)
