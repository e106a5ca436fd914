import { header, statusOf, type SipMessage } from '#wire/sip'
import { complaint, type Complaint } from '../oracle.ts'
import { writeAnswer, writeCancel } from '../responses.ts'
import { statusesOf } from './abandoned.ts'
import { beginsCall, methodOf } from './dialogs.ts'
import { transactionOf, type Passage, type Playing, type Role } from './disturbance.ts'

interface Means {
  send(octets: Uint8Array, role: Role): void
  pause(milliseconds: number): Promise<void>
}

/** Milliseconds between two looks, and for which each message is waited for. */
const between = 5
const longest = 1500

/** The caller gives up before the called side has answered (RFC 3261 9.1), and all that is due comes; whether it did. The tester is both. */
export async function cancelCall(playing: Playing, { send, pause }: Means): Promise<boolean> {
  const { log } = playing
  const { ours, theirs } = callIn(log)
  if (ours === undefined || theirs === undefined) return false
  const comes = async (isIt: (message: SipMessage) => boolean): Promise<SipMessage | undefined> => {
    for (let waited = 0; waited < longest; waited += between) {
      const found = log.find(({ direction, message }) => direction === 'received' && isIt(message))
      if (found !== undefined) return found.message
      await pause(between)
    }
    return undefined
  }
  send(writeCancel(ours.octets, 'itself'), ours.role)
  const passedOn = await comes((message) => isCancelOf(message, theirs.message))
  if (passedOn === undefined) return false
  const ended = { status: 487, reason: 'Request Terminated', headers: [] } as const
  send(writeAnswer(passedOn, { status: 200, reason: 'OK', headers: [] }, 'cancelled'), theirs.role)
  send(writeAnswer(theirs.message, ended, 'cancelled'), theirs.role)
  const asked = transactionOf(ours.message)
  const refusal = await comes((message) => statusOf(message) >= 300 && transactionOf(message) === asked)
  if (refusal === undefined) return false
  playing.acknowledge(ours.octets, refusal, ours.role)
  return true
}

/** The INVITE of the caller, and what the entity under test has made of it. */
const callIn = (log: readonly Passage[]) => ({
  ours: log.findLast((one) => one.direction === 'sent' && beginsCall(one.message)),
  theirs: log.findLast((one) => one.direction === 'received' && beginsCall(one.message)),
})

const isCancelOf = (message: SipMessage, invite: SipMessage): boolean =>
  methodOf(message) === 'CANCEL' && header(message, 'Call-ID') === header(invite, 'Call-ID')

/** RFC 3261 16.10: whoever has told the caller that his call is terminated cancels what it has asked for because of it, once that has had any response (9.1). */
export function cancelledInVain({ before }: Pick<Playing, 'before'>): readonly Complaint[] {
  if (before?.cancelled !== false) return []
  const { log } = before
  const { ours, theirs } = callIn(log)
  if (ours === undefined || theirs === undefined) return []
  const isOver = statusesOf(log, 'received', ours.message).includes(487)
  const rings = statusesOf(log, 'sent', theirs.message)
  const isRinging = rings.length > 0 && rings.every((status) => status < 200)
  if (!isOver || !isRinging || log.some(({ message }) => isCancelOf(message, theirs.message))) return []
  const what = 'a call that its caller has cancelled goes on ringing'
  const observed = `487 to the caller, and nothing within ${longest} ms where it rings`
  return [complaint('legs', 'RFC 3261 16.10', 'robustness', what, 'CANCEL', observed)]
}
