import { header } from '#wire/sip'
import { complaint, type Complaint } from '../oracle.ts'
import { isSuccessOfInvite } from './abandoned.ts'
import { methodOf } from './dialogs.ts'
import type { Passage, Playing } from './disturbance.ts'
import { any, isInvite, type FlowOperator } from './flow-operator.ts'

/** Milliseconds: past the fourth repetition of a 2xx, long before 64*T1. */
const late = 6500
/** Until nobody hangs up. */
const stay = 8500

/** The ACKs to an INVITE are lost for a while. */
export const lateAcknowledgement: FlowOperator = {
  name: 'acknowledge late',
  clause: 'RFC 3261 13.3.1.4',
  parameters: ['past the repetitions'],
  suits: (shape) => isInvite(shape) && !shape.inside,
  takesLong: [],
  outcome: any,
  act({ playing }) {
    playing.acknowledgedFrom = performance.now() + late
    playing.until = performance.now() + stay
    return false
  },
}

/** RFC 3261 13.3.1.4: for 64*T1 a 2xx may still be acknowledged, and the call stands; unless one of us ends it. */
export function givenUpEarly({ log, acknowledgedFrom }: Playing): readonly Complaint[] {
  if (acknowledgedFrom === undefined) return []
  const isOurs = ({ direction, message }: Passage): boolean =>
    direction === 'sent' && ['ACK', 'BYE', 'CANCEL'].includes(methodOf(message))
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
