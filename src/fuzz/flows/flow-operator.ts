import { header, type SipMessage, statusOf } from '#wire/sip'
import type { FlowOperation } from '../case.ts'
import { methodOf } from './dialogs.ts'
import { latin1, type Departing, type Playing, type Role } from './disturbance.ts'

/** A message of a flow that the tester sends, and what comes behind it. */
export interface StepShape {
  readonly step: string
  readonly message: SipMessage
  /** Whether the entity under test speaks next. */
  readonly heard: boolean
  /** Whether a dialog stands when it is sent. */
  readonly inside: boolean
  /** Whether we asked for something outside of any dialog before, and not by INVITE. */
  readonly behindRequest: boolean
  /** Whether we sent one of its kind before. */
  readonly again: boolean
}

/** What an operator has at hand. */
export interface FlowSetting extends Departing {
  readonly message: SipMessage
  readonly playing: Playing
  /** Milliseconds from now. */
  later(after: number, run: () => void): void
  /** The body as it is where nothing is changed, with the users of this execution. */
  readonly asWritten: Uint8Array | undefined
  /** Sends octets beside the flow; what answers that branch is heard under that name. */
  inject(name: string, octets: Uint8Array, role?: Role): void
  /** A branch that nobody had before, and where the role is reached. */
  via(role?: Role): { readonly sentBy: string; readonly branch: string }
}

/** What is due in spite of it: the flow as it is; a refusal, and nothing granted; nothing that could be said. */
export type FlowOutcome = 'same' | 'refused' | 'any'

/** One way of changing the course of a flow at a message that the tester sends. */
export interface FlowOperator {
  readonly name: string
  readonly clause: string
  readonly parameters: readonly string[]
  readonly suits: (shape: StepShape) => boolean
  readonly outcome: (p: string) => FlowOutcome
  /** What answers beside the flow may not be. */
  readonly notGranted?: string
  /** Whether the flow may go its way, as long as nobody was told that it does not. */
  readonly unlessRefused?: boolean
  /** Whether the flow goes its way where each request beside it was refused; otherwise nothing can be said. */
  readonly onlyIfRefused?: boolean
  /** Functional entities of which it shows something only after a minute, when it waits beside everything else; all of them where none is named. */
  readonly takesLong?: readonly string[]
  /** Whether it would be ended if all users were forgotten. */
  readonly isApart?: boolean
  /** Whether it takes two users at the same time. */
  readonly ofTwo?: boolean
  /** Whether it shows something only where two messages are handled at the same time, which is a matter of chance. */
  readonly isRace?: boolean
  /** When each request beside the flow has an answer. */
  readonly answered?: 'always' | 'where the flow goes its way'
  /** Whether it sees to the message itself. */
  readonly act: (setting: FlowSetting, p: string) => boolean
}

/** Milliseconds until a migration response, or what else the entity under test waits for, is given up. */
export const givenUpAfter = ({ planned }: Pick<Playing, 'planned'>): number => planned.sut.timers.migrationResponse

/** A parameter as the operators know it. */
export const parameterOf = ({ p }: FlowOperation): string => (typeof p === 'string' ? p : JSON.stringify(p ?? ''))

/** What a message is: its method, and the elements of its body. */
export const kindOf = (message: SipMessage): string => {
  const elements =
    Buffer.from(message.body)
      .toString('latin1')
      .match(/<[\w:.-]+/g) ?? []
  return [methodOf(message), ...new Set(elements)].join(' ')
}

export const same = (): FlowOutcome => 'same'
export const any = (): FlowOutcome => 'any'
export const isRequest = ({ message }: StepShape): boolean => message.startLine.kind === 'request'
export const isResponse = ({ message }: StepShape): boolean => message.startLine.kind === 'response'
export const isInvite = (shape: StepShape): boolean => methodOf(shape.message) === 'INVITE'
export const answersInvite = (shape: StepShape): boolean =>
  isResponse(shape) && /INVITE/.test(header(shape.message, 'CSeq') ?? '')
/** A request that says in which one it answers. */
export const answersByRequest = (shape: StepShape): boolean =>
  isRequest(shape) && header(shape.message, 'In-Reply-To') !== undefined
export const isFinalSuccess = (shape: StepShape): boolean =>
  isResponse(shape) && statusOf(shape.message) >= 200 && statusOf(shape.message) < 300
export const changed = (octets: Uint8Array, pattern: RegExp, by: string): Uint8Array =>
  Buffer.from(latin1(octets).replace(pattern, by), 'latin1')

/** The message, and then something beside it. */
export const behind =
  (after: number, act: (setting: FlowSetting, p: string) => void) =>
  (setting: FlowSetting, p: string): boolean => {
    setting.pass(setting.octets)
    setting.later(after, () => act(setting, p))
    return true
  }

/** Something beside the flow, and then the message, so many milliseconds later. */
export const before =
  (act: (setting: FlowSetting, p: string) => void, after: number | ((p: string) => number) = 12) =>
  (setting: FlowSetting, p: string): boolean => {
    act(setting, p)
    setting.later(typeof after === 'number' ? after : after(p), () => setting.pass(setting.octets))
    return true
  }
