import { header, headers, writeMessage, type SipMessage } from '#wire/sip'
import type { FlowOperation } from '../case.ts'
import { statusOf } from '../oracle.ts'
import { writeCancel } from '../responses.ts'
import { dialogsIn, methodOf, requestInside, type FlowDialog } from './dialogs.ts'
import { ending, latin1, type Departing, type Playing, type Role } from './disturbance.ts'

/** A message of a flow that the tester sends, and what comes behind it. */
export interface StepShape {
  readonly step: string
  readonly message: SipMessage
  /** Whether the entity under test speaks next. */
  readonly heard: boolean
  /** Whether a dialog stands when it is sent. */
  readonly inside: boolean
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
  /** Whether each request beside the flow has an answer. */
  readonly answered?: boolean
  /** Whether it sees to the message itself. */
  readonly act: (setting: FlowSetting, p: string) => boolean
}

const same = (): FlowOutcome => 'same'
const any = (): FlowOutcome => 'any'
const isRequest = ({ message }: StepShape): boolean => message.startLine.kind === 'request'
const isResponse = ({ message }: StepShape): boolean => message.startLine.kind === 'response'
const isInvite = (shape: StepShape): boolean => methodOf(shape.message) === 'INVITE'
const answersInvite = (shape: StepShape): boolean =>
  isResponse(shape) && /INVITE/.test(header(shape.message, 'CSeq') ?? '')
/** A request that says in which one it answers. */
const answersByRequest = (shape: StepShape): boolean =>
  isRequest(shape) && header(shape.message, 'In-Reply-To') !== undefined
const isFinalSuccess = (shape: StepShape): boolean =>
  isResponse(shape) && statusOf(shape.message) >= 200 && statusOf(shape.message) < 300

/** A response of ours with another status. */
function withStatus(message: SipMessage, status: number, reason: string, more: string[][] = []): Uint8Array {
  const keep = ['Via', 'From', 'To', 'Call-ID', 'CSeq']
  return writeMessage({
    startLine: { kind: 'response', status, reason },
    headers: [
      ...keep.flatMap((name) => headers(message, name).map((value) => [name, value] as const)),
      ...more.map(([name = '', value = '']) => [name, value] as const),
      ['Content-Length', '0'],
    ],
  })
}

const changed = (octets: Uint8Array, pattern: RegExp, by: string): Uint8Array =>
  Buffer.from(latin1(octets).replace(pattern, by), 'latin1')

/** The message, and then something beside it. */
const behind =
  (after: number, act: (setting: FlowSetting, p: string) => void) =>
  (setting: FlowSetting, p: string): boolean => {
    setting.pass(setting.octets)
    setting.later(after, () => act(setting, p))
    return true
  }

/** Something beside the flow, and then the message. */
const before =
  (act: (setting: FlowSetting, p: string) => void, after = 12) =>
  (setting: FlowSetting, p: string): boolean => {
    act(setting, p)
    setting.later(after, () => setting.pass(setting.octets))
    return true
  }

/** A dialog as somebody would name it who does not know it. */
const misnamed: Readonly<Record<string, (dialog: FlowDialog) => FlowDialog>> = {
  'other To tag': (dialog) => ({ ...dialog, remote: dialog.remote.replace(/tag=.*/, 'tag=of-nobody') }),
  'other From tag': (dialog) => ({ ...dialog, local: dialog.local.replace(/tag=.*/, 'tag=of-nobody') }),
  'no To tag': (dialog) => ({ ...dialog, remote: dialog.remote.replace(/;tag=.*/, '') }),
  'tags exchanged': (dialog) => ({ ...dialog, local: dialog.remote, remote: dialog.local }),
  'other Call-ID': (dialog) => ({ ...dialog, callId: `of-nobody-${dialog.callId}` }),
}

const insideMethods = ['BYE', 'INVITE', 'UPDATE', 'INFO']

const strayInside: FlowOperator = {
  name: 'wrong dialog',
  clause: 'RFC 3261 12.2.2',
  parameters: Object.keys(misnamed).flatMap((how) =>
    insideMethods.filter((method) => how !== 'no To tag' || method === 'BYE').map((method) => `${method}, ${how}`),
  ),
  suits: ({ inside }) => inside,
  outcome: same,
  notGranted: 'a request of no dialog is granted',
  act: before((setting, p) => {
    const [method = '', how = ''] = p.split(', ')
    for (const dialog of dialogsIn(setting.playing.log))
      setting.inject(
        'wrong dialog',
        requestInside(misnamed[how]?.(dialog) ?? dialog, method, dialog.sequence + 900, setting.via(dialog.role)),
        dialog.role,
      )
  }),
}

const lowerNumber: FlowOperator = {
  name: 'lower CSeq',
  clause: 'RFC 3261 12.2.2',
  parameters: insideMethods,
  suits: ({ inside }) => inside,
  outcome: same,
  notGranted: 'a request whose number is no higher than that of the one before is granted',
  act: before((setting, method) => {
    for (const dialog of dialogsIn(setting.playing.log).filter(({ calling }) => calling))
      setting.inject('lower CSeq', requestInside(dialog, method, 0, setting.via(dialog.role)), dialog.role)
  }),
}

