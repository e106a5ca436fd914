import { header, headerFields, type SipMessage, statusOf } from '#wire/sip'
import type { ClientTransaction, Outcome, OutgoingHeaders, SipStack, UserServerTransaction } from '../stack.ts'
import { readTag } from '../tag.ts'
import type { Timer } from '../timer-queues.ts'
import { bestOf, furtherChallenges } from './best-response.ts'
import type { Passed } from './forwarded-request.ts'
import type { Recurse } from './redirection.ts'
import { answer } from './request-validation.ts'

/** One target of a request: pending until it has a final status. */
interface Branch {
  transaction: ClientTransaction | undefined
  /** Timer C (RFC 3261 16.6 step 11). */
  timer: Timer | undefined
  status: number | undefined
  /** `undefined` where the status is our own. */
  response: SipMessage | undefined
  /** Branches it may become when it is redirected (RFC 5393 5.3.3). */
  readonly breadth: number
  /** After a recursion: the Contacts that stay; none leaves no response to choose from (RFC 3261 16.7 step 4). */
  left: readonly string[] | undefined
}

export interface ResponseContextOptions {
  readonly stack: Pick<SipStack, 'request' | 'queues'>
  /** Milliseconds an INVITE may ring: more than three minutes. */
  readonly timerC: number
  /** Max-Breadth of each copy. */
  readonly breadth: number
  /** Follows redirections; without it they are passed on. */
  readonly recurse?: Recurse | undefined
  readonly onDone: () => void
}

/**
 * The response context of a request (RFC 3261 16.7): passes it to all targets at once, their provisional and 2xx responses upwards as they
 * come, and of the others the best when all have answered.
 */
export function openResponseContext(
  server: UserServerTransaction,
  passed: readonly (Passed | undefined)[],
  { stack, timerC, breadth, recurse, onDone }: ResponseContextOptions,
): void {
  const { startLine } = server.request
  const isInvite = startLine.kind === 'request' && startLine.method === 'INVITE'
  const branches: Branch[] = []
  let succeeded = false
  /** Nothing new is tried any more: there is a 2xx or a 6xx, or the client has cancelled. */
  let settled = false
  let done = false

  const forward = (message: SipMessage, further: OutgoingHeaders = [], contacts?: readonly string[]): void => {
    if (message.startLine.kind !== 'response') return
    const { status, reason } = message.startLine
    const toTag = readTag(header(message, 'to'))
    const headers = [...carried(message, contacts), ...further]
    server.respond({ status, reason, toTag, headers, body: message.body })
  }
  /** RFC 3261 16.7 step 10, 16.10. */
  const cancelPending = (): void => {
    settled = true
    if (isInvite) for (const { transaction, status } of branches) if (status === undefined) transaction?.cancel()
  }
  const startTimerC = (branch: Branch): void => {
    branch.timer?.stop()
    // "If the client transaction has received a provisional response, the proxy MUST generate a CANCEL" (RFC 3261 16.8); before, Timer B rules.
    if (isInvite) branch.timer = stack.queues.start(timerC, () => branch.transaction?.cancel(), undefined)
  }
  const settle = (branch: Branch, status: number, response?: SipMessage): void => {
    branch.timer?.stop()
    branch.status = status
    branch.response = response
    if (status >= 200 && status < 300 && response !== undefined) {
      succeeded = true
      forward(response)
      cancelPending()
    } else if (status >= 600) cancelPending()
    else if (response !== undefined && !settled) follow(branch, response)
    if (done || branches.some((one) => one.status === undefined)) return
    done = true
    if (!succeeded) answerBest()
    onDone()
  }
  const follow = (branch: Branch, response: SipMessage): void => {
    const recursion = recurse?.(response, branch.breadth)
    if (recursion === undefined) return
    branch.left = recursion.left
    start(recursion.passed, recursion.breadth)
  }
  const answerBest = (): void => {
    const finals = branches.flatMap(({ status, response, left }) =>
      status === undefined || left?.length === 0 ? [] : [{ status, response, left }],
    )
    const best = bestOf(finals)
    const all = finals.flatMap(({ response }) => response ?? [])
    if (best === undefined) return
    // Too late for the client to do anything with it (RFC 4320 4.2).
    if (best.status === 408 && !isInvite) return server.abandon()
    // A 503 speaks of the element behind, not of this one (RFC 3261 16.7 step 6).
    if (best.status === 503) return void server.respond(answer(500, 'Server Internal Error: the next hop fails'))
    if (best.response === undefined) return void server.respond(answer(408, 'Request Timeout'))
    forward(best.response, furtherChallenges(best.response, all), best.left)
  }
  const finish = (branch: Branch, outcome: Outcome): void => {
    switch (outcome.kind) {
      case 'response':
        return settle(branch, statusOf(outcome.message), outcome.message)
      // "As if it had received a 408", "as if it had received a 503" (RFC 3261 16.8, 16.9).
      case 'timeout':
        return settle(branch, 408)
      case 'transport-error':
        return settle(branch, 503)
    }
  }

  const send = (branch: Branch, { request, hop }: Passed): void => {
    startTimerC(branch)
    branch.transaction = stack.request(request, hop, undefined, {
      onProvisional(message) {
        // A 100 is of this hop alone (RFC 3261 16.7 step 5).
        if (statusOf(message) === 100) return
        startTimerC(branch)
        if (!done) forward(message)
      },
      onFinal: (outcome) => finish(branch, outcome),
      // Every 2xx to INVITE, the repeated ones too, whatever was sent before.
      onSuccessAgain: (message) => forward(message),
    })
  }
  const start = (copies: readonly (Passed | undefined)[], share: number): void => {
    // All are known before the first is sent: one that fails at once must not pass for the last.
    const opened = copies.map((copy) => ({ copy, branch: pendingBranch(share) }))
    branches.push(...opened.map(({ branch }) => branch))
    for (const { copy, branch } of opened) {
      if (copy === undefined) settle(branch, 503)
      else send(branch, copy)
    }
  }

  server.onCancelled = cancelPending
  start(passed, breadth)
}

const pendingBranch = (breadth: number): Branch => ({
  ...{ transaction: undefined, timer: undefined, status: undefined, response: undefined, left: undefined },
  breadth,
})

const own = ['via', 'from', 'to', 'call-id', 'cseq']

/** What of a response is not already said by the request it answers; with other Contacts where some were gone to. */
function carried(message: SipMessage, contacts?: readonly string[]): OutgoingHeaders {
  const gone = contacts === undefined ? own : [...own, 'contact']
  const said = new Set(gone.flatMap((name) => headerFields(message, name)))
  return [
    ...message.headers.filter((field) => !said.has(field)).map(({ name, value }) => [name, value] as const),
    ...(contacts ?? []).map((contact) => ['Contact', contact] as const),
  ]
}
