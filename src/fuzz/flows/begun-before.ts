import { header, statusOf } from '#wire/sip'
import type { FuzzCase } from '../case.ts'
import { ending, transactionOf, type Playing } from './disturbance.ts'
import { flowCase } from './flow-case.ts'
import {
  answersInvite,
  givenUpAfter,
  isFinalSuccess,
  isResponse,
  parameterOf,
  same,
  type FlowOperator,
} from './flow-operator.ts'

/** What waits until what was left is given up: everything, the message at which it was left, the one behind that, nothing. */
const waiting = ['nothing waits', 'it waits', 'the next waits', 'all of it waits'] as const
type Waiting = (typeof waiting)[number]

/** Milliseconds behind the timer. */
const margin = 100

/** The same user began it before, and left it at this message: what is left of that has nothing to do with what is begun anew. */
export const begunBefore: FlowOperator = {
  name: 'begun before',
  clause: 'RFC 3261 17.1',
  parameters: waiting,
  suits: (shape) => shape.step !== ending && (shape.inside || shape.behindRequest || isResponse(shape)),
  outcome: same,
  act: () => false,
}

/** The same user called before, and gave up before the called side had answered: that call is over. */
export const cancelledBefore: FlowOperator = {
  name: 'cancelled before',
  clause: 'RFC 3261 9.1',
  parameters: ['the answer'],
  suits: (shape) => answersInvite(shape) && isFinalSuccess(shape),
  outcome: same,
  act: () => false,
}

/** Left nowhere: to its end. */
const whole = 'nowhere'

/** The flow as it is written, twice by the same user. */
export const twice = (scenario: string): FuzzCase =>
  flowCase(scenario, [], [{ op: begunBefore.name, at: whole, p: waiting[0] }])

/** Where the flow is left the first time, and what waits the second time. */
export interface Leaving {
  readonly at: string
  readonly waits: Waiting
  /** Whether what was begun is cancelled, and not only left. */
  readonly cancels: boolean
}

/** Of a case whose users have begun it before. */
export function leavingOf({ ops }: FuzzCase): Leaving | undefined {
  const cancelled = ops.find(({ op }) => op === cancelledBefore.name)
  if (cancelled) return { at: cancelled.at, waits: 'nothing waits', cancels: true }
  const found = ops.find(({ op }) => op === begunBefore.name)
  const waits = waiting.find((one) => found && one === parameterOf(found))
  return found && waits && { at: found.at, waits, cancels: false }
}

/** Milliseconds for which the messages of the second time have to wait, as each is about to leave. */
export function waitsOf({ at, waits }: Omit<Leaving, 'cancels'>, left: Pick<Playing, 'planned' | 'deafSince'>) {
  let isNext = false
  const until = (left.deafSince ?? -Infinity) + givenUpAfter(left) + margin
  const rest = (): number => Math.max(0, until - performance.now())
  return {
    first: () => (waits === 'all of it waits' ? rest() : 0),
    at(step: string): number {
      const holds = waits === 'it waits' ? step === at : waits === 'the next waits' && isNext
      isNext = step === at
      return holds ? rest() : 0
    },
  }
}

/** By which somebody says that there is nothing of the kind, or asks for credentials; whoever is refused otherwise may be busy with what was left. */
const knowsNothing: ReadonlySet<number> = new Set([401, 404, 407, 481])

/** Whether the entity under test took it up anew, and came to where it was left: from there on it goes its way, for it need not refuse what answers it. */
export function isTakenUp({ log, disturbed, before }: Playing): boolean {
  if (disturbed === whole) return true
  if (before?.cancelled === true) return true
  if (before?.cancelled === false || before?.deaf !== true || !log.some(({ step }) => step === disturbed)) return false
  const ofOwnAccord = log.filter(
    ({ step, message }) => step !== undefined && header(message, 'In-Reply-To') === undefined,
  )
  const asked = new Set(ofOwnAccord.map(({ message }) => transactionOf(message)))
  return !log.some(
    ({ direction, message }) =>
      direction === 'received' &&
      statusOf(message) >= 300 &&
      !knowsNothing.has(statusOf(message)) &&
      asked.has(transactionOf(message)),
  )
}
