import type { Flow } from '#flow'
import { carriedAt, messageSteps, type MessageStep } from './course.ts'
import { seatOf } from './project.ts'
import type { Variation } from './variation.ts'

/** What must succeed: the flow as written, each optional element left out, each condition of the world not holding
 * that may. `settled` conditions are as they are in this MC service. */
export function* positives(flow: Flow, sut: readonly string[], settled: readonly string[] = []): Generator<Variation> {
  yield { kind: 'as-written' }
  const isOwn = ({ of, act }: MessageStep): boolean => of === undefined && !flow.misbehaving.includes(act.from)
  const conditions = new Set<string>()
  for (const step of messageSteps(flow)) {
    const seat = seatOf(step.act, sut)
    if (seat !== 'tester-sends' && seat !== 'sut-sends') continue
    for (const name of Object.keys(carriedAt(flow, step))) {
      const ie = step.act.message.ies[name]
      if (ie?.status === 'O' && seat === 'tester-sends' && isOwn(step))
        yield { kind: 'without', step: step.step, ie: name }
      if (ie?.when) conditions.add(ie.when.key)
    }
  }
  for (const condition of conditions) if (!settled.includes(condition)) yield { kind: 'unless', condition }
}

/** Where each of these conditions holds that does not as written, if the roles have to do with it. `whole` is the flow with all of its steps. */
export function* elsewhere(whole: Flow, sut: readonly string[], conditions: readonly string[]): Generator<Variation> {
  const steps = messageSteps(whole).filter(({ act }) => /^(?:tester|sut)-sends$/.test(seatOf(act, sut)))
  for (const condition of conditions) {
    const needs = (step: MessageStep): boolean =>
      step.when?.key === condition ||
      Object.keys(carriedAt(whole, step)).some((name) => step.act.message.ies[name]?.when?.key === condition)
    if (steps.some(needs)) yield { kind: 'where', condition }
  }
}
