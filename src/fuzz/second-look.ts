import { pause, type Lab } from './lab.ts'
import type { Execution } from './execution.ts'
import type { Scenario } from './scenario.ts'
import type { Tally } from './tally.ts'

interface SecondLookOptions {
  readonly lab: Lab
  readonly tally: Tally
  readonly scenarios: readonly Scenario[]
  /** Whether there is no time for it any more. */
  isLate(): boolean
}

/** Plays what looked wrong among others alone, with nothing else in flight: what shows again is a finding. */
export function createSecondLook({
  lab,
  tally,
  scenarios,
  isLate,
}: SecondLookOptions): (suspect: Execution) => Promise<void> {
  const { engine, wrongAnyway } = lab

  /** What shows of a valid request too, each time, has nothing to do with the edits. */
  async function blameNothing({ one }: Execution): Promise<void> {
    // It may still be busy with what it was sent before.
    if (!(await lab.isAlive(scenarios))) return
    const valid = { ...one, edits: [], ops: [] }
    const tries = [await lab.alone(valid), await lab.alone(valid), await lab.alone(valid)]
    for (const execution of tries)
      for (const complaint of execution.complaints) {
        const silent = execution.observation.silent
        if (silent && !tries.every(({ observation }) => observation.silent)) continue
        wrongAnyway.add(complaint.what)
        tally.keep(execution, complaint)
      }
  }

  return async (suspect) => {
    if (isLate()) return tally.vanish(suspect)
    const { one, complaints } = suspect
    const isKnown = complaints.every((each) => wrongAnyway.has(each.what) || tally.isKnown(one, each))
    if (complaints.length > 0 && isKnown) return
    while (engine.waiting > 0) await pause(10)
    const again = await lab.aloneAndRestored(one, scenarios)
    // What comes late of an earlier execution of the same user shows once, and not with another user.
    const twice = again.complaints.length === 0 ? again : await lab.aloneAndRestored(one, scenarios)
    const inBoth = new Set(twice.complaints.map(({ what }) => what))
    const shown = again.complaints.filter(({ what }) => inBoth.has(what) && !wrongAnyway.has(what))
    if (shown.length > 0) await blameNothing(suspect)
    for (const complaint of shown) if (!wrongAnyway.has(complaint.what)) tally.keep(again, complaint)
    if (shown.length > 0 || again.complaints.some(({ what }) => wrongAnyway.has(what))) return
    tally.vanish(suspect)
  }
}
