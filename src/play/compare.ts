import { carriedAt, messageSteps, seatOf, type MessageStep } from '#derive'
import { nameOfTerm, type Flow, type Ie, type Term } from '#flow'
import type { FieldComparison } from '#verdict'
import type { Known } from './alter.ts'
import { clauseOf, type Ledger } from './ledger.ts'
import type { Arrival } from './port.ts'
import { findProblems } from './problem.ts'
import type { Script } from './script.ts'
import { refuses } from './unexpected.ts'

type MessageArrival = Extract<Arrival, { kind: 'message' }>

/**
 * Holds an arrived message against its step: known values are compared, unknown ones learnt, mandatory elements
 * demanded, conditional ones demanded exactly when their condition holds. Returns whether it is as required.
 */
export function compareMessage(
  script: Script,
  ledger: Ledger,
  flow: Flow,
  step: MessageStep,
  arrival: MessageArrival,
  known: Known,
  mild: boolean,
): boolean {
  const fields: FieldComparison[] = []
  const carried = carriedAt(flow, step)
  const role = step.act.from
  const result = carried['result']
  const turnedDown = refuses(arrival) && result !== undefined && 'literal' in result && result.literal !== 'refused'
  let good = true
  for (const [name, term] of Object.entries(carried)) {
    const ie = step.act.message.ies[name]
    if (!ie) continue
    const judged = compareElement(script, step, name, ie, term, arrival.ies[name], known)
    fields.push(judged)
    const requirement = wrongBecause(flow, step, name, ie, judged)
    if (!requirement) continue
    good = false
    const span = arrival.spans[name]
    ledger.find({
      requirement,
      clause: clauseOf(flow.spec, step.step),
      basis: ie.basis ?? step.act.message.source.basis,
      ...(mild && { verdict: 'inconclusive' }),
      refuses: turnedDown,
      step: step.step,
      role,
      field: name,
      expected: [judged.expected],
      actual: judged.actual,
      messages: [arrival.seq],
      ...(span && { span }),
    })
  }
  findProblems(ledger, arrival.problems, { step: step.step, role, seq: arrival.seq })
  good = good && arrival.problems.length === 0
  good = hidesWhatItMust(script, ledger, flow, step, arrival) && good
  ledger.step(
    step.step,
    good ? 'done' : 'diverged',
    good ? `the ${arrival.message} came as required` : `the ${arrival.message} came, but not as required`,
    arrival.seq,
    fields,
  )
  ledger.judged()
  return good
}

function compareElement(
  script: Script,
  step: MessageStep,
  name: string,
  ie: Ie,
  term: Term,
  actual: string | undefined,
  known: Known,
): FieldComparison {
  const expected = 'literal' in term ? term.literal : known.get(term.term)
  const holds = ie.when ? (script.derived.world.conditions[ie.when.key] ?? true) : true
  if (actual === undefined) {
    // Whoever forwards has nothing to leave out.
    const passedOn = expected !== undefined && wasGiven(script, step, name)
    const demanded = ie.status === 'M' || (ie.status === 'C' && holds) || passedOn
    const wanted = expected ?? (demanded ? `a ${ie.kind}` : 'absent')
    return { field: name, expected: wanted, actual: 'absent', result: demanded ? 'missing' : 'same' }
  }
  // Whoever forwards has nothing to add; whoever sends may know better than the tester what was allocated, and not what
  // the tester alone makes so.
  const oursAlone = sometimes(script).includes(ie.when?.key ?? '')
  if (!holds && (step.act.act === 'forward' || oursAlone))
    return { field: name, expected: 'absent', actual, result: 'unexpected' }
  if (expected === undefined) {
    known.set(nameOfTerm(term), actual)
    return { field: name, expected: `any ${ie.kind}`, actual, result: 'learnt' }
  }
  return { field: name, expected, actual, result: script.lease.same(ie.kind, expected, actual) ? 'same' : 'different' }
}

const sometimes = ({ derived: { flow, service } }: Script): readonly string[] => flow.services[service]?.sometimes ?? []

/** Whether the tester gave this element to the one who now forwards it. */
function wasGiven({ derived: { course, sut, variation } }: Script, step: MessageStep, name: string): boolean {
  if (step.act.act !== 'forward') return false
  const steps = messageSteps(course.flow)
  const before = steps
    .slice(
      0,
      steps.findIndex((one) => one.step === step.step),
    )
    .findLast(({ act }) => act.message.name === step.act.message.name)
  const leftOut = variation.kind === 'without' && variation.ie === name
  return before !== undefined && seatOf(before.act, sut) === 'tester-sends' && !leftOut
}

function wrongBecause(
  flow: Flow,
  step: MessageStep,
  name: string,
  ie: Ie,
  { result }: FieldComparison,
): string | undefined {
  const where = `the ${step.act.message.name} from the ${flow.actors[step.act.from]}`
  switch (result) {
    case 'same':
    case 'learnt':
      return undefined
    case 'missing':
      if (ie.status === 'O') return `${name} is passed on in ${where}, since it was in what was to be forwarded`
      return ie.when ? `${name} is present in ${where}, since ${ie.when.that}` : `${name} is mandatory in ${where}`
    case 'different':
      return `${name} in ${where} is the one of this procedure`
    case 'unexpected':
      return step.act.act === 'forward'
        ? `${name} is absent from ${where}, since it was absent from what was to be forwarded`
        : `${name} is absent from ${where}, since it is not so that ${ie.when?.that ?? name}`
  }
}

function hidesWhatItMust(
  script: Script,
  ledger: Ledger,
  flow: Flow,
  step: MessageStep,
  arrival: MessageArrival,
): boolean {
  if (step.act.act !== 'forward') return true
  let hidden = true
  for (const role of step.act.hides ?? []) {
    if (script.derived.sut.includes(role)) continue
    for (const { text, span } of script.port.reveals(arrival.seq, role)) {
      hidden = false
      ledger.find({
        requirement: `the ${flow.actors[step.act.from]} hides the ${flow.actors[role]} from the other MC system`,
        clause: clauseOf(flow.spec, step.step),
        basis: 'seed',
        // Hiding is a capability that the implementation conformance statement claims or not (TS 24.379 6.8.2: MAY).
        ...(script.claims['topologyHiding'] === false && { verdict: 'inconclusive' }),
        step: step.step,
        role: step.act.from,
        field: 'topology',
        expected: [`nothing that names or addresses the ${flow.actors[role]}`],
        actual: text,
        messages: [arrival.seq],
        span,
      })
    }
  }
  return hidden
}
