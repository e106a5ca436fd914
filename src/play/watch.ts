import { isPositive, messageSteps, type MessageStep } from '#derive'
import type { Basis } from '#flow'
import type { Progress } from './expect.ts'
import { clauseOf, type Ledger } from './ledger.ts'
import type { Arrival } from './port.ts'
import { findProblems } from './problem.ts'
import type { Script } from './script.ts'
import { fits, judgeUnexpected, refuses } from './unexpected.ts'

/** After a message that must not be granted: a refusal or silence is right, anything that goes on is wrong. */
export async function watchForRefusal(
  script: Script,
  ledger: Ledger,
  altered: MessageStep,
  { open }: Progress,
): Promise<void> {
  const began = script.clock.now()
  const came = await listen(script, ledger, altered, began + script.timing.silence, open)
  script.waited?.(script.clock.now() - began)
  if (came === 'silence') ledger.step(altered.step, 'refused', 'silence: nothing was granted and nothing passed on')
  if (came === 'silence' || came === 'refusal') ledger.judged()
}

/** What was granted later than anybody waited for is granted all the same. */
export const judgeLate = (script: Script, ledger: Ledger, altered: MessageStep): Promise<Came> =>
  listen(script, ledger, altered, Number.NEGATIVE_INFINITY, new Set())

type Came = 'refusal' | 'silence' | 'grant' | 'nothing got through'

async function listen(
  script: Script,
  ledger: Ledger,
  altered: MessageStep,
  end: number,
  open: Set<MessageStep>,
): Promise<Came> {
  const { derived, port, clock, timing } = script
  const steps = messageSteps(derived.course.flow)
  const onward = steps.slice(steps.findIndex((step) => step.step === altered.step) + 1)
  const role = derived.sut.join('+')
  let until = end
  let came: Came = 'silence'
  for (;;) {
    const arrival = await port.receive(until)
    if (!arrival) return came
    switch (arrival.kind) {
      case 'unreadable':
        break
      case 'violation':
        findProblems(ledger, arrival.problems, { step: arrival.step, role, seq: arrival.seq })
        break
      case 'unreachable':
        findUnreachable(script, ledger, altered.step, arrival.text)
        return 'nothing got through'
      case 'flood':
        findFlood(script, ledger, altered.step, arrival.limit)
        return 'nothing got through'
      case 'refusal':
        came = 'refusal'
        ledger.step(arrival.step, 'refused', arrival.text, arrival.seq)
        until = Math.min(until, clock.now() + timing.quiet)
        break
      case 'message': {
        const awaited = [...open].find((one) => fits(one, arrival))
        if (awaited && open.delete(awaited)) {
          ledger.step(awaited.step, 'done', `the ${arrival.message} came`, arrival.seq)
          break
        }
        const step = onward.find((one) => fits(one, arrival))
        if (refuses(arrival)) {
          came = 'refusal'
          ledger.step(step?.step ?? altered.step, 'refused', `the ${arrival.message} refuses`, arrival.seq)
          until = Math.min(until, clock.now() + timing.quiet)
        } else if (step?.act.message.releases) {
          // Who gives something up grants nothing.
          ledger.step(step.step, 'done', `the ${arrival.message} gives up what was begun`, arrival.seq)
        } else if (step) {
          findGranted(script, ledger, altered, step, arrival)
          return 'grant'
        } else judgeUnexpected(script, ledger, arrival, [], new Set(steps.map((one) => one.step)))
      }
    }
  }
}

/** What goes on as if nothing were wrong. */
export function findGranted(
  script: Script,
  ledger: Ledger,
  altered: MessageStep,
  granted: MessageStep,
  arrival: Extract<Arrival, { kind: 'message' }>,
): void {
  const { variation, flow, sut } = script.derived
  const result = arrival.ies['result']
  ledger.step(granted.step, 'diverged', `the ${arrival.message} came as if nothing were wrong`, arrival.seq)
  ledger.find({
    requirement: requirementOf(script, altered),
    clause: clauseOf(flow.spec, granted.step),
    basis: basisOf(script, altered),
    step: granted.step,
    role: sut.join('+'),
    ...('ie' in variation && { field: variation.ie }),
    expected: ['a refusal', 'silence'],
    actual: `step ${granted.step}: the ${arrival.message}${result === undefined ? '' : ` with result ${result}`} to the ${flow.actors[arrival.role]}`,
    messages: [arrival.seq],
  })
}

