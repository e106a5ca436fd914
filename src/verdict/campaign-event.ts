/** One change of one message of a flow: where, how, with what. */
export interface CampaignEdit {
  readonly at: string
  readonly path: string
  readonly kind: string
  readonly p?: string | number
  readonly layer: string
}

/** One change of the course of a flow. */
export interface CampaignOperation {
  readonly op: string
  readonly at: string
  readonly p?: unknown
}

export interface CampaignCase {
  readonly v: 1
  readonly scenario: string
  readonly baseline: string
  readonly edits: readonly CampaignEdit[]
  readonly ops: readonly CampaignOperation[]
}

/** How often a finding showed when it was played again. */
export interface Reproduced {
  readonly times: number
  readonly of: number
  /** Whether the system under test was started anew for that; older records do not say. */
  readonly afresh?: boolean | undefined
}

export function reproducedText({ times, of, afresh }: Reproduced): string {
  const shown = `${times} of ${of} times`
  if (afresh === undefined) return shown
  return `${shown} ${afresh ? 'on a system started afresh' : 'on the same system: nothing here can start it afresh'}`
}

/** One field of one message, one kind of change, one state, and how many cases are planned there. */
export interface PlannedCell {
  readonly scenario: string
  readonly state: string
  readonly field: string
  readonly kind: string
  readonly planned: number
}

export type FindingSeverity = 'security' | 'robustness' | 'legality' | 'advisory'

/** What an oracle did not let pass. */
export interface CampaignComplaint {
  readonly oracle: string
  readonly clause: string
  readonly severity: FindingSeverity
  readonly what: string
  readonly expected: string
  readonly observed: string
}

/** A flow as it is written of which nobody can say whether it is right: what is said of changes in it is worth little. */
export interface Undecided {
  readonly scenario: string
  readonly why: string
}

/** Everything that happens in a fuzzing campaign, in the order it happens. One of these is one line of its `events.ndjson`. */
export type CampaignEvent =
  | {
      readonly event: 'campaign-began'
      readonly time?: string
      readonly tool?: { readonly name: string; readonly version: string }
      readonly seed: number
      /** Milliseconds. */
      readonly budget: number
      readonly scenarios: readonly string[]
      readonly defects: readonly string[]
    }
  | { readonly event: 'cells-planned'; readonly cells: readonly PlannedCell[] }
  | {
      readonly event: 'execution'
      /** Milliseconds since the campaign began. */
      readonly at: number
      /** Hash of the case. */
      readonly case: string
      readonly scenario: string
      readonly edits: readonly CampaignEdit[]
      readonly ops?: readonly CampaignOperation[]
      /** Indices of edits that changed nothing, for what they name is not there. */
      readonly without?: readonly number[]
      /** What the standard lets come: `accept`, `refuse`, `any`. */
      readonly expected: string
      /** Class of what came. */
      readonly answer: string
      readonly ms: number
    }
  | { readonly event: 'batch-survived'; readonly at: number; readonly executions: number; readonly window: number }
  | {
      readonly event: 'finding'
      readonly signature: string
      readonly case: CampaignCase
      readonly complaint: CampaignComplaint
      /** Executions and milliseconds until it was seen. */
      readonly executions: number
      readonly after: number
      /** Base64, as sent. */
      readonly octets: string
    }
  | {
      /** What is known of a finding after it was played again and made smaller. */
      readonly event: 'finding-examined'
      readonly signature: string
      readonly title: string
      readonly case: CampaignCase
      readonly explanation: readonly string[]
      readonly reproduced: Reproduced
      /** Beside the record. */
      readonly directory: string
      readonly replay: string
    }
  | {
      readonly event: 'not-shown-again'
      readonly at: number
      readonly case: CampaignCase
      readonly what: readonly string[]
    }
  | {
      readonly event: 'campaign-ended'
      readonly executions: number
      readonly findings: number
      readonly milliseconds: number
      readonly notTested?: string
      /** Absent where there are none. */
      readonly undecided?: readonly Undecided[]
      /** What ended it before its time, as what follows "until". */
      readonly cut?: string
    }

/** Indices left out: which of several header fields of a name it was does not count. */
export const fieldOf = (path: string): string => path.replaceAll(/\[\d+\]/g, '')
