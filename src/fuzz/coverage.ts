import { fieldOf } from '#verdict'
import type { FlowOperation, FuzzCase } from './case.ts'
import type { Execution } from './execution.ts'
import type { Place } from './place.ts'
import type { Scenario } from './scenario.ts'

/** One field of one message, one kind of change, one state. */
interface Cell {
  readonly scenario: string
  readonly state: string
  readonly field: string
  readonly kind: string
  /** Edits that there are. */
  planned: number
  executed: number
  /** How often it was answered in which way. */
  readonly answers: Map<string, number>
  findings: number
}

/** Edits of one place of a message of a flow. */
export interface EditsPlanned {
  readonly scenario: string
  readonly path: string
  readonly kind: string
  readonly edits: number
}

/** Field × kind × state: what was executed, and what came of it. */
export interface Coverage {
  readonly cells: ReadonlyMap<string, Cell>
  plan(scenario: Scenario, place: Place, kind: string, edits: number): void
  /** The field of an operation is the step. */
  planOperation(scenario: Pick<Scenario, 'id' | 'state'>, operation: FlowOperation): void
  /** Operations on flows, and how many edits of them there are of each kind. */
  planFlow(cases: readonly FuzzCase[], edits: readonly EditsPlanned[]): void
  count(execution: Execution, answer: string): void
  found(execution: Execution): void
  /** Ways of answering that were seen once, over all executions: how likely the next one is new (Good and Turing). */
  unseen(): number
}

/** How often what was sent was answered in that way, step by step: scenario, answer, each rule that is broken. */
interface Way {
  times: number
  readonly next: Map<string, Way>
}

function wayBehind({ next }: Way, step: string): Way {
  const known = next.get(step)
  if (known !== undefined) return known
  const way: Way = { times: 0, next: new Map() }
  next.set(step, way)
  return way
}

export function createCoverage(): Coverage {
  const cells = new Map<string, Cell>()
  const ways: Way = { times: 0, next: new Map() }
  /** Ways that were seen once. */
  let once = 0
  let executions = 0
  /** Cells of an edit, by what it is: a case that comes again asks for nothing anew. */
  const found = new WeakMap<FuzzCase, readonly Cell[]>()
  function cellsOf({ one }: Execution): readonly Cell[] {
    const known = found.get(one)
    if (known !== undefined) return known
    const { scenario, edits, ops } = one
    const its = [
      ...edits.map(({ path, kind }) => nameOf(scenario, fieldOf(path), kind)),
      ...ops.map(({ op, at }) => nameOf(scenario, stepField(at), op)),
    ].flatMap((name) => cells.get(name) ?? [])
    found.set(one, its)
    return its
  }

  function planCell({ id, state }: Pick<Scenario, 'id' | 'state'>, field: string, kind: string, cases: number): void {
    const name = nameOf(id, field, kind)
    const known = cells.get(name)
    if (known !== undefined) known.planned += cases
    else
      cells.set(name, {
        scenario: id,
        state,
        field,
        kind,
        planned: cases,
        executed: 0,
        answers: new Map(),
        findings: 0,
      })
  }

  return {
    cells,
    plan: (scenario, { path }, kind, edits) => planCell(scenario, fieldOf(path), kind, edits),
    planOperation: (scenario, { op, at }) => planCell(scenario, stepField(at), op, 1),
    planFlow(cases, edits) {
      const state = 'as the flow has it'
      for (const { scenario, ops } of cases)
        for (const { at, op } of ops) planCell({ id: scenario, state }, stepField(at), op, 1)
      for (const { scenario, path, kind, edits: times } of edits)
        planCell({ id: scenario, state }, fieldOf(path), kind, times)
    },
    count(execution, answer) {
      executions += 1
      for (const cell of cellsOf(execution)) {
        cell.executed += 1
        cell.answers.set(answer, (cell.answers.get(answer) ?? 0) + 1)
      }
      let way = wayBehind(wayBehind(ways, execution.one.scenario), answer)
      const { violations } = execution.expectation
      if (violations.length > 0)
        for (const rule of new Set(violations.map((one) => one.rule))) way = wayBehind(way, rule)
      way.times += 1
      if (way.times === 1) once += 1
      else if (way.times === 2) once -= 1
    },
    found(execution) {
      for (const cell of cellsOf(execution)) cell.findings += 1
    },
    unseen: () => (executions === 0 ? 1 : once / executions),
  }
}

const nameOf = (scenario: string, field: string, kind: string): string => `${scenario} ${field} ${kind}`

const stepField = (at: string): string => `step ${at}`
