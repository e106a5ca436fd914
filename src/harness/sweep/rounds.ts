import type { Disturbance, PlannedCase } from '../case-plan.ts'

/** Moments at which the same disturbance can happen at once. */
export interface Round {
  readonly disturbance: Disturbance
  /** Whose ports are closed, where they are. */
  readonly closes?: string
  readonly points: readonly PlannedCase[]
}

/** Moments in one round. Who is back at once must not wait long for the last of them. */
const mostOf = (disturbance: Disturbance): number => (disturbance.endsWith('restarts') ? 48 : 128)

/** All of them, in as few rounds as may be. */
export function roundsOf(points: readonly PlannedCase[]): readonly Round[] {
  const groups = Map.groupBy(
    points,
    ({ crash }) => `${crash?.disturbance} ${closedIn(crash?.disturbance, crash?.peer)}`,
  )
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first?.crash) return []
    const { disturbance, peer } = first.crash
    const closes = closedIn(disturbance, peer)
    const most = mostOf(disturbance)
    return Array.from({ length: Math.ceil(group.length / most) }, (_, index) => ({
      disturbance,
      ...(closes !== undefined && { closes }),
      points: group.slice(index * most, (index + 1) * most),
    }))
  })
}

/** The role of the tester whose ports are closed. */
const closedIn = (disturbance: Disturbance | undefined, peer: string | undefined): string | undefined =>
  disturbance === 'dies' || disturbance === 'restarts' ? peer : undefined
