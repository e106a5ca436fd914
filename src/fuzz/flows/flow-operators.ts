import { headers, writeMessage, type SipMessage, statusOf } from '#wire/sip'
import type { FlowOperation } from '../case.ts'
import { writeCancel } from '../responses.ts'
import { methodOf } from './dialogs.ts'
import { ending, latin1 } from './disturbance.ts'
import {
  answersByRequest,
  answersInvite,
  any,
  before,
  behind,
  changed,
  isFinalSuccess,
  isInvite,
  isRequest,
  isResponse,
  same,
  type FlowOperator,
} from './flow-operator.ts'
import { abandoningOperators, isSuccessOfInvite } from './abandoned.ts'
import { crossingOperators } from './crossing-operators.ts'
import { expiringInvite } from './expiring-invite.ts'
import { idleFloor } from './idle-floor.ts'
import { lateAcknowledgements } from './late-acknowledgement.ts'
import { longCall } from './repeated-success.ts'
import { insideOperators } from './inside-operators.ts'
import { refusedBetween } from './refused-operators.ts'
import { acknowledgedWithin, furtherStream } from './session-answers.ts'
import { requestOutside, strayMessages } from './stray-messages.ts'

/** A response of ours with another status. */
function withStatus(message: SipMessage, status: number, reason: string, more: string[][] = [], body = ''): Uint8Array {
  const keep = ['Via', 'From', 'To', 'Call-ID', 'CSeq']
  return writeMessage({
    startLine: { kind: 'response', status, reason },
    headers: [
      ...keep.flatMap((name) => headers(message, name).map((value) => [name, value] as const)),
      ...more.map(([name = '', value = '']) => [name, value] as const),
      ['Content-Length', String(body.length)],
    ],
    body: Buffer.from(body),
  })
}
const refusals: Readonly<Record<string, readonly [number, string]>> = {
  '301': [301, 'Moved Permanently'],
  '302': [302, 'Moved Temporarily'],
  '400': [400, 'Bad Request'],
  '404': [404, 'Not Found'],
  '408': [408, 'Request Timeout'],
  '480': [480, 'Temporarily Unavailable'],
  '486': [486, 'Busy Here'],
  '488': [488, 'Not Acceptable Here'],
  '499': [499, 'Unknown'],
  '500': [500, 'Server Internal Error'],
  '503': [503, 'Service Unavailable'],
  '603': [603, 'Decline'],
  '699': [699, 'Unknown'],
}

/** Milliseconds: flows are played with 700 ms until a migration response is given up. */
const paused = 850

