import { sessionDescriptionIn } from '#bindings'
import { mediaOf, readSdp } from '#wire/sdp'
import { header, type SipMessage } from '#wire/sip'
import { complaint, type Complaint } from '../oracle.ts'
import { isSuccessOfInvite } from './abandoned.ts'
import { methodOf } from './dialogs.ts'
import { latin1, transactionOf, type Passage, type Playing } from './disturbance.ts'
import { any, isInvite, type FlowOperator } from './flow-operator.ts'

/** Streams that nobody takes, in front of the last one: that of another sort is refused, and that of port 0 is none yet; both stay in the answer. */
const further: Readonly<Record<string, string>> = {
  'of another sort': 'm=message 40008 TCP/MSRP *\r\n',
  'of port 0': 'm=video 0 RTP/AVP 99\r\n',
}

/** An offer of one more stream. */
export const furtherStream: FlowOperator = {
  name: 'offer of one more stream',
  clause: 'RFC 3264 6',
  parameters: Object.keys(further),
  suits: (shape) => isInvite(shape) && !shape.inside && streamsIn(shape.message) !== undefined,
  outcome: any,
  act({ octets, pass }, p) {
    const text = latin1(octets)
    const at = text.indexOf('\r\n\r\n') + 4
    const body = text.slice(at).replace(/^m=(?![\s\S]*^m=)/m, `${further[p] ?? ''}m=`)
    const head = text.slice(0, at).replace(/^Content-Length: *\d+/m, `Content-Length: ${body.length}`)
    pass(Buffer.from(head + body, 'latin1'))
    return true
  },
}

/** The sort of each stream of a session description (`audio application`); `undefined` where there is none, or it is broken. */
function streamsIn(message: SipMessage): string | undefined {
  const octets = sessionDescriptionIn(message)
  if (octets === undefined) return undefined
  const sdp = readSdp(octets)
  return sdp.diagnostics.length > 0
    ? undefined
    : mediaOf(sdp)
        .map(({ type }) => type)
        .join(' ')
}

/** Offers by INVITE and the 2xx to each of them that has a session description. */
function exchanges(log: readonly Passage[], asking: Passage['direction']) {
  const answers = log.filter(({ direction, message }) => direction !== asking && isSuccessOfInvite(message))
  return log
    .filter(({ direction, message }) => direction === asking && methodOf(message) === 'INVITE')
    .flatMap(({ message }) => {
      const answer = answers.find((one) => transactionOf(one.message) === transactionOf(message))
      const [offered, answered] = [streamsIn(message), answer && streamsIn(answer.message)]
      return offered === undefined || answered === undefined ? [] : [{ offered, answered }]
    })
}

/** RFC 3264 6: an answer has the streams of the offer, as many and in their order; who stands between two others answers what it was answered. */
export function otherStreams({ log }: Pick<Playing, 'log'>): readonly Complaint[] {
  const isOurs = exchanges(log, 'received').some(({ offered, answered }) => offered !== answered)
  const other = exchanges(log, 'sent').find(({ offered, answered }) => offered !== answered)
  if (isOurs || other === undefined) return []
  const what = 'the answer has other streams than the offer'
  return [complaint('answer', 'RFC 3264 6', 'legality', what, other.offered, other.answered)]
}

/** Milliseconds until which nobody hangs up, and until which it has been acknowledged. */
export const acknowledgedWithin = 300

/** RFC 3261 13.2.2.4: an ACK is sent each time the 2xx comes that it answers, as the one before may be lost. */
export function unacknowledgedAgain({ log, until }: Pick<Playing, 'log' | 'until'>): readonly Complaint[] {
  if (until === undefined) return []
  const ofCall = ({ message }: Passage, other: Passage): boolean =>
    header(message, 'Call-ID') === header(other.message, 'Call-ID')
  const isAck = ({ direction, message }: Passage): boolean => direction === 'received' && methodOf(message) === 'ACK'
  const again = log.find((one, index) => {
    if (one.direction !== 'sent' || !isSuccessOfInvite(one.message) || one.at + acknowledgedWithin > until) return false
    const before = log.slice(0, index)
    const first = before.findIndex(
      ({ direction, octets }) => direction === 'sent' && Buffer.compare(octets, one.octets) === 0,
    )
    if (first === -1 || !before.slice(first).some((each) => isAck(each) && ofCall(each, one))) return false
    const soon = log.slice(index).filter((each) => ofCall(each, one) && each.at < one.at + acknowledgedWithin)
    return !soon.some((each) => isAck(each) || methodOf(each.message) === 'BYE')
  })
  if (again === undefined) return []
  const what = 'a 2xx to an INVITE that comes again is not acknowledged again'
  return [complaint('legs', 'RFC 3261 13.2.2.4', 'robustness', what, 'ACK', 'none')]
}
