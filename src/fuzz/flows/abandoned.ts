import { header, headerValue, statusOf, type SipMessage } from '#wire/sip'
import { complaint, type Complaint } from '../oracle.ts'
import { methodOf } from './dialogs.ts'
import { ending, transactionOf, type Passage, type Playing } from './disturbance.ts'
import {
  answersByRequest,
  answersInvite,
  any,
  isFinalSuccess,
  type FlowOperator,
  type StepShape,
} from './flow-operator.ts'

/** From now on nobody answers any more; `last` says whether the message itself still leaves. */
const abandoning = (
  name: string,
  clause: string,
  suits: FlowOperator['suits'],
  last: (message: SipMessage) => boolean,
): FlowOperator => ({
  name,
  clause,
  parameters: ['for ever'],
  suits: (shape) => shape.step !== ending && suits(shape),
  takesLong: [],
  isApart: true,
  outcome: any,
  act({ playing, message, octets, pass }) {
    if (last(message)) pass(octets)
    playing.deaf = true
    playing.deafSince = performance.now()
    return true
  },
})

/** What is sent again has an end, and whoever waits for somebody says so at last. */
export const abandoningOperators: readonly FlowOperator[] = [
  abandoning(
    'abandon',
    'RFC 3261 17.1',
    () => true,
    ({ startLine }) => startLine.kind === 'request',
  ),
  // The request that is awaited does not come, though the one that asks for it was answered.
  abandoning('abandon unanswered', 'RFC 3261 8.2.6', answersByRequest, () => false),
  // The 2xx of the called side is the last that anybody says.
  abandoning(
    'abandon once answered',
    'RFC 3261 13.3.1.4',
    (shape: StepShape) => answersInvite(shape) && isFinalSuccess(shape),
    () => true,
  ),
]

/** Milliseconds that a machine with much to do may be late by. */
const lateness = 6000
/** Milliseconds: 64*T1 (RFC 3261 17.1.1.1), after which nothing that nobody answers is sent again. */
const untilSilent = 32_000 + lateness
/** Milliseconds: the same where T1 is a little more than twice as long, which is as long as anybody is listened to. */
const longest = 72_000 + lateness

/** What the entity under test sends again, by when each was sent for the first time and again: T1 may be longer than 500 ms (17.1.1.1), and shows there. */
function sentBy({ log }: Pick<Playing, 'log'>) {
  const received = log.filter(({ direction }) => direction === 'received')
  const requests = received.filter(({ message }) => methodOf(message) !== '')
  const begun = new Map<string, number>()
  const again = new Map<string, number>()
  for (const { message, at } of received) {
    if (methodOf(message) === '' && !isSuccessOfInvite(message)) continue
    const transaction = transactionOf(message)
    const since = begun.get(transaction)
    if (since === undefined) begun.set(transaction, at)
    else if (!again.has(transaction)) again.set(transaction, at)
  }
  const spanOf = (transaction: string): number => {
    const since = begun.get(transaction) ?? 0
    return Math.max(untilSilent, 64 * ((again.get(transaction) ?? since) - since) + lateness)
  }
  return { requests, begun, spanOf }
}

/** Milliseconds from when it was abandoned until all is over, by the timers of the entity under test. */
function overAfter(playing: Pick<Playing, 'log'>): number {
  const { begun, spanOf } = sentBy(playing)
  return Math.max(untilSilent, ...[...begun.keys()].map(spanOf))
}

/** Milliseconds for which an abandoned flow is listened to. */
export const listenedTo = (playing: Pick<Playing, 'log'>): number => Math.min(overAfter(playing), longest) + lateness

/** RFC 3261 17.1.1.2, 17.1.2.2, 13.3.1.4. */
export function neverSilent({ log, deafSince }: Playing): readonly Complaint[] {
  if (deafSince === undefined) return []
  const { requests, begun, spanOf } = sentBy({ log })
  // A response may be late for reasons of its own: only what was asked long before is asked too often.
  const late = requests.filter(({ message, at }) => {
    const transaction = transactionOf(message)
    return at > (begun.get(transaction) ?? at) + spanOf(transaction)
  })
  const [first] = late
  if (first === undefined) return []
  const what = `a ${methodOf(first.message)} that nobody answers is sent again without end`
  return [complaint('legs', 'RFC 3261 17.1.2.2', 'robustness', what, 'silence after 64*T1', `${late.length} more`)]
}

/** Repetitions after which whoever doubles the time between them up to T2 is far slower than at first. */
const enough = 8

/** T1, 2*T1 and 4*T1 are less than that part of three times T2 where T2 is 8*T1, and also where it is 4*T1. */
const asLong = 0.7

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0

/** RFC 3261 17.1.1.2, 17.1.2.2, 13.3.1.4: each time twice as long is waited as before, up to T2; T1 and T2 themselves show in what comes. */
export function neverSlower({ log, deafSince }: Playing): readonly Complaint[] {
  if (deafSince === undefined) return []
  const isRepeated = ({ direction, message }: Passage): boolean =>
    direction === 'received' && (methodOf(message) !== '' || isSuccessOfInvite(message))
  for (const times of Map.groupBy(log.filter(isRepeated), ({ message }) => transactionOf(message)).values()) {
    const waits = times.slice(1).map(({ at }, index) => at - (times[index]?.at ?? at))
    const [first, , , fourth] = times
    if (first === undefined || fourth === undefined || waits.length < enough) continue
    const usual = median(waits)
    // One that is late makes the next wait short: several together are as long as they should be.
    if (fourth.at - first.at < 3 * usual * asLong) continue
    const named = methodOf(first.message) || '2xx to an INVITE'
    const what = `a ${named} that nobody answers is sent again at one pace`
    const observed = `${times.length} times, each after ${Math.round(usual)} ms`
    return [
      complaint('legs', 'RFC 3261 17.1.2.2', 'robustness', what, 'twice as long between them, up to T2', observed),
    ]
  }
  return []
}

