import { hashOf, titleOf, type FuzzCase } from './case.ts'
import { createCoverage, type Coverage } from './coverage.ts'
import type { Finding } from './finding.ts'
import { isFlowCase } from './flows/flow-stage.ts'
import { answerClassOf } from './judge.ts'
import type { Journal } from './journal.ts'
import type { Complaint } from './oracle.ts'
import type { Execution } from './execution.ts'
import { isContained, signatureOf } from './signature.ts'
import type { Undecided } from '#verdict'

export interface TallyOptions {
  readonly now: () => number
  /** When the campaign began. */
  readonly began: number
  readonly journal: Journal
  readonly say: (line: string) => void
}

/** What a campaign has seen so far; all of it goes into its journal. */
export interface Tally {
  readonly coverage: Coverage
  readonly executions: number
  /** How many of them were whole flows. */
  readonly flows: number
  /** What looked wrong and was right alone, or could not be blamed on anybody. */
  readonly inconclusive: number
  readonly findings: readonly Finding[]
  /** Flows as they are written of which nobody can say whether they are right, and why. */
  readonly undecided: readonly Undecided[]
  readonly last: Execution | undefined
  count(execution: Execution): void
  /** A finding, unless there is one of its signature. */
  keep(execution: Execution, complaint: Complaint): void
  /** Whether it is one of the findings, or nothing but one of them among other changes. */
  isKnown(one: FuzzCase, complaint: Complaint): boolean
  vanish(execution: Execution): void
  doubt(execution: Execution, is: boolean): void
  /** Nobody can be blamed. */
  shrug(): void
  /** Nothing that comes later counts: the time is over. */
  close(): void
}

export function createTally({ now, began, journal, say }: TallyOptions): Tally {
  const coverage = createCoverage()
  const findings = new Map<string, Finding>()
  let executions = 0
  let flows = 0
  let inconclusive = 0
  let last: Execution | undefined
  const undecided = new Map<string, Undecided>()
  let closed = false
  const at = (): number => now() - began
  return {
    coverage,
    get executions() {
      return executions
    },
    get flows() {
      return flows
    },
    get inconclusive() {
      return inconclusive
    },
    get findings() {
      return [...findings.values()]
    },
    get undecided() {
      return [...undecided.values()]
    },
    get last() {
      return last
    },
    count(execution) {
      if (closed) return
      executions += 1
      if (isFlowCase(execution.one)) flows += 1
      last = execution
      const answer = answerClassOf(execution.observation)
      coverage.count(execution, answer)
      journal.execution({ at: at(), hash: hashOf(execution.one), execution, answer })
    },
    keep(execution, complaint) {
      if (closed) return
      const signature = signatureOf(execution.one, complaint)
      coverage.found(execution)
      if (findings.has(signature)) return
      const finding: Finding = { signature, one: execution.one, complaint, execution, executions, after: at() }
      findings.set(signature, finding)
      journal.finding(finding)
      say(`finding: ${titleOf(finding.one)}: ${complaint.what} (${complaint.clause})`)
    },
    isKnown: (one, complaint) =>
      findings.has(signatureOf(one, complaint)) ||
      [...findings.values()].some((finding) => isContained(one, complaint, finding)),
    vanish({ one, complaints }) {
      if (closed) return
      inconclusive += 1
      journal.vanished({ at: at(), one, what: complaints.map(({ what }) => what) })
    },
    doubt({ one: { scenario }, complaints }, is) {
      if (closed) return
      const why = complaints.map(({ what }) => what.replace(/^perhaps: /, '')).join(', ')
      if (is) undecided.set(scenario, { scenario, why })
      else undecided.delete(scenario)
    },
    shrug: () => void (inconclusive += closed ? 0 : 1),
    close: () => void (closed = true),
  }
}
