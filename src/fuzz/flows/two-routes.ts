import { header, headers, readNameAddress, splitList, type SipMessage } from '#wire/sip'
import { complaint, type Complaint } from '../oracle.ts'
import { isSuccessOfInvite } from './abandoned.ts'
import { methodOf } from './dialogs.ts'
import type { Playing } from './disturbance.ts'
import { answersInvite, any, changed, isFinalSuccess, type FlowOperator } from './flow-operator.ts'

/** Two elements between us and who called, both of which are we: whoever passes it on in the same dialog sends us what it did not make. */
export const twoRoutes: FlowOperator = {
  name: 'two on the route',
  clause: 'RFC 3261 12.1.2',
  parameters: ['of one header field', 'of a header field each'],
  suits: (shape) => answersInvite(shape) && isFinalSuccess(shape),
  outcome: any,
  act(setting, p) {
    const { sentBy } = setting.via()
    const [first, second] = [`<sip:first@${sentBy};lr>`, `<sip:second@${sentBy};lr>`]
    const lines = p === 'of one header field' ? `${first}, ${second}` : `${first}\r\nRecord-Route: ${second}`
    setting.pass(changed(setting.octets, /^CSeq:/m, `Record-Route: ${lines}\r\nCSeq:`))
    return true
  },
}

const uris = (message: SipMessage, name: 'Route' | 'Record-Route'): readonly string[] =>
  headers(message, name)
    .flatMap(splitList)
    .map((value) => readNameAddress(value)?.uri ?? value)

/** RFC 3261 12.1.2: who called takes the route set "in reverse order" of what is recorded in the response. */
export function reversedRoutes({ log }: Pick<Playing, 'log'>): readonly Complaint[] {
  const success = log.find(
    ({ direction, message }) =>
      direction === 'sent' && isSuccessOfInvite(message) && uris(message, 'Record-Route').length > 1,
  )
  if (success === undefined) return []
  const callId = header(success.message, 'Call-ID')
  const ack = log.find(
    ({ direction, message }) =>
      direction === 'received' && methodOf(message) === 'ACK' && header(message, 'Call-ID') === callId,
  )
  if (ack === undefined) return []
  const due = uris(success.message, 'Record-Route').toReversed().join(', ')
  const observed = uris(ack.message, 'Route').join(', ')
  if (observed === due) return []
  const what = 'an ACK does not follow the route set of its dialog'
  return [complaint('legs', 'RFC 3261 12.1.2', 'robustness', what, due, observed || 'no Route')]
}
