import { messageSteps, type MessageStep } from '#derive'
import type { Basis } from '#flow'
import type { Progress } from './expect.ts'
import { clauseOf, type Ledger } from './ledger.ts'
import type { Script } from './script.ts'
import { fits, judgeUnexpected, refuses } from './unexpected.ts'

/** After a message that must not be granted: a refusal or silence is right, anything that goes on is wrong. */
export async function watchForRefusal(script: Script, ledger: Ledger, altered: MessageStep): Promise<void> {
  const { derived, port, clock, timing } = script
  const steps = messageSteps(derived.course.flow)
  const onward = steps.slice(steps.findIndex((step) => step.step === altered.step) + 1)
  const basis = basisOf(script, altered)
  let until = clock.now() + timing.silence
  let refused = false
  for (;;) {
    const arrival = await port.receive(until)
    if (!arrival) break
    if (arrival.kind === 'unreachable') {
      ledger.find({
        requirement: 'the system under test can be reached at the address the configuration gives',
        clause: clauseOf(derived.flow.spec, altered.step),
        basis,
        verdict: 'inconclusive',
        step: altered.step,
        role: derived.sut.join('+'),
        expected: ['a reachable system under test; check the address, the port and that it runs'],
        actual: arrival.text,
        messages: [],
      })
      return
    }
    if (arrival.kind === 'unreadable') continue
    if (arrival.kind === 'refusal' || refuses(arrival)) {
      refused = true
      const step =
        arrival.kind === 'refusal' ? arrival.step : (onward.find((one) => fits(one, arrival))?.step ?? altered.step)
      ledger.step(
        step,
        'refused',
        arrival.kind === 'refusal' ? arrival.text : `the ${arrival.message} refuses`,
        arrival.seq,
      )
      until = Math.min(until, clock.now() + timing.quiet)
      continue
    }
    const granted = onward.find((step) => fits(step, arrival))
    if (!granted) {
      judgeUnexpected(script, ledger, arrival, [], new Set(steps.map((step) => step.step)))
      continue
    }
    ledger.step(granted.step, 'diverged', `the ${arrival.message} came as if nothing were wrong`, arrival.seq)
    ledger.find({
      requirement: requirementOf(script, altered),
      clause: clauseOf(derived.flow.spec, granted.step),
      basis,
      step: granted.step,
      role: derived.sut.join('+'),
      ...('ie' in derived.variation && { field: derived.variation.ie }),
      expected: ['a refusal', 'silence'],
      actual: `step ${granted.step}: the ${arrival.message}${arrival.ies['result'] ? ` with result ${arrival.ies['result']}` : ''} to the ${derived.flow.actors[arrival.role]}`,
      messages: [arrival.seq],
    })
    return
  }
  if (!refused) ledger.step(altered.step, 'refused', 'silence: nothing was granted and nothing passed on')
  ledger.judged()
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
    case 'deny':
    case 'twice':
    case 'before':
    case 'crossed':
      return `nothing is granted or passed on after ${message}`
  }
}

/** After a course: a while of watching for what comes too much. */
export async function watchQuiet(script: Script, ledger: Ledger, progress: Progress): Promise<void> {
  const until = script.clock.now() + script.timing.quiet
  for (;;) {
    const arrival = await script.port.receive(until)
    if (!arrival) return
    if (arrival.kind === 'message' && judgeUnexpected(script, ledger, arrival, [], progress.done)) return
  }
}
