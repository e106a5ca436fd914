import type { FuzzCase } from './case.ts'
import { areaOf } from './signature.ts'

/** Changes that are known to stop the target, and flows that do as they are written. */
export interface Deadly {
  add(culprit: FuzzCase): void
  /** A flow that stops it as it is written. */
  addFlow(flow: FuzzCase): void
  /** Whether it would stop the target once more by what has done so often enough. */
  has(one: FuzzCase): boolean
}

/** What is derived of a flow, at whichever step and with whichever gateways: `malform:result.garbled`. */
const derivationOf = (scenario: string): readonly string[] => /~([^#]*)#/.exec(scenario)?.slice(1) ?? []

/** The flow that it is, whatever is derived of it or changed in it. */
const flowOf = ({ scenario }: FuzzCase): string => scenario.replace(/\/[^/#]*#.*/, '')

/** So often one change of one field, by itself, may stop the target: each time costs as much as hundreds of others. */
const oftenEnough = 3

export function createDeadly(): Deadly {
  const times = new Map<string, number>()
  const namesOf = ({ scenario, edits, ops }: FuzzCase): readonly string[] => [
    ...derivationOf(scenario),
    ...edits.map(({ path, kind }) => `${areaOf(path)} ${kind}`),
    ...ops.map(({ op, p }) => (typeof p === 'string' ? `${op} ${p}` : op)),
  ]
  const flows = new Set<string>()
  return {
    addFlow: (flow) => void flows.add(flowOf(flow)),
    add(culprit) {
      const names = namesOf(culprit)
      // Of several it was one that has done it by itself before.
      const guilty = names.length === 1 ? names : names.filter((name) => times.has(name))
      for (const name of guilty) times.set(name, (times.get(name) ?? 0) + 1)
    },
    has: (one) => flows.has(flowOf(one)) || namesOf(one).some((name) => (times.get(name) ?? 0) >= oftenEnough),
  }
}