/** The session that was agreed, again; twice, the one right behind the other has been answered. */
const again: FlowOperator = {
  name: 're-INVITE',
  clause: 'RFC 3261 14.2',
  parameters: ['once', 'twice', 'with Record-Route, and the called side hangs up', 'with the branch of the one before'],
  suits: ({ inside }) => inside,
  outcome: (p) => (p.startsWith('with') ? 'any' : 'same'),
  answered: true,
  act: before((setting, p) => {
    const { playing } = setting
    for (const dialog of dialogsIn(playing.log).filter(({ calling, body }) => calling && body !== undefined)) {
      const more: (readonly [string, string])[] = [
        ['Content-Type', dialog.body?.type ?? ''],
        ...(p.startsWith('with Record-Route') ? [['Record-Route', `<sip:${setting.via().sentBy};lr>`] as const] : []),
      ]
      const send = (sequence: number, via = setting.via(dialog.role)): void => {
        playing.ahead.set(dialog.callId, (playing.ahead.get(dialog.callId) ?? 0) + 1)
        setting.inject(
          `re-INVITE ${sequence}`,
          requestInside(dialog, 'INVITE', sequence, via, more, dialog.body?.octets),
          dialog.role,
        )
      }
      const via = setting.via(dialog.role)
      send(dialog.sequence + 1, via)
      if (p === 'twice' || p.startsWith('with the branch'))
        setting.later(25, () => send(dialog.sequence + 2, p === 'twice' ? setting.via(dialog.role) : via))
    }
    if (p.endsWith('hangs up'))
      setting.later(25, () => {
        for (const dialog of dialogsIn(playing.log).filter(({ calling }) => !calling))
          setting.inject(
            'hang-up',
            requestInside(dialog, 'BYE', dialog.sequence + 1, setting.via(dialog.role)),
            dialog.role,
          )
      })
  }, 60),
}

/** What comes in although nobody asked: it is dropped, or refused (RFC 3261 17.1.3, 8.2.1). */
const others: Readonly<Record<string, (setting: FlowSetting) => Uint8Array>> = {
  'keep-alive': () => Buffer.from('\r\n\r\n'),
  noise: () => Buffer.from('\0\0\0\0'),
  OPTIONS: (setting) => outside(setting, 'OPTIONS'),
  'unknown method': (setting) => outside(setting, 'UNKNOWN'),
  'SUBSCRIBE to nothing': (setting) => outside(setting, 'SUBSCRIBE', 'Event: nothing'),
  'ACK of nobody': (setting) => outside(setting, 'ACK'),
  'CANCEL of nobody': (setting) => outside(setting, 'CANCEL'),
  'BYE of nobody': (setting) => outside(setting, 'BYE'),
  '200 of nobody': (setting) => response(setting, 200),
  '487 of nobody': (setting) => response(setting, 487),
}

function outside(setting: FlowSetting, method: string, more = 'Max-Forwards: 70'): Uint8Array {
  const { sentBy, branch } = setting.via()
  const lines = [
    `${method} sip:${setting.peer.remote.address}:${setting.peer.remote.port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${sentBy};rport;branch=${branch}`,
    'Max-Forwards: 70',
    `From: <sip:beside@${sentBy}>;tag=${branch.slice(-8)}`,
    `To: <sip:${setting.peer.remote.address}>`,
    `Call-ID: beside-${branch.slice(-12)}`,
    `CSeq: 1 ${method}`,
    ...(more.startsWith('Max') ? [] : [more]),
    'Content-Length: 0',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

function response(setting: FlowSetting, status: number): Uint8Array {
  const { branch } = setting.via()
  const request = setting.playing.log.find(({ direction, message }) => direction === 'received' && methodOf(message))
  const { address, port } = setting.peer.remote
  const callId = (request && header(request.message, 'Call-ID')) ?? header(setting.message, 'Call-ID') ?? ''
  const method = (request && methodOf(request.message)) ?? 'INVITE'
  return Buffer.from(
    [
      `SIP/2.0 ${status} Beside`,
      `Via: SIP/2.0/UDP ${address}:${port};branch=${branch}`,
      'From: <sip:a@example.com>;tag=1',
      'To: <sip:b@example.com>;tag=2',
      `Call-ID: ${callId}`,
      `CSeq: 1 ${method}`,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  )
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
      if (p === 'at once') setting.pass(setting.octets)
      else setting.later(30, () => setting.pass(setting.octets))
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
    parameters: ['later'],
    suits: isRequest,
    outcome: any,
    act: behind(60, (setting) => {
      const { branch } = setting.via()
      const copy = changed(setting.octets, /branch=z9hG4bK[^;,\s]*/, `branch=${branch}`)
      setting.inject('replay', changed(copy, /^Call-ID: */m, `Call-ID: replayed-${branch.slice(-6)}-`))
    }),
  },
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
  strayInside,
  lowerNumber,
  again,
  {
    name: 'inject',
    clause: 'RFC 3261 8.2',
    parameters: Object.keys(others),
    suits: () => true,
    outcome: same,
    act: before((setting, p) => setting.inject(`inject ${p}`, others[p]?.(setting) ?? Buffer.alloc(0)), 4),
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
        setting.inject('180', withStatus(setting.message, 180 + (count % 4), 'Progress'))
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
        withStatus(setting.message, status, reason, [
          // What it tells about itself is for its own MC system alone.
          ['Warning', `399 ${setting.via().sentBy} "141 user unknown to the participating function"`],
          ['Contact', `<sip:third@${setting.via().sentBy}>`],
        ]),
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
  {
    name: 'abandon',
    clause: 'RFC 3261 17.1',
    parameters: ['for ever'],
    suits: isResponse,
    outcome: any,
    act: ({ playing }) => (playing.deaf = true),
  },
]

/** A parameter as the operators know it. */
export const parameterOf = ({ p }: FlowOperation): string => (typeof p === 'string' ? p : JSON.stringify(p ?? ''))

export const flowOperatorNamed = (name: string): FlowOperator | undefined =>
  flowOperators.find((one) => one.name === name)
