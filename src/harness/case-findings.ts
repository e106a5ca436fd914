import type { Finding, Phase, Verdict } from '#verdict'
import type { PlannedCase } from './case-plan.ts'

/** A fault of the tool is an error and says so; it is never laid at the door of the system under test. */
export const toolAtFault = (problem: unknown, planned: PlannedCase, phase: Phase, replay: string): Finding => ({
  requirement: 'the tool plays the case',
  clause: `${planned.derived.source.doc} ${planned.derived.source.clause}`,
  basis: planned.derived.source.basis,
  verdict: 'error',
  phase,
  step: planned.derived.step,
  role: 'tester',
  expected: ['no fault of the tool'],
  actual:
    problem instanceof Error ? (problem.stack ?? problem.message).split('\n').slice(0, 3).join(' ') : String(problem),
  messages: [],
  replay,
})

/** Why a negative case cannot be believed: the system under test did not do the flow as written before. */
export const preambleDidNotPass = (planned: PlannedCase, verdict: Verdict, replay: string): Finding => ({
  requirement: 'the flow as written passes before anything else is asked; else a refusal cannot be told from inability',
  clause: `${planned.derived.source.doc} ${planned.derived.source.clause}`,
  basis: planned.derived.source.basis,
  verdict: 'inconclusive',
  phase: 'preamble',
  step: planned.derived.step,
  role: planned.derived.sut.join('+'),
  expected: ['pass of the flow as written'],
  actual: verdict,
  messages: [],
  replay,
})

/** What has to hold before the flow begins could not be brought about: nothing can be said of the flow. */
export const preconditionDoesNotHold = (
  planned: PlannedCase,
  that: string,
  verdict: Verdict,
  phase: Phase,
  replay: string,
  refused?: string,
): Finding => ({
  requirement: `before the flow begins, ${that}`,
  clause: `${planned.derived.source.doc} ${planned.derived.source.clause}`,
  basis: planned.derived.source.basis,
  verdict: 'inconclusive',
  phase,
  step: planned.derived.step,
  role: planned.derived.sut.join('+'),
  expected: [refused === undefined ? 'pass of the flow that brings it about' : 'the control adapter brings it about'],
  actual: refused ?? verdict,
  messages: [],
  replay,
})