/** Every way of disturbing a flow. */
export const flowOperators: readonly FlowOperator[] = [
  {
    name: 'retransmit',
    clause: 'RFC 3261 17.2',
    parameters: ['at once', 'later'],
    suits: () => true,
    outcome: same,
    act: (setting, p) => {
      setting.pass(setting.octets)
      // A 2xx comes again when its ACK has left, and the call is not over before there is another.
      const isAcknowledged = p === 'later' && isSuccessOfInvite(setting.message)
      const after = isAcknowledged ? 200 : 30
      if (p === 'at once') setting.pass(setting.octets)
      else setting.later(after, () => setting.pass(setting.octets))
      if (isAcknowledged) setting.playing.until = performance.now() + 2 * after + acknowledgedWithin
      return true
    },
  },
  {
    name: 'drop',
    clause: 'RFC 3261 17.1',
    parameters: ['once'],
    suits: ({ step }) => step !== ending,
    outcome: same,
    act: (setting) => {
      // What was lost is sent again, by whom it was lost or by whom it would have answered.
      setting.later(150, () => setting.pass(setting.octets))
      return true
    },
  },
  {
    name: 'duplicate',
    clause: 'RFC 3261 8.2.2.2',
    parameters: ['at once', 'later'],
    suits: isRequest,
    outcome: any,
    act: behind(0, (setting, p) => {
      const copy = changed(setting.octets, /branch=z9hG4bK[^;,\s]*/, `branch=${setting.via().branch}`)
      setting.later(p === 'later' ? 30 : 0, () => setting.inject('duplicate', copy))
    }),
  },
  {
    name: 'replay',
    clause: 'RFC 3261 8.2',
    parameters: ['at once', 'later'],
    suits: isRequest,
    outcome: any,
    act: (setting, p) => {
      const { branch } = setting.via()
      const copy = changed(setting.octets, /branch=z9hG4bK[^;,\s]*/, `branch=${branch}`)
      const other = changed(copy, /^Call-ID: */m, `Call-ID: replayed-${branch.slice(-6)}-`)
      setting.pass(setting.octets)
      if (p === 'at once') setting.inject('replay', other)
      else setting.later(60, () => setting.inject('replay', other))
      return true
    },
  },
  ...crossingOperators,
  {
    name: 'cancel',
    clause: 'RFC 3261 9.2',
    parameters: ['foreign branch', 'foreign tag', 'itself'],
    suits: isInvite,
    outcome: (p) => (p === 'foreign branch' ? 'same' : 'any'),
    act: behind(4, (setting, p) => setting.inject('cancel', writeCancel(setting.octets, p))),
  },
  {
    name: 'cancel what is no INVITE',
    clause: 'RFC 3261 9.1',
    parameters: ['at once', 'later'],
    suits: (shape) => isRequest(shape) && !isInvite(shape) && methodOf(shape.message) !== 'ACK',
    outcome: same,
    act: behind(0, (setting, p) =>
      setting.later(p === 'later' ? 40 : 0, () => setting.inject('cancel', writeCancel(setting.octets, 'itself'))),
    ),
  },
  ...insideOperators,
  ...refusedBetween,
  {
    // A user takes the time that he takes; what has been decided stays so.
    name: 'pause',
    clause: 'RFC 3261 17.1',
    parameters: ['past the timers'],
    suits: (shape) => isRequest(shape) && !answersByRequest(shape) && methodOf(shape.message) !== 'ACK',
    outcome: same,
    act: (setting) => {
      setting.later(paused, () => setting.pass(setting.octets))
      return true
    },
  },
  {
    name: 'inject',
    clause: 'RFC 3261 8.2',
    parameters: Object.keys(strayMessages),
    suits: () => true,
    outcome: same,
    answered: 'always',
    act: before((setting, p) => setting.inject(`inject ${p}`, strayMessages[p]?.(setting) ?? Buffer.alloc(0)), 4),
  },
  {
    // Only who sent it tells the one from the other.
    name: 'two with one branch',
    clause: 'RFC 3261 17.2.3',
    parameters: ['OPTIONS'],
    suits: () => true,
    outcome: same,
    answered: 'always',
    act: before((setting) => {
      const { address, port } = setting.peer.remote
      const { sentBy, branch } = setting.via()
      for (const [index, sender] of [sentBy, `${address}:${port}`].entries())
        setting.inject(
          'two with one branch',
          requestOutside(setting, 'OPTIONS', { sentBy: sender, branch }, `beside-${index}-${branch.slice(-12)}`),
        )
    }, 4),
  },
  {
    name: 'response of another transaction',
    clause: 'RFC 3261 17.1.3',
    parameters: ['other branch', 'other method'],
    suits: isResponse,
    outcome: same,
    act: before((setting, p) => {
      // Had it been taken for the one that is awaited, that one would be refused.
      const refusal = withStatus(setting.message, 403, 'Forbidden')
      if (p === 'other branch') setting.inject(p, changed(refusal, /branch=z9hG4bK[^;,\s]*/, 'branch=z9hG4bKof-nobody'))
      else setting.inject(p, changed(refusal, /^(CSeq: *\d+) \w+/m, '$1 OPTIONS'))
    }),
  },
  {
    name: 'provisional after the final response',
    clause: 'RFC 6026 7.2',
    parameters: ['180', '183'],
    suits: (shape) => answersInvite(shape) && statusOf(shape.message) >= 200,
    outcome: same,
    act: behind(10, (setting, p) => setting.inject(p, withStatus(setting.message, Number(p), 'Late'))),
  },
  {
    name: 'other final response behind',
    clause: 'RFC 3261 17.1.1.2',
    parameters: ['486', '500', '603'],
    suits: (shape) => isFinalSuccess(shape),
    outcome: same,
    act: behind(10, (setting, p) => setting.inject(p, withStatus(setting.message, Number(p), 'Late'))),
  },
  {
    name: 'many provisional responses',
    clause: 'RFC 3261 13.2.2.1',
    parameters: ['10'],
    suits: (shape) => answersInvite(shape) && statusOf(shape.message) >= 200,
    outcome: same,
    act: before((setting) => {
      for (let count = 0; count < 10; count += 1)
        setting.inject('180', withStatus(setting.message, 180 + (count % 4), `Progress at ${setting.via().sentBy}`))
    }),
  },
  {
    name: 'answer substitute',
    clause: 'RFC 3261 8.1.3.2',
    parameters: Object.keys(refusals),
    suits: (shape) => answersInvite(shape) && isFinalSuccess(shape),
    outcome: () => 'refused',
    act: (setting, p) => {
      const [status, reason] = refusals[p] ?? [500, 'Server Internal Error']
      setting.pass(
        // What it tells about itself is for its own MC system alone.
        withStatus(
          setting.message,
          status,
          `${reason} at ${setting.via().sentBy}`,
          [
            ['Warning', `399 ${setting.via().sentBy} "141 user unknown to the participating function"`],
            ['Contact', `<sip:third@${setting.via().sentBy}>`],
            ['Content-Type', 'text/plain'],
          ],
          `${reason}: said ${setting.via().sentBy}`,
        ),
      )
      return true
    },
  },
  {
    // Whoever was refused by it is not granted by another one.
    name: 'as it should be behind',
    clause: 'TR 23.781 6.x.1',
    parameters: ['soon', 'later'],
    suits: answersByRequest,
    outcome: same,
    unlessRefused: true,
    act: behind(0, (setting, p) => {
      if (setting.asWritten === undefined) return
      const { branch } = setting.via()
      const head = latin1(setting.octets).slice(0, latin1(setting.octets).indexOf('\r\n\r\n') + 4)
      const fresh = head
        .replace(/branch=z9hG4bK[^;,\s]*/, `branch=${branch}`)
        .replace(/^Call-ID: */m, `Call-ID: behind-${branch.slice(-6)}-`)
        .replace(/^Content-Length: *\d+/m, `Content-Length: ${setting.asWritten.length}`)
      const octets = Buffer.concat([Buffer.from(fresh, 'latin1'), setting.asWritten])
      setting.later(p === 'later' ? 30 : 12, () => setting.inject('as it should be behind', octets))
    }),
  },
  ...abandoningOperators,
  longCall,
  ...lateAcknowledgements,
  expiringInvite,
  furtherStream,
  idleFloor,
]

/** A parameter as the operators know it. */
export const parameterOf = ({ p }: FlowOperation): string => (typeof p === 'string' ? p : JSON.stringify(p ?? ''))

export const flowOperatorNamed = (name: string): FlowOperator | undefined =>
  flowOperators.find((one) => one.name === name)

const long = flowOperators.filter((one) => one.takesLong !== undefined).map(({ name }) => name)

/** How many operations have to wait beside everything else, and which of them one is; -1 where it need not. */
export const longOperators = long.length
export const longTurn = ({ op }: FlowOperation): number => long.indexOf(op)

/** Whether nobody may be forgotten while it waits. */
export const isApart = ({ op }: FlowOperation): boolean => flowOperatorNamed(op)?.isApart === true
