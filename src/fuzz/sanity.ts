import { statusOf } from '#wire/sip'
import type { Execution } from './execution.ts'
import { validCase } from './grid.ts'
import type { Lab } from './lab.ts'
import type { Complaint } from './oracle.ts'
import type { Scenario } from './scenario.ts'
import type { Tally } from './tally.ts'
import type { Target } from './target.ts'

export interface SanityOptions {
  readonly lab: Lab
  readonly tally: Tally
  readonly scenarios: readonly Scenario[]
  readonly timeLeft: () => boolean
}

/**
 * Plays what is valid, and says why nothing can be tested of a target that grants none of it. What is complained of is a finding of its own,
 * unless nobody is there.
 */
export async function whyNotTested({ lab, tally, scenarios, timeLeft }: SanityOptions): Promise<string | undefined> {
  if (scenarios.length === 0) return undefined
  const wrong: (readonly [Execution, Complaint])[] = []
  let isHeard = false
  let isGranted = false
  for (const scenario of scenarios) {
    let execution = await lab.alone(validCase(scenario))
    for (let again = 0; again < 2 && execution.complaints.length > 0; again += 1)
      execution = await lab.alone(validCase(scenario))
    isHeard ||= isAnythingOf(execution)
    isGranted ||= isServed(execution, scenario)
    for (const complaint of execution.complaints) wrong.push([execution, complaint])
    // Of one that was never asked nothing can be said.
    if (!isHeard && !timeLeft()) break
  }
  if (!isHeard)
    return `no valid request is answered, nor is anything else heard of ${askedAt(lab.target)}; start it there`
  for (const [execution, complaint] of wrong) {
    lab.wrongAnyway.add(complaint.what)
    tally.keep(execution, complaint)
  }
  return isGranted ? undefined : 'no valid request is served: nothing can be said of what is not valid'
}

const isAnythingOf = ({ observation: { provisionals, finals, legs } }: Execution): boolean =>
  provisionals.length + finals.length + legs.length > 0

/** Whether the user was known, and let in, and the request not merely refused. */
function isServed({ observation: { finals } }: Execution, { mayRefuse }: Scenario): boolean {
  const status = finals[0] === undefined ? 0 : statusOf(finals[0])
  return status !== 0 && (mayRefuse === true || (status !== 401 && status !== 404))
}

const askedAt = ({ places }: Target): string =>
  [...new Set(Object.values(places).map(({ address, port }) => `${address} port ${port}`))].join(', ')
