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
  const invite = log.find(({ direction, message }) => direction === 'sent' && methodOf(message) === 'INVITE')
  const success = log.find(({ direction, message }) => direction === 'received' && isSuccessOfInvite(message))
  const end = log.find(isEnd)
  if (invite === undefined || success === undefined || end === undefined) return []
  const isTheirs = end.direction === 'received' && methodOf(end.message) === 'BYE' && end.at > success.at
  // Whoever ends it earlier, or because of what was said last, has other reasons.
  const latest = log.findLast(({ direction, at }) => direction === 'sent' && at < end.at)?.at ?? end.at
  if (!isTheirs || end.at - invite.at < 1000 * expires || end.at - latest < quiet) return []
  const what = 'a call is ended because the invitation to it has expired'
  const observed = `BYE ${((end.at - invite.at) / 1000).toFixed(1)} s after the INVITE`
  return [complaint('legs', 'RFC 3261 20.19', 'robustness', what, 'a session that stands', observed)]
}

/** Milliseconds in which a system does what it was asked for. */
const quiet = 400
