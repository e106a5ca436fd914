import { messageSteps, type MessageStep } from '#derive'
import type { Known } from './alter.ts'
import { compareMessage } from './compare.ts'
import { clauseOf, type Ledger } from './ledger.ts'
import type { Arrival } from './port.ts'
import { findProblems } from './problem.ts'
import type { Script } from './script.ts'
import { fits, judgeUnexpected, refuses } from './unexpected.ts'
import { findFlood, findUnreachable } from './watch.ts'

/** Where a course stands while it is played. */
export interface Progress {
  readonly known: Known
  readonly done: Set<string>
  /** Sendings whose refusal is of no matter. */
  readonly pointless: Set<number>
  /** Messages that may come, and are not due yet. */
  readonly open: Set<MessageStep>
  /** The step sent last, which a refusal below answers. */
  last: string
}

/** `on`: go on. `refused`: the refusal path was taken instead. `over`: nothing more can be learnt. `lost`: a peer is lost here. */
export type Turn = 'on' | 'refused' | 'over' | 'lost'

/** Awaits the messages of these steps, in any order among themselves. */
export async function expectSteps(
  script: Script,
  ledger: Ledger,
  steps: readonly MessageStep[],
  progress: Progress,
): Promise<Turn> {
  const { derived, port, clock } = script
  const since = clock.now()
  const waiting = new Set(steps)
  const until = (): number => since + Math.max(...[...waiting].map((step) => limitOf(script, step)), 0)
  const lenient = derived.oracle === 'either'
  while (waiting.size > 0) {
    const arrival = await port.receive(until())
    if (!arrival) return silence(script, ledger, [...waiting], since)
    if (arrival.kind !== 'message') {
      const turn = below(script, ledger, arrival, [...waiting], progress)
      if (turn !== 'on') return turn
      continue
    }
    if (lenient && refuses(arrival)) {
      const refusing = messageSteps(derived.course.flow).find((one) => fits(one, arrival))
      ledger.step(
        refusing?.step ?? '-',
        'refused',
        `the ${arrival.message} refuses, which is acceptable here`,
        arrival.seq,
      )
      ledger.judged()
      return 'refused'
    }
    const step = [...waiting, ...progress.open].find((one) => fits(one, arrival))
    if (step && progress.open.delete(step) && isRefusedLater(script, step, arrival)) {
      waiting.delete(step)
      takeRefusal(ledger, step, arrival, progress)
      continue
    }
    if (step) {
      waiting.delete(step)
      progress.done.add(step.step)
      tooEarly(script, ledger, step, arrival.at - since, arrival.seq)
      const good = compareMessage(script, ledger, derived.course.flow, step, arrival, progress.known, lenient)
      if (!good && ledger.worst() !== 'none' && contradicts(step, arrival)) return 'over'
      continue
    }
    if (judgeUnexpected(script, ledger, arrival, [...waiting], progress.done)) return 'over'
  }
  return 'on'
}

/** Who waits with an answer until it knows better may refuse in it what was refused meanwhile. */
export const isRefusedLater = ({ derived: { variation } }: Script, { dueBy }: MessageStep, arrival: Arrival): boolean =>
  dueBy !== undefined &&
  (variation.kind === 'deny' || variation.kind === 'withhold') &&
  arrival.kind === 'message' &&
  refuses(arrival)

/** Takes such a refusal for the answer that it is. */
export function takeRefusal(
  ledger: Ledger,
  { step }: MessageStep,
  { seq }: { readonly seq: number },
  progress: Progress,
): void {
  progress.done.add(step)
  ledger.step(step, 'refused', 'it waited, and refuses what was refused meanwhile', seq)
  ledger.judged()
}

/** A result other than the one of the course: from here on the flow is another. */
const contradicts = (step: MessageStep, arrival: Extract<Arrival, { kind: 'message' }>): boolean => {
  const carried = step.act.act === 'send' ? step.act.carries['result'] : undefined
  return carried !== undefined && 'literal' in carried && arrival.ies['result'] !== carried.literal
}

const limitOf = (script: Script, step: MessageStep): number => {
  const timer = step.within?.atMost
  return (timer && script.timing.timers[timer.key]) ?? script.timing.answer
}

function tooEarly(script: Script, ledger: Ledger, step: MessageStep, after: number, seq: number): void {
  const timer = step.within?.atLeast
  const least = timer && script.timing.timers[timer.key]
  if (!timer || least === undefined || after >= least) return
  ledger.find({
    requirement: `step ${step.step} does not come before ${timer.means}`,
    clause: clauseOf(script.derived.flow.spec, step.step),
    basis: script.derived.flow.spec.basis,
    step: step.step,
    role: step.act.from,
    expected: [`at least ${least} ms`],
    actual: `${after.toFixed(1)} ms`,
    messages: [seq],
  })
}

