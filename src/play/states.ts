import { outcomeStep } from '#derive'
import { everyStep, nameOfTerm, type Carried, type State } from '#flow'
import type { Known } from './alter.ts'
import { clauseOf, type Ledger } from './ledger.ts'
import type { Answer, IeValues } from './port.ts'
import type { Script } from './script.ts'

interface Claim {
  /** The step whose requirement it is. */
  readonly step: string
  /** Where the ladder shows it. */
  readonly shown: string
  readonly at: string
  readonly state: State
  readonly what: Carried
}

/** What lasts at the roles under test: records of the flow and its outcome. */
const claimsOf = ({ derived: { flow, sut } }: Script): readonly Claim[] => [
  ...everyStep(flow.steps).flatMap(({ step, act }) =>
    act.act === 'record' && sut.includes(act.at)
      ? [{ step, shown: step, at: act.at, state: act.state, what: act.what }]
      : [],
  ),
  ...flow.outcome.flatMap(({ at, state }) =>
    sut.includes(at) ? [{ step: lastStep(flow.steps), shown: outcomeStep(at), at, state, what: {} }] : [],
  ),
]

const lastStep = (steps: readonly { readonly step: string }[]): string => steps.at(-1)?.step ?? '-'

/**
 * Asks the system under test what it holds now. After a course that succeeded every state holds with the values
 * recorded; after a refusal none does. Where nobody can be asked, that is said, never passed.
 */
export async function judgeStates(script: Script, ledger: Ledger, known: Known, granted: boolean): Promise<boolean> {
  let observed = false
  for (const claim of claimsOf(script)) {
    const answer = await ask(script, claim, known, granted)
    if (!answer.known) {
      ledger.step(claim.shown, 'not-observable', `whether ${claim.state.that}: ${answer.why}`)
      continue
    }
    observed = true
    ledger.judged()
    if (answer.holds !== granted) {
      ledger.step(claim.shown, 'diverged', `${answer.holds ? 'held' : 'not held'}: ${claim.state.that}`)
      find(
        script,
        ledger,
        claim,
        granted ? `that ${claim.state.that}` : `not that ${claim.state.that}`,
        answer.holds ? `it holds` : `it does not hold`,
      )
      continue
    }
    const wrong = granted
      ? Object.entries(claim.what).filter(([name, term]) => differs(script, term, known, answer.values[name]))
      : []
    for (const [name, term] of wrong)
      find(
        script,
        ledger,
        claim,
        `${name} ${known.get(nameOfTerm(term)) ?? 'absent'}`,
        `${name} ${answer.values[name] ?? 'absent'}`,
        name,
      )
    if (wrong.length === 0) ledger.step(claim.shown, 'done', `${granted ? '' : 'not '}held: ${claim.state.that}`)
  }
  return observed
}

/** Milliseconds between two questions about the same state. */
const pause = 50

/** What has to hold is asked for until it does: what was said last may be heard, and not taken in yet. */
async function ask(
  { port, clock, timing }: Script,
  { at, state }: Claim,
  known: Known,
  granted: boolean,
): Promise<Answer> {
  const until = clock.now() + timing.answer
  for (;;) {
    const answer = await port.query(at, state.key, valuesOf(state.about, known))
    if (!granted || !answer.known || answer.holds || clock.now() >= until) return answer
    await port.receive(Math.min(until, clock.now() + pause))
  }
}

const differs = (script: Script, term: Carried[string], known: Known, actual: string | undefined): boolean => {
  const expected = known.get(nameOfTerm(term))
  if (expected === undefined || actual === undefined) return expected !== actual
  return !script.lease.same(term.kind, expected, actual)
}

function find(script: Script, ledger: Ledger, claim: Claim, expected: string, actual: string, field?: string): void {
  ledger.find({
    requirement: `the ${script.derived.flow.actors[claim.at]} holds ${expected}`,
    clause: clauseOf(script.derived.flow.spec, claim.step),
    basis: script.derived.flow.spec.basis,
    step: claim.step,
    role: claim.at,
    ...(field !== undefined && { field }),
    expected: [expected],
    actual,
    messages: [],
  })
}

const valuesOf = (terms: State['about'], known: Known): IeValues =>
  Object.fromEntries(
    terms.flatMap((term) => {
      const value = known.get(nameOfTerm(term))
      return value === undefined ? [] : [[nameOfTerm(term), value]]
    }),
  )