/** RFC 3261 8.2.6, RFC 4320 4: whoever waits for somebody who says nothing more answers before its own client gives up. */
export function neverAnswered({ log, deafSince }: Playing): readonly Complaint[] {
  // Who waits longer than it was listened to may still answer.
  if (deafSince === undefined || overAfter({ log }) > longest) return []
  const waits = ({ message }: Passage): boolean =>
    methodOf(message) === 'INVITE' ? isPassedOnInVain(message, log) : !['', 'ACK', 'CANCEL'].includes(methodOf(message))
  const asked = log.filter((one) => one.direction === 'sent' && one.step !== undefined && waits(one))
  const answers = log.filter(({ direction, message }) => direction === 'received' && statusOf(message) >= 200)
  const answered = new Set(answers.map(({ message }) => transactionOf(message)))
  const first = asked.find(({ message }) => !answered.has(transactionOf(message)))
  if (first === undefined) return []
  const what = `a ${methodOf(first.message)} is never answered when nobody answers any more`
  return [complaint('class', 'RFC 3261 8.2.6', 'robustness', what, 'a final response within 64*T1', 'none')]
}

/** Whether a call went on to somebody who says nothing whatever, which is as if he answered 408 (RFC 3261 8.1.3.1); whom it rings at takes the time that he takes. */
function isPassedOnInVain(invite: SipMessage, log: readonly Passage[]): boolean {
  const further = log.filter(({ direction, message }) => direction === 'received' && methodOf(message) === 'INVITE')
  const rings = statusesOf(log, 'received', invite).some((status) => status > 100)
  return !rings && further.length > 0 && further.every(({ message }) => statusesOf(log, 'sent', message).length === 0)
}

/** What a request was answered by, in that direction. */
export const statusesOf = (
  log: readonly Passage[],
  direction: Passage['direction'],
  asked: SipMessage,
): readonly number[] =>
  log
    .filter((one) => one.direction === direction && transactionOf(one.message) === transactionOf(asked))
    .map(({ message }) => statusOf(message))
    .filter((status) => status > 0)

/** RFC 3261 13.3.1.4: a call whose 2xx nobody acknowledges is ended when that is no longer sent again. */
export function neverEnded({ log, deafSince }: Playing): readonly Complaint[] {
  if (deafSince === undefined || overAfter({ log }) > longest) return []
  const came = (direction: Passage['direction'], method: string, callId: string | undefined): boolean =>
    log.some(
      (one) =>
        one.direction === direction && methodOf(one.message) === method && header(one.message, 'Call-ID') === callId,
    )
  const left = log.find(({ direction, message, at }) => {
    const callId = header(message, 'Call-ID')
    const isSent = direction === 'received' && isSuccessOfInvite(message) && at < deafSince + soon / 2
    return isSent && !came('sent', 'ACK', callId) && !came('sent', 'BYE', callId) && !came('received', 'BYE', callId)
  })
  if (left === undefined) return []
  const what = 'a call that nobody acknowledges is never ended'
  return [complaint('legs', 'RFC 3261 13.3.1.4', 'robustness', what, 'BYE after 64*T1, as there should be', 'none')]
}

/** RFC 3261 13.3.1.4: a 2xx to an INVITE is sent again until its ACK comes, whatever the transport. */
export function neverRepeated({ log, deafSince }: Playing): readonly Complaint[] {
  if (deafSince === undefined) return []
  const received = log.filter(({ direction }) => direction === 'received')
  const successes = received.filter(({ message }) => isSuccessOfInvite(message))
  const once = successes.find(({ message, at }) => {
    const callId = header(message, 'Call-ID')
    const ofCall = (one: Passage): boolean => header(one.message, 'Call-ID') === callId
    const said = (direction: Passage['direction'], method: string, before: number): boolean =>
      log.some(
        (one) =>
          one.direction === direction &&
          methodOf(one.message) === method &&
          one.at > at &&
          one.at < before &&
          ofCall(one),
      )
    const isOver = said('sent', 'ACK', Infinity) || said('received', 'BYE', at + 2 * soon)
    const times = successes.filter((one) => transactionOf(one.message) === transactionOf(message)).length
    return times === 1 && at < deafSince + soon && !isOver
  })
  if (once === undefined) return []
  const what = 'a 2xx to an INVITE that nobody acknowledges is not sent again'
  return [complaint('class', 'RFC 3261 13.3.1.4', 'robustness', what, 'the 2xx, after T1 and again', 'it came once')]
}

/** Milliseconds: what comes so soon is listened to for half a minute behind it. */
const soon = 10_000

export const isSuccessOfInvite = (message: SipMessage): boolean =>
  statusOf(message) >= 200 && statusOf(message) < 300 && headerValue(message, 'CSeq')?.method === 'INVITE'
