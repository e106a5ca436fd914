import { messageSteps, outcomeStep } from '#derive'
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
  /** It held before, and must hold no longer when nothing was refused. */
  readonly ended: boolean
}

/** What lasts at the roles under test: records of the flow and its outcome. */
const claimsOf = ({ derived: { flow, sut } }: Script): readonly Claim[] => [
  ...everyStep(flow.steps).flatMap(({ step, act }) =>
    act.act === 'record' && sut.includes(act.at)
      ? [{ step, shown: step, at: act.at, state: act.state, what: act.what, ended: false }]
      : [],
  ),
  ...flow.outcome.flatMap(({ at, state, ended = false, by = lastStep(flow.steps) }) =>
    sut.includes(at) ? [{ step: by, shown: outcomeStep(at), at, state, what: {}, ended }] : [],
  ),
]

/** Whether what was refused came after the roles under test had taken part: what they ended then stays ended. */
function hadBegun({ derived: { flow, sut, step } }: Script): boolean {
  const steps = messageSteps(flow)
  return steps
    .slice(
      0,
      Math.max(
        0,
        steps.findIndex((one) => one.step === step),
      ),
    )
    .some(({ act }) => sut.includes(act.to) || sut.includes(act.from))
}

/** Whether a state was brought about before what was refused: it stands, whatever came of that. */
function stoodBefore({ derived: { flow, step } }: Script, claim: Claim): boolean {
  const steps = everyStep(flow.steps)
  const refused = steps.findIndex((one) => one.step === step)
  if (claim.shown === claim.step && steps.findIndex((one) => one.step === claim.step) < refused) return true
  const carriedAt = (at: number, name: string): string | undefined => {
    const act = steps[at]?.act
    const term = act?.act === 'send' ? act.carries[name] : undefined
    return term && nameOfTerm(term)
  }
  // What was asked for with another value is what has been granted.
  return Object.entries(claim.what).some(([name, term]) => {
    const value = nameOfTerm(term)
    const asked = carriedAt(refused, name)
    return (
      asked !== undefined && asked !== value && steps.some((_, at) => at < refused && carriedAt(at, name) === value)
    )
  })
}

const lastStep = (steps: readonly { readonly step: string }[]): string => steps.at(-1)?.step ?? '-'

/**
 * Asks the system under test what it holds now. After a course that succeeded every state holds with the values
 * recorded, or no longer where the flow ends it; after a refusal it is the other way round. Where nobody can be asked, that is said, never passed.
 */
export async function judgeStates(script: Script, ledger: Ledger, known: Known, granted: boolean): Promise<boolean> {
  let observed = false
  for (const claim of claimsOf(script)) {
    if (!granted && (claim.ended ? hadBegun(script) : stoodBefore(script, claim))) continue
    const holds = claim.ended !== granted
    const answer = await ask(script, claim, known, holds)
    if (!answer.known) {
      ledger.step(claim.shown, 'not-observable', `whether ${claim.state.that}: ${answer.why}`)
      continue
    }
    observed = true
    ledger.judged()
    // What a precondition brought about stands after a refusal: it is the same state with other values.
    if (!granted && answer.holds && isOlder(script, claim, known, answer.values)) continue
    if (answer.holds !== holds) {
      ledger.step(claim.shown, 'diverged', `${answer.holds ? 'held' : 'not held'}: ${claim.state.that}`)
      find(
        script,
        ledger,
        claim,
        holds ? `that ${claim.state.that}` : `not that ${claim.state.that}`,
        answer.holds ? `it holds` : `it does not hold`,
      )
      continue
    }
    const wrong = holds
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
    if (wrong.length === 0) ledger.step(claim.shown, 'done', `${holds ? '' : 'not '}held: ${claim.state.that}`)
  }
  return observed
}

/** Milliseconds between two questions about the same state. */
const pause = 50

/** What has to hold is asked for until it does: what was said last may be heard, and not taken in yet. */
async function ask(
  { port, clock, timing }: Script,
  { at, state, ended }: Claim,
  known: Known,
  holds: boolean,
): Promise<Answer> {
  const until = clock.now() + timing.answer
  for (;;) {
    const answer = await port.query(at, state.key, valuesOf(state.about, known))
    if (!answer.known || answer.holds === holds || (!holds && !ended) || clock.now() >= until) return answer
    await port.receive(Math.min(until, clock.now() + pause))
  }
}

const isOlder = (script: Script, { what, state }: Claim, known: Known, values: IeValues): boolean =>
  script.derived.flow.preconditions.some(({ states }) => states.includes(state.key)) &&
  Object.entries(what).some(([name, term]) => differs(script, term, known, values[name]))

const differs = (script: Script, term: Carried[string], known: Known, actual: string | undefined): boolean => {
  const expected = known.get(nameOfTerm(term))
  if (expected === undefined || actual === undefined) return expected !== actual
  return !script.lease.same(term.kind, expected, actual)
}

function find(script: Script, ledger: Ledger, claim: Claim, expected: string, actual: string, field?: string): void {
  ledger.find({
    requirement: `the ${script.derived.flow.actors[claim.at]} holds ${expected}`,
    clause: clauseOf(script.derived.flow.spec, claim.step),
    basis: claim.state.basis ?? script.derived.flow.spec.basis,
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
      return value === undefined ? [] : [['term' in term ? (term.called ?? term.term) : term.literal, value]]
    }),
  )
