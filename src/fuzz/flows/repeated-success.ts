import { header } from '#wire/sip'
import { complaint, tagOf, type Complaint } from '../oracle.ts'
import { isSuccessOfInvite } from './abandoned.ts'
import { methodOf } from './dialogs.ts'
import { asideOf, latin1, transactionOf, type Passage, type Playing } from './disturbance.ts'
import { any, type FlowOperator } from './flow-operator.ts'

/** Milliseconds: past the third repetition of a 2xx, after 7*T1. */
const stay = 4500

/** Nobody hangs up for a while. */
export const longCall: FlowOperator = {
  name: 'long call',
  clause: 'RFC 3261 13.3.1.4',
  parameters: ['past the repetitions'],
  suits: ({ message, inside }) => inside && methodOf(message) === 'BYE',
  takesLong: [],
  outcome: any,
  act({ playing, octets, pass, later }) {
    playing.until = performance.now() + stay
    later(stay, () => pass(octets))
    return true
  },
}

/** Milliseconds: what was on its way when the ACK left has come by then. */
export const crossing = 250
/** One ACK may be lost, and the next one. */
const most = 2

/** RFC 3261 8.2.6.2, 13.3.1.4: what is sent again is the same response, and its tag names the same dialog; that of another branch of a fork says other things too. */
export function retaggedSuccess({ log }: Playing): readonly Complaint[] {
  const tags = new Map<string, string>()
  for (const { direction, message, octets } of log) {
    if (direction !== 'received' || !isSuccessOfInvite(message)) continue
    const to = header(message, 'To') ?? ''
    const known = `${transactionOf(message)} ${latin1(octets).replace(to, '')}`
    const tag = tagOf(to) ?? ''
    const first = tags.get(known) ?? tag
    tags.set(known, first)
    if (first === tag) continue
    const what = 'a 2xx to an INVITE is sent again with another tag'
    return [complaint('class', 'RFC 3261 8.2.6.2', 'legality', what, first, tag)]
  }
  return []
}

/** RFC 3261 13.3.1.4: a 2xx is sent again until its ACK comes; each time it comes, it is acknowledged (13.2.2.4). */
export function repeatedSuccess(playing: Playing): readonly Complaint[] {
  const { log } = playing
  const acknowledgedAt = (success: Passage): number | undefined =>
    log.find(
      ({ direction, message, at, misnumbered }) =>
        direction === 'sent' &&
        methodOf(message) === 'ACK' &&
        misnumbered !== true &&
        at > success.at &&
        header(message, 'Call-ID') === header(success.message, 'Call-ID'),
    )?.at
  const seen = new Map<string, number>()
  const times = new Map<string, number>()
  for (const one of log) {
    const { direction, message, at } = one
    if (direction !== 'received' || !isSuccessOfInvite(message) || asideOf(playing, message) !== undefined) continue
    const key = transactionOf(message)
    const since = seen.get(key) ?? acknowledgedAt(one)
    if (since === undefined) continue
    seen.set(key, since)
    if (at > since + crossing) times.set(key, (times.get(key) ?? 0) + 1)
  }
  const count = Math.max(0, ...times.values())
  if (count <= most) return []
  const what = 'a 2xx to an INVITE is sent again though it was acknowledged'
  return [complaint('legs', 'RFC 3261 13.3.1.4', 'robustness', what, 'silence after its ACK', `${count} more`)]
}
