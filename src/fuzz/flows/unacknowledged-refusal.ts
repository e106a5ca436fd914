import { statusOf } from '#wire/sip'
import { complaint, type Complaint } from '../oracle.ts'
import { methodOf } from './dialogs.ts'
import { branchOf, transactionOf, type Passage, type Playing } from './disturbance.ts'
import { answersInvite, isFinalSuccess, type FlowOperator } from './flow-operator.ts'
import { withStatus } from './response-operators.ts'

/** Milliseconds: some times T1 (RFC 3261 17.2.1), where that is a little longer than usual too. */
const kept = 3000

/** The called side is busy, and the caller does not acknowledge that for a while. */
export const unacknowledgedRefusal: FlowOperator = {
  name: 'acknowledge a refusal late',
  clause: 'RFC 3261 17.2.1',
  parameters: ['of the called side'],
  suits: (shape) => answersInvite(shape) && isFinalSuccess(shape),
  outcome: () => 'refused',
  act({ playing, message, pass }) {
    playing.acknowledgedFrom = performance.now() + kept
    playing.until = performance.now() + kept
    pass(withStatus(message, 486, 'Busy Here'))
    return true
  },
}

/** Over a transport that loses messages a refusal of an INVITE is sent again until its ACK comes (timer G). */
export function refusedOnce({ log, acknowledgedFrom, planned }: Playing): readonly Complaint[] {
  if (acknowledgedFrom === undefined || planned.transport !== 'udp') return []
  const ofOurs = ({ direction, message }: Passage): boolean =>
    direction === 'received' && statusOf(message) >= 300 && transactionOf(message).endsWith(' INVITE')
  const refusals = log.filter((one) => ofOurs(one) && one.at < acknowledgedFrom - kept / 2)
  const once = refusals.find(({ message, at }) => {
    const again = log.filter((one) => ofOurs(one) && branchOf(one.message) === branchOf(message))
    const acknowledged = log.find(
      (one) =>
        one.direction === 'sent' && methodOf(one.message) === 'ACK' && branchOf(one.message) === branchOf(message),
    )
    return again.length === 1 && (acknowledged === undefined || acknowledged.at > at + kept / 2)
  })
  if (once === undefined) return []
  const what = 'a refusal of an INVITE that nobody acknowledges is not sent again'
  return [complaint('class', 'RFC 3261 17.2.1', 'robustness', what, 'the refusal, after T1 and again', 'it came once')]
}
