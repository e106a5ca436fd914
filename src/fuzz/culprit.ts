import type { FuzzCase } from './case.ts'
import type { Lab } from './lab.ts'
import type { Complaint } from './oracle.ts'
import type { Scenario } from './scenario.ts'
import type { Tally } from './tally.ts'

interface CulpritOptions {
  readonly lab: Lab
  readonly tally: Tally
  readonly scenarios: readonly Scenario[]
}

/**
 * The target no longer serves: who of the batch did that is found by halving, as often as it can be started anew. False where it cannot be: nothing else can be
 * played then.
 */
export async function findCulprit(
  cases: readonly FuzzCase[],
  { lab, tally, scenarios }: CulpritOptions,
): Promise<boolean> {
  const { target } = lab
  const why = target.ended() ?? 'no valid flow goes its way'
  const dead = (observed: string): Complaint => ({
    oracle: 'liveness',
    clause: 'RFC 3261 8.2',
    severity: 'security',
    what: `the target no longer serves valid requests${target.ended() === undefined ? '' : `: ${target.ended()}`}`,
    expected: 'a valid flow goes its way after it',
    observed,
  })
  if (!target.restarts) {
    const { last } = tally
    if (last !== undefined) tally.keep(last, dead(`${why}; it was one of ${cases.length}, of which this is the last`))
    return false
  }
  await lab.revive(scenarios)
  let suspects = cases
  while (suspects.length > 1) {
    const half = suspects.slice(0, Math.ceil(suspects.length / 2))
    suspects = (await lab.kills(half, scenarios)) ? half : suspects.slice(half.length)
  }
  const [one] = suspects
  if (one === undefined || !(await lab.kills([one], scenarios))) {
    tally.shrug()
    return true
  }
  tally.keep(await lab.alone(one), dead(why))
  await lab.revive(scenarios)
  return true
}
