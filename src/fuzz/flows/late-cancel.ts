import { messageSteps, seatOf } from '#derive'
import type { PlannedCase } from '#harness'
import { header } from '#wire/sip'
import { complaint, type Complaint } from '../oracle.ts'
import { writeCancel } from '../responses.ts'
import { methodOf } from './dialogs.ts'
import { asideKey, type Playing } from './disturbance.ts'
import { isInvite, same, type FlowOperator } from './flow-operator.ts'

const name = 'cancel once answered'
const clause = 'RFC 3261 9.2'

/** Milliseconds between two looks, and for which an acknowledged answer is looked for. */
const between = 5
const longest = 3000
/** Milliseconds for which nobody hangs up: until there is an answer, and behind the CANCEL. */
const answeredWithin = 1000
const stay = 400

/** The caller has acknowledged the answer, and its CANCEL comes after all. */
export const lateCancel: FlowOperator = {
  name,
  clause,
  parameters: ['acknowledged'],
  suits: (shape) => isInvite(shape) && !shape.inside,
  outcome: same,
  answered: 'where the flow goes its way',
  act(setting) {
    const { playing, message, octets } = setting
    const callId = header(message, 'Call-ID')
    const since = performance.now()
    const isAcknowledged = (): boolean =>
      playing.log.some(
        (one) =>
          one.direction === 'sent' && methodOf(one.message) === 'ACK' && header(one.message, 'Call-ID') === callId,
      )
    const look = (): void => {
      if (isAcknowledged()) {
        playing.until = performance.now() + stay
        setting.inject(name, writeCancel(octets, 'itself'))
      } else if (performance.now() < since + longest) setting.later(between, look)
    }
    // Nobody hangs up before that.
    playing.until = since + answeredWithin
    setting.pass(octets)
    look()
    return true
  },
}

/** "If the UAS has already sent a final response for that request" a CANCEL has no effect on it. */
export function endedByLateCancel(
  { log, asides }: Pick<Playing, 'log' | 'asides'>,
  { derived }: PlannedCase,
): readonly Complaint[] {
  const at = log.findIndex(
    ({ message }) => asides.get(asideKey(message))?.name === name && methodOf(message) === 'CANCEL',
  )
  const cancel = log[at]
  if (cancel === undefined || endsItself(derived)) return []
  const further = log.slice(at + 1)
  const end = further.findIndex(({ message }) => methodOf(message) === 'BYE')
  const bye = further[end]
  // Whoever ends it because of what was said last has other reasons.
  const said = further.slice(0, end).some(({ direction, message }) => direction === 'sent' && methodOf(message) !== '')
  const isOf = header(bye?.message ?? cancel.message, 'Call-ID') === header(cancel.message, 'Call-ID')
  if (bye === undefined || bye.direction === 'sent' || said || !isOf) return []
  const what = 'a call that was answered is ended by a CANCEL of its INVITE'
  return [complaint('legs', clause, 'robustness', what, 'a session that stands', 'BYE')]
}

/** Whether the entity under test is the first who releases something in the flow, of its own accord. */
function endsItself({ course, sut }: PlannedCase['derived']): boolean {
  const first = messageSteps(course.flow).find(({ act }) => act.message.releases)
  return first !== undefined && seatOf(first.act, sut) === 'sut-sends'
}
