import type { QueuedRequest } from './floor-state.ts'

/** What Queued Floor Requests did to a queue (TS 24.380 8.2.15). */
export interface QueueCancellation {
  readonly queue: readonly QueuedRequest[]
  readonly cancelled: readonly QueuedRequest[]
  /** Value of the Response State field (8.2.3.25): 0 cancelled, 2 queue empty, 3 no queued request, 5 partially cancelled. */
  readonly responseState: 0 | 2 | 3 | 5
}

/**
 * Takes requests out of a queue.
 *
 * @param users MC service IDs whose requests are to go; those of everybody for an empty list
 * @param allowed whose requests the one who asks may cancel
 */
export function cancelQueued(
  queue: readonly QueuedRequest[],
  users: readonly string[],
  allowed: (userId: string) => boolean,
): QueueCancellation {
  if (queue.length === 0) return { queue, cancelled: [], responseState: 2 }
  const meant = users.length === 0 ? queue.map(({ userId }) => userId) : users
  const cancelled = queue.filter(({ userId }) => meant.includes(userId) && allowed(userId))
  const rest = queue.filter((one) => !cancelled.includes(one))
  if (cancelled.length === 0) return { queue, cancelled, responseState: 3 }
  return { queue: rest, cancelled, responseState: cancelled.length < new Set(meant).size ? 5 : 0 }
}
