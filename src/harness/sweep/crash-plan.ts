import { caseId, crashPointsOf, nameOf, type CrashPoint } from '#derive'
import type { Flow } from '#flow'
import { disturbances, planCases, type Disturbance, type PlannedCase } from '../case-plan.ts'
import type { Configuration } from '../configuration.ts'
import { controlOf } from '../control-adapter.ts'
import { isHttpRole } from '../world/functional-entity.ts'

/** A flow as written for the roles under test in one place, and every moment at which it is broken off. */
export interface SweptFlow {
  /** Without any disturbance. */
  readonly whole: PlannedCase
  /** One for each step, peer and disturbance; those that cannot be played say why. */
  readonly points: readonly PlannedCase[]
}

/** Every flow as written, in every place, with its moments. */
export const planSweep = (flows: readonly Flow[], configuration: Configuration): readonly SweptFlow[] =>
  planCases(flows, configuration)
    .filter(({ derived, together }) => nameOf(derived.variation) === 'as-written' && together.length === 0)
    .map((whole) => ({ whole, points: pointsOf(whole) }))

function pointsOf(whole: PlannedCase): readonly PlannedCase[] {
  const { flow, sut } = whole.derived
  const { points, unseen } = crashPointsOf(flow, sut)
  const all = Object.keys(disturbances) as readonly Disturbance[]
  const place = whole.id.slice(whole.id.indexOf('#') + 1).split(',')
  const pointAt = (point: CrashPoint, disturbance: Disturbance, name: string, why: string | undefined): PlannedCase => {
    const excluded = whole.excluded ?? why
    return {
      ...whole,
      id: caseId(flow.id, sut, whole.derived.variation, place).replace('/as-written#', `/${name}#`),
      crash: { ...point, disturbance },
      tags: ['crash-point', disturbance],
      ...(excluded !== undefined && { excluded }),
    }
  }
  return [
    ...points.flatMap((point) =>
      // Whoever stands at the step: the system under test itself is lost once.
      all
        .filter((one) => one !== 'sut-restarts' || isFirstOf(points, point))
        .map((disturbance) => {
          const of = disturbance === 'sut-restarts' ? '' : `:${point.peer}`
          return pointAt(
            point,
            disturbance,
            `${point.after}~${disturbance}${of}`,
            whyNotSwept(whole, point, disturbance),
          )
        }),
    ),
    ...unseen.map(({ step, why }) => pointAt({ after: step, peer: '-' }, 'dies', `${step}~lost`, why)),
  ]
}

const isFirstOf = (points: readonly CrashPoint[], point: CrashPoint): boolean =>
  points.find(({ after }) => after === point.after) === point

/** Why a peer cannot be lost like that here. */
function whyNotSwept({ sut }: PlannedCase, { peer }: CrashPoint, disturbance: Disturbance): string | undefined {
  if (disturbance === 'sut-restarts')
    return controlOf(sut).can('restart')
      ? undefined
      : 'the configuration has no control adapter that restarts the system under test (suts[].control.restart)'
  return isHttpRole(peer) && disturbance.startsWith('cut-')
    ? 'the peer is reached by HTTP, of which connections are closed and not cut'
    : undefined
}

/** The same moment for other users. */
export const onceMore = (point: PlannedCase): PlannedCase => ({
  ...point,
  attempt: [1],
  persons: `${point.id} once more`,
})

/**
 * Of all places the fewest in which every step is played at every role: transports, MC services and variants come back
 * only where they have steps of their own.
 */
export function covering(swept: readonly SweptFlow[]): readonly SweptFlow[] {
  const seen = new Set<string>()
  const stepsOf = ({ whole: { derived }, points }: SweptFlow): readonly string[] =>
    points
      .filter(({ excluded }) => excluded === undefined)
      .map(({ crash }) => `${derived.flow.id} ${derived.sut.join('+')} ${crash?.after} ${crash?.peer}`)
  const ordered = swept.toSorted((a, b) => new Set(stepsOf(b)).size - new Set(stepsOf(a)).size)
  const chosen = ordered.filter((one) => {
    const fresh = stepsOf(one).filter((step) => !seen.has(step))
    for (const step of fresh) seen.add(step)
    return fresh.length > 0
  })
  return swept.filter((one) => chosen.includes(one))
}
