import type { FuzzCase } from '../case.ts'
import type { FlowStage } from './flow-stage.ts'

/** Cases in their order, but that those for whom there are no users left wait until there are. */
export interface FlowQueue {
  /** The next one for whom there are users who have done nothing yet; none where all have to be forgotten first, or nothing is left. */
  next(): FuzzCase | undefined
}

/** So many may wait for users. */
const mostPostponed = 256

export function createFlowQueue(
  cases: Iterator<FuzzCase, undefined>,
  { hasUsersFor }: Pick<FlowStage, 'hasUsersFor'>,
): FlowQueue {
  const postponed: FuzzCase[] = []

  function next(): FuzzCase | undefined {
    const ready = postponed.findIndex(hasUsersFor)
    if (ready !== -1) return postponed.splice(ready, 1)[0]
    while (postponed.length < mostPostponed) {
      const { value, done } = cases.next()
      if (done === true || hasUsersFor(value)) return value
      postponed.push(value)
    }
    return undefined
  }

  return { next }
}