/** Nothing got through, so nothing can be said about the system under test: inconclusive, with what to look at. */
export function findUnreachable({ derived }: Script, ledger: Ledger, step: string, text: string): void {
  ledger.find({
    requirement: 'what is sent gets through to the system under test, and its answer back',
    clause: clauseOf(derived.flow.spec, step),
    basis: derived.flow.spec.basis,
    verdict: 'inconclusive',
    step,
    role: derived.sut.join('+'),
    expected: [
      'a reachable system under test; check the address, the port and that it runs',
      'answers of a size that can be looked at',
    ],
    actual: text,
    messages: [],
  })
}

/** What is not looked at cannot be judged, and nobody may pass by saying too much. */
export function findFlood({ derived }: Script, ledger: Ledger, step: string, limit: string): void {
  ledger.find({
    requirement: 'what comes for one case is little enough to be looked at',
    clause: clauseOf(derived.flow.spec, step),
    basis: derived.flow.spec.basis,
    verdict: 'inconclusive',
    step,
    role: derived.sut.join('+'),
    expected: [limit],
    actual: 'more; what came after that was not looked at',
    messages: [],
  })
}

/** The altered element's own basis: what a default of ours made mandatory is not the specification's demand. */
const basisOf = (script: Script, altered: MessageStep): Basis => {
  const { variation, flow } = script.derived
  if (!('ie' in variation)) return flow.spec.basis
  return altered.act.message.ies[variation.ie]?.basis ?? altered.act.message.source.basis
}

const requirementOf = (script: Script, altered: MessageStep): string => {
  const { variation } = script.derived
  const message = `the ${altered.act.message.name} of step ${altered.step}`
  switch (variation.kind) {
    case 'omit':
      return `nothing is granted or passed on when ${message} lacks ${variation.ie}`
    case 'malform':
    case 'foreign':
      return `nothing is granted or passed on when ${variation.ie} in ${message} is ${variation.flaw}`
    case 'withhold':
      return `nothing is granted before ${message}`
    case 'as-written':
    case 'without':
    case 'unless':
    case 'where':
    case 'deny':
    case 'twice':
    case 'before':
    case 'crossed':
      return `nothing is granted or passed on after ${message}`
  }
}

/** After a course: a while of watching for what comes too much. */
export async function watchQuiet(script: Script, ledger: Ledger, progress: Progress): Promise<void> {
  const began = script.clock.now()
  await listenForMore(script, ledger, progress, began + script.timing.quiet)
  script.waited?.(script.clock.now() - began)
}

async function listenForMore(script: Script, ledger: Ledger, progress: Progress, until: number): Promise<void> {
  for (;;) {
    const arrival = await script.port.receive(until)
    if (!arrival) return
    if (arrival.kind === 'violation')
      findProblems(ledger, arrival.problems, {
        step: arrival.step,
        role: script.derived.sut.join('+'),
        seq: arrival.seq,
      })
    if (arrival.kind === 'refusal' && isPositive(script.derived.variation)) findRefused(script, ledger, arrival)
    if (arrival.kind === 'flood') return findFlood(script, ledger, progress.last, arrival.limit)
    if (arrival.kind === 'message' && judgeUnexpected(script, ledger, arrival, [], progress.done)) return
  }
}

/** What nothing waits for is to be accepted all the same. */
function findRefused(
  { derived: { flow, sut } }: Script,
  ledger: Ledger,
  { step, text, seq }: Extract<Arrival, { kind: 'refusal' }>,
): void {
  ledger.step(step, 'diverged', text, seq)
  ledger.find({
    requirement: `step ${step} is accepted when it is as written`,
    clause: clauseOf(flow.spec, step),
    basis: flow.spec.basis,
    step,
    role: sut.join('+'),
    expected: ['a final response 2xx'],
    actual: text,
    refuses: true,
    messages: [seq],
  })
}

/** After a refusal that is as good as a grant: a while of watching for what the protocol below does not allow. */
export async function watchProtocol(script: Script, ledger: Ledger): Promise<void> {
  const began = script.clock.now()
  const until = began + script.timing.quiet
  for (let arrival = await script.port.receive(until); arrival; arrival = await script.port.receive(until))
    if (arrival.kind === 'flood') findFlood(script, ledger, script.derived.step, arrival.limit)
    else if (arrival.kind === 'violation')
      findProblems(ledger, arrival.problems, {
        step: arrival.step,
        role: script.derived.sut.join('+'),
        seq: arrival.seq,
      })
  script.waited?.(script.clock.now() - began)
}
