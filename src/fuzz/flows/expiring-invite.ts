import { complaint, type Complaint } from '../oracle.ts'
import { isSuccessOfInvite } from './abandoned.ts'
import { methodOf } from './dialogs.ts'
import type { Passage, Playing } from './disturbance.ts'
import { any, changed, isInvite, type FlowOperator } from './flow-operator.ts'

/** Seconds. */
const expires = 1
/** Milliseconds until which nobody hangs up: past that, with what the called side takes to answer. */
const stay = 2500

/** The invitation is good for a second; who has answered by then talks longer than that. */
export const expiringInvite: FlowOperator = {
  name: 'expiring invitation',
  clause: 'RFC 3261 20.19',
  parameters: ['a call that outlasts it'],
  suits: (shape) => isInvite(shape) && !shape.inside,
  takesLong: [],
  outcome: any,
  act({ playing, octets, pass }) {
    playing.until = performance.now() + stay
    playing.expiring = true
    pass(changed(octets, /^CSeq:/m, `Expires: ${expires}\r\nCSeq:`))
    return true
  },
}

const isEnd = ({ message }: Passage): boolean => ['BYE', 'CANCEL'].includes(methodOf(message))

/** RFC 3261 20.19: the value "does not affect the duration of the actual session that may result from the invitation". */
export function endedByExpiry({ log, expiring }: Playing): readonly Complaint[] {
  if (expiring !== true) return []
  const success = log.find(({ direction, message }) => direction === 'received' && isSuccessOfInvite(message))
  const [end] = log.filter(isEnd)
  if (success === undefined || end?.direction !== 'received' || end.at < success.at) return []
  const after = end.at - success.at
  // Whoever ends it at once has other reasons.
  if (methodOf(end.message) !== 'BYE' || after < 1000 * expires - margin) return []
  const what = 'a call is ended because the invitation to it has expired'
  const observed = `BYE ${(after / 1000).toFixed(1)} s after the 2xx`
  return [complaint('legs', 'RFC 3261 20.19', 'robustness', what, 'a session that stands', observed)]
}

/** Milliseconds that an answer may take of that second. */
const margin = 700