async function silence(script: Script, ledger: Ledger, missing: readonly MessageStep[], since: number): Promise<Turn> {
  const { derived, clock } = script
  const waited = clock.now() - since
  const stalled = clock.stalled(since)
  // Under a flood the answer may lie unread in a queue, and a tester that stood still cannot say that others were late.
  const flooded = script.port.floodedSince(since)
  const ourFault = !flooded && stalled > waited / 4
  if (derived.oracle === 'either') {
    ledger.step(missing[0]?.step ?? '-', 'refused', 'silence, which is acceptable here')
    ledger.judged()
    return 'refused'
  }
  const astray = script.port.astray(since)
  const nothing = `nothing in ${Math.round(waited)} ms${astray === undefined ? '' : ` but what could be taken for no case: ${astray}`}`
  const excuse = ourFault
    ? `; of that time the tester itself stood still for ${Math.round(stalled)} ms: run with less concurrency`
    : flooded
      ? '; it sent so much meanwhile that its answer may not have been looked at'
      : ''
  const [first] = missing
  const lifeless = first && !ourFault ? await script.port.lifeless(first.act.to) : undefined
  for (const step of missing) {
    ledger.step(step.step, 'missing', `no ${step.act.message.name} within ${Math.round(waited)} ms`)
    // Who shows no life at all may as well not be there: that is no failure of the procedure.
    if (lifeless !== undefined) continue
    ledger.find({
      requirement: `the ${derived.flow.actors[step.act.from]} ${step.act.act === 'send' ? 'sends' : 'forwards'} the ${step.act.message.name} to the ${derived.flow.actors[step.act.to]}`,
      clause: clauseOf(derived.flow.spec, step.step),
      // That a refusal is told by a message, and not by silence, is our reading of the flow unless it is only passed on.
      basis: derived.variation.kind === 'deny' && step.act.act === 'send' ? 'default-binding' : derived.flow.spec.basis,
      ...(ourFault && { verdict: 'error' }),
      ...(flooded && { verdict: 'inconclusive' }),
      step: step.step,
      role: ourFault ? 'tester' : step.act.from,
      expected: [`the ${step.act.message.name} within ${limitOf(script, step)} ms`],
      actual: `${nothing}${excuse}`,
      messages: [],
    })
  }
  if (first && lifeless !== undefined) findUnreachable(script, ledger, first.step, `${nothing}, and ${lifeless}`)
  ledger.judged()
  return 'over'
}

/** Whether the check that turns out negative is one of the roles under test: who is only told of a refusal passes it on. */
const refusesItself = ({ derived: { flow, sut, variation } }: Script): boolean => {
  if (variation.kind !== 'deny') return false
  const act = flow.steps.find(({ step }) => step === variation.step)?.act
  return act?.act === 'check' && sut.includes(act.at)
}

function below(
  script: Script,
  ledger: Ledger,
  arrival: Exclude<Arrival, { kind: 'message' }>,
  waiting: readonly MessageStep[],
  progress: Progress,
): Turn {
  const { derived } = script
  const spec = derived.flow.spec
  switch (arrival.kind) {
    case 'refusal': {
      if (progress.pointless.has(arrival.dispatch)) return 'on'
      const refusalFits = derived.oracle === 'either' || refusesItself(script)
      ledger.step(arrival.step, refusalFits ? 'refused' : 'diverged', arrival.text, arrival.seq)
      ledger.judged()
      if (refusalFits) return 'refused'
      ledger.find({
        requirement: `step ${arrival.step} is accepted when it is as written`,
        clause: clauseOf(spec, arrival.step),
        basis: spec.basis,
        step: arrival.step,
        role: derived.sut.join('+'),
        expected: waiting.map((step) => `step ${step.step}: the ${step.act.message.name}`),
        actual: arrival.text,
        refuses: true,
        messages: [arrival.seq],
      })
      return 'over'
    }
    case 'violation':
      findProblems(ledger, arrival.problems, { step: arrival.step, role: derived.sut.join('+'), seq: arrival.seq })
      return 'on'
    case 'flood':
      findFlood(script, ledger, waiting[0]?.step ?? progress.last, arrival.limit)
      return 'over'
    case 'unreadable':
      if (arrival.problems) {
        const step = waiting[0]?.step ?? progress.last
        findProblems(ledger, arrival.problems, { step, role: derived.sut.join('+'), seq: arrival.seq })
        return 'on'
      }
      ledger.find({
        requirement: 'what is sent can be read',
        clause: 'RFC 3261 7',
        basis: 'rfc',
        step: waiting[0]?.step ?? progress.last,
        role: derived.sut.join('+'),
        expected: waiting.map((step) => `step ${step.step}: the ${step.act.message.name}`),
        actual: arrival.text,
        messages: [arrival.seq],
      })
      return 'on'
    case 'unreachable':
      findUnreachable(script, ledger, progress.last, arrival.text)
      return 'over'
  }
}
