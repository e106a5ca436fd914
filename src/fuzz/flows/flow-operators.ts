import type { FlowOperation } from '../case.ts'
import { writeCancel } from '../responses.ts'
import { methodOf } from './dialogs.ts'
import { ending, latin1 } from './disturbance.ts'
import {
  answersByRequest,
  any,
  before,
  behind,
  changed,
  givenUpAfter,
  isInvite,
  isRequest,
  same,
  type FlowOperator,
} from './flow-operator.ts'
import { abandoningOperators, isSuccessOfInvite } from './abandoned.ts'
import { begunBefore, cancelledBefore } from './begun-before.ts'
import { crossingOperators } from './crossing-operators.ts'
import { expiringInvite } from './expiring-invite.ts'
import { idleFloor } from './idle-floor.ts'
import { lateAcknowledgements } from './late-acknowledgement.ts'
import { lateCancel } from './late-cancel.ts'
import { longCall } from './repeated-success.ts'
import { insideOperators } from './inside-operators.ts'
import { refusedBetween } from './refused-operators.ts'
import { acknowledgedWithin, furtherStream } from './session-answers.ts'
import { responseOperators } from './response-operators.ts'
import { requestOutside, strayMessages } from './stray-messages.ts'
import { twoRoutes } from './two-routes.ts'
import { unacknowledgedRefusal } from './unacknowledged-refusal.ts'

/** Milliseconds by which a pause outlasts what is waited for. */
const longer = 150

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
  lateCancel,
  ...twoRoutes,
  unacknowledgedRefusal,
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
      setting.later(givenUpAfter(setting.playing) + longer, () => setting.pass(setting.octets))
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
  ...responseOperators,
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
  begunBefore,
  cancelledBefore,
]

export const flowOperatorNamed = (name: string): FlowOperator | undefined =>
  flowOperators.find((one) => one.name === name)

const long = flowOperators.filter((one) => one.takesLong !== undefined).map(({ name }) => name)

/** How many operations have to wait beside everything else, and which of them one is; -1 where it need not. */
export const longOperators = long.length
export const longTurn = ({ op }: FlowOperation): number => long.indexOf(op)

/** Whether nobody may be forgotten while it waits. */
export const isApart = ({ op }: FlowOperation): boolean => flowOperatorNamed(op)?.isApart === true
