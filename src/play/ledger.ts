import { cite, overall, weigh, type FieldComparison, type Finding, type Source, type Verdict } from '#verdict'
import type { FindingDraft, Script } from './script.ts'

/** What was judged while playing, told as it happens. */
export interface Ledger {
  /** Adds a finding with the verdict its basis allows, unless a milder one is asked for. */
  find(draft: FindingDraft): void
  step(step: string, outcome: StepOutcome, text: string, message?: number, fields?: readonly FieldComparison[]): void
  note(text: string): void
  /** Something the requirement speaks of was really seen. */
  judged(): void
  /** Tells what was left out; returns what it all comes to. */
  close(): Verdict
  /** True once a finding says that going on makes no sense. */
  readonly worst: () => Verdict
}
type StepOutcome = 'done' | 'diverged' | 'missing' | 'refused' | 'not-reached' | 'not-observable'

/** Findings about the same, of one step and role, that are told one by one. */
const mostAlike = 5

export function openLedger(script: Script): Ledger {
  const weights: Finding['verdict'][] = []
  const alike = new Map<string, number>()
  const opened = script.clock.now()
  let leftOut = 0
  let seen = false
  return {
    find({ refuses = false, ...given }) {
      const stalled = refuses ? script.clock.stalled(opened) : 0
      const told = { ...given, expected: given.expected.map(cut), actual: cut(given.actual) }
      const draft = stalled > patienceOf(script) ? blamingTester(told, stalled) : told
      if (script.ignores?.(draft)) return
      const weight = draft.verdict ?? weigh(draft.basis, script.profileSelected)
      const verdict = weight === 'fail' && script.shared?.() ? 'inconclusive' : weight
      weights.push(verdict)
      const key = [verdict, draft.step, draft.role, draft.field, draft.requirement].join('\n')
      const count = (alike.get(key) ?? 0) + 1
      alike.set(key, count)
      // What happens a thousand times is told a few times.
      if (count <= mostAlike)
        script.tell({ event: 'finding', finding: { ...draft, verdict, phase: script.phase, replay: script.replay } })
      else leftOut += 1
    },
    step(step, outcome, text, message, fields) {
      script.tell({
        event: 'step',
        phase: script.phase,
        step,
        outcome,
        text: cut(text),
        ...(message !== undefined && { message }),
        ...(fields && { fields: fields.map((field) => ({ ...field, actual: cut(field.actual) })) }),
      })
    },
    note(text) {
      script.tell({ event: 'note', text })
    },
    judged() {
      seen = true
    },
    close() {
      if (leftOut > 0)
        script.tell({ event: 'note', text: `${leftOut} further findings like these were made, and are left out here` })
      return overall([...weights, ...(seen ? (['pass'] as const) : [])])
    },
    worst: () => overall(weights),
  }
}

/** Characters of a text: what a system under test says may be as long as it likes, and stands in the record anyway. */
const longest = 2000
const cut = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest)} (${text.length} characters, cut)`

/** As long as the tester may stand still while the system under test waits for it: half of its shortest timer. */
const patienceOf = ({ timing: { timers, answer } }: Script): number => Math.min(answer, ...Object.values(timers)) / 2

const blamingTester = (draft: FindingDraft, stalled: number): FindingDraft => ({
  ...draft,
  verdict: 'error',
  role: 'tester',
  actual: `${draft.actual}, maybe since the tester itself stood still for ${Math.round(stalled)} ms; run with less concurrency`,
})

/** `TR 23.781 6.x.1 step 3` */
export const clauseOf = (source: Source, step: string): string => `${cite(source)} step ${step}`
