import { header } from '#wire/sip'
import { complaint, type Complaint } from '../oracle.ts'
import { isSuccessOfInvite } from './abandoned.ts'
import { methodOf } from './dialogs.ts'
import type { Passage, Playing } from './disturbance.ts'
import { any, isInvite, type FlowOperator } from './flow-operator.ts'
import { crossing } from './repeated-success.ts'

/** Milliseconds: past the fourth repetition of a 2xx, long before 64*T1. */
const late = 6500
/** Until nobody hangs up. */
const stay = 8500

/** The ACKs to an INVITE are lost for a while; where they are `misnumbered`, one with the number before comes meanwhile. */
const acknowledging = (name: string, clause: string, misnumbered: boolean): FlowOperator => ({
  name,
  clause,
  parameters: ['past the repetitions'],
  suits: (shape) => isInvite(shape) && !shape.inside,
  takesLong: [],
  outcome: any,
  act({ playing }) {
    playing.acknowledgedFrom = performance.now() + late
    playing.misnumbered = misnumbered
    playing.until = performance.now() + stay
    return false
  },
})

export const lateAcknowledgements: readonly FlowOperator[] = [
  acknowledging('acknowledge late', 'RFC 3261 13.3.1.4', false),
  acknowledging('acknowledge another number', 'RFC 3261 13.2.2.4', true),
]

const isOurs = ({ direction, message, misnumbered: isWrong }: Passage): boolean =>
  direction === 'sent' && isWrong !== true && ['ACK', 'BYE', 'CANCEL'].includes(methodOf(message))

/** RFC 3261 13.3.1.4: for 64*T1 a 2xx may still be acknowledged, and the call stands; unless one of us ends it. */
export function givenUpEarly({ log, acknowledgedFrom }: Playing): readonly Complaint[] {
  if (acknowledgedFrom === undefined) return []
  const first = log.findIndex(isOurs)
  const before = (first === -1 ? log : log.slice(0, first)).filter(({ direction }) => direction === 'received')
  const success = before.find(({ message }) => isSuccessOfInvite(message))
  const end = before.find(
    ({ message, at }) =>
      methodOf(message) === 'BYE' &&
      at < acknowledgedFrom &&
      header(message, 'Call-ID') === (success && header(success.message, 'Call-ID')),
  )
  if (success === undefined || end === undefined) return []
  const what = 'a call is given up whose ACK may still come'
  const observed = `after ${Math.round((end.at - success.at) / 1000)} s`
  return [complaint('legs', 'RFC 3261 13.3.1.4', 'robustness', what, 'BYE after 64*T1', observed)]
}

/** RFC 3261 13.2.2.4: the CSeq number of the ACK is that of its INVITE, so that a 2xx is sent again as if none of another number had come. */
export function misacknowledged({ log }: Playing): readonly Complaint[] {
  const wrong = log.find((one) => one.misnumbered === true)
  if (wrong === undefined) return []
  const isOfCall = ({ message }: Passage): boolean => header(message, 'Call-ID') === header(wrong.message, 'Call-ID')
  if (!log.some((one) => one.at <= wrong.at && isOfCall(one) && isSuccessOfInvite(one.message))) return []
  const until = log.find(
    (one) => one.at > wrong.at && isOfCall(one) && (isOurs(one) || methodOf(one.message) === 'BYE'),
  )
  const isLong = (until?.at ?? Infinity) > wrong.at + listened
  const isAgain = (one: Passage): boolean =>
    one.direction === 'received' && one.at > wrong.at + crossing && isOfCall(one) && isSuccessOfInvite(one.message)
  if (!isLong || log.some(isAgain)) return []
  const what = 'an ACK with the number of another request is taken for that of a 2xx'
  return [complaint('legs', 'RFC 3261 13.2.2.4', 'legality', what, 'the 2xx, after T1 and again', 'it came no more')]
}

/** Milliseconds: by then it is sent again, where T1 is up to four times as long as usual. */
const listened = 3500
