import { writeCancel } from '../responses.ts'
import { header, statusOf } from '#wire/sip'
import { dialogsIn, methodOf, requestInside, type FlowDialog } from './dialogs.ts'
import { latin1, transactionOf } from './disturbance.ts'
import { before, same, type FlowOperator, type FlowSetting } from './flow-operator.ts'

/** A dialog as somebody would name it who does not know it. */
const misnamed: Readonly<Record<string, (dialog: FlowDialog, others: readonly FlowDialog[]) => FlowDialog>> = {
  'other To tag': (dialog) => ({ ...dialog, remote: dialog.remote.replace(/tag=.*/, 'tag=of-nobody') }),
  'other From tag': (dialog) => ({ ...dialog, local: dialog.local.replace(/tag=.*/, 'tag=of-nobody') }),
  'no To tag': (dialog) => ({ ...dialog, remote: dialog.remote.replace(/;tag=.*/, '') }),
  'tags exchanged': (dialog) => ({ ...dialog, local: dialog.remote, remote: dialog.local }),
  'tags of another dialog': (dialog, others) => {
    const other = others.find(({ remote }) => remote !== dialog.remote)
    const [tag = 'tag=of-nobody'] = /tag=.*/.exec(other?.remote ?? '') ?? []
    return { ...dialog, remote: dialog.remote.replace(/tag=.*/, tag) }
  },
  'other Call-ID': (dialog) => ({ ...dialog, callId: `of-nobody-${dialog.callId}` }),
}

const insideMethods = ['BYE', 'INVITE', 'UPDATE', 'INFO']
/** An INVITE may be taken: its receiver cannot tell a dialog that is over, or was never there, from one that it has lost (RFC 3261 12.2.2). */
const methodsOfDialogs = insideMethods.filter((method) => method !== 'INVITE')

const strayInside: FlowOperator = {
  name: 'wrong dialog',
  clause: 'RFC 3261 12.2.2',
  parameters: Object.keys(misnamed).flatMap((how) =>
    methodsOfDialogs.filter((method) => how !== 'no To tag' || method === 'BYE').map((method) => `${method}, ${how}`),
  ),
  suits: ({ inside }) => inside,
  outcome: same,
  notGranted: 'a request of no dialog is granted',
  act: before((setting, p) => {
    const [method = '', how = ''] = p.split(', ')
    const dialogs = dialogsIn(setting.playing.log)
    for (const dialog of dialogs)
      setting.inject(
        'wrong dialog',
        requestInside(
          misnamed[how]?.(dialog, dialogs) ?? dialog,
          method,
          dialog.sequence + 900,
          setting.via(dialog.role),
        ),
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

/** RFC 3261 15.1.2: once its BYE is answered, the session is over, and whoever asks inside of it asks for what is not there. */
const afterTheEnd: FlowOperator = {
  name: 'request after the end',
  clause: 'RFC 3261 15.1.2, 12.2.2',
  parameters: methodsOfDialogs,
  suits: ({ message, inside }) => inside && methodOf(message) === 'BYE',
  outcome: same,
  notGranted: 'a request of a session that is over is granted',
  act(setting, method) {
    const { playing, message, role } = setting
    const callId = header(message, 'Call-ID')
    const dialog = dialogsIn(playing.log).find((one) => one.callId === callId && one.role === role)
    const latest = performance.now() + longestEnd
    const isOver = (): boolean =>
      playing.log.some(
        (one) =>
          one.direction === 'received' &&
          statusOf(one.message) >= 200 &&
          transactionOf(one.message) === transactionOf(message),
      )
    const look = (): void => {
      if (dialog === undefined || performance.now() > latest) return
      if (!isOver()) return setting.later(10, look)
      const octets = requestInside(dialog, method, dialog.sequence + 900, setting.via(role))
      setting.inject('request after the end', octets, role)
    }
    playing.until = latest
    setting.pass(setting.octets)
    look()
    return true
  },
}
/** Milliseconds in which a BYE is answered. */
const longestEnd = 1000

/** The session that was agreed, again; twice, the one right behind the other has been answered. */
const again: FlowOperator = {
  name: 're-INVITE',
  clause: 'RFC 3261 14.2',
  parameters: [
    'once',
    'twice',
    'with Record-Route, and the called side hangs up',
    'with the branch of the one before',
    'with another Contact, and the called side hangs up',
    'given up when it is answered',
    'with the offer of the called side',
  ],
  suits: ({ inside }) => inside,
  outcome: (p) => (p.startsWith('with') ? 'any' : 'same'),
  answered: 'where the flow goes its way',
  act: before(inviteAgain, (p) => hangingUp(p) + 35),
}

function inviteAgain(setting: FlowSetting, p: string): void {
  const { playing } = setting
  const byCalled = p === 'with the offer of the called side'
  for (const dialog of dialogsIn(playing.log).filter(
    ({ calling, body }) => calling !== byCalled && body !== undefined,
  )) {
    const more: (readonly [string, string])[] = [
      ['Content-Type', dialog.body?.type ?? ''],
      ...(p.startsWith('with Record-Route') ? [['Record-Route', `<sip:${setting.via().sentBy};lr>`] as const] : []),
    ]
    const contact = p.startsWith('with another Contact') ? `<sip:moved@${setting.via().sentBy}>` : undefined
    const send = (sequence: number, via = setting.via(dialog.role)): void => {
      playing.ahead.set(dialog.callId, (playing.ahead.get(dialog.callId) ?? 0) + 1)
      setting.inject(
        `re-INVITE ${sequence}`,
        requestInside({ ...dialog, ...(contact && { contact }) }, 'INVITE', sequence, via, more, dialog.body?.octets),
        dialog.role,
      )
    }
    const via = setting.via(dialog.role)
    send(dialog.sequence + 1, via)
    if (p.startsWith('given up'))
      setting.later(20, () => {
        const sent = requestInside(dialog, 'INVITE', dialog.sequence + 1, via)
        setting.inject('re-INVITE given up', writeCancel(sent, 'itself'), dialog.role)
      })
    if (p === 'twice' || p.startsWith('with the branch'))
      setting.later(25, () => send(dialog.sequence + 2, p === 'twice' ? setting.via(dialog.role) : via))
  }
  if (p.endsWith(calledHangsUp)) setting.later(hangingUp(p), () => hangUp(setting))
}

const calledHangsUp = 'and the called side hangs up'

/** The called side does. */
export function hangUp({ playing, inject, via }: FlowSetting): void {
  for (const dialog of dialogsIn(playing.log).filter(({ calling }) => !calling))
    inject('hang-up', requestInside(dialog, 'BYE', dialog.sequence + 1, via(dialog.role)), dialog.role)
}

/** Milliseconds. What was addressed to the contact before has come by then. */
const hangingUp = (p: string): number => (p.includes('another Contact') ? 325 : 25)

/** A session that is not agreed on leaves the one that is as it was (RFC 3261 14.2). */
const another: FlowOperator = {
  name: 're-INVITE with another session',
  clause: 'RFC 3261 14.2',
  parameters: [
    'of other ports',
    'of no media',
    'without an offer',
    `of other ports, another Contact, ${calledHangsUp}`,
  ],
  suits: ({ inside }) => inside,
  outcome: (p) => (p.endsWith(calledHangsUp) ? 'any' : 'same'),
  onlyIfRefused: true,
  answered: 'always',
  act: before(
    (setting, p) => {
      const contact = p.includes('another Contact') ? { contact: `<sip:moved@${setting.via().sentBy}>` } : {}
      for (const dialog of dialogsIn(setting.playing.log).filter(
        ({ calling, body }) => calling && body !== undefined,
      )) {
        const text = latin1(dialog.body?.octets ?? new Uint8Array())
        const other = p.startsWith('of other ports')
          ? text.replace(/^(m=\w+ )\d+/gm, '$149998')
          : text.replace(/^m=[\s\S]*?(?=\r\n--|$(?![\s\S]))/m, '')
        const octets = p === 'without an offer' ? undefined : Buffer.from(other, 'latin1')
        const type: (readonly [string, string])[] =
          octets === undefined ? [] : [['Content-Type', dialog.body?.type ?? '']]
        insideOf(setting, { ...dialog, ...contact }, 'INVITE', type, octets)
      }
      if (p.endsWith(calledHangsUp)) setting.later(hangingUp(p), () => hangUp(setting))
    },
    (p) => hangingUp(p) + 35,
  ),
}

/** One request of ours inside a dialog, with the next number. */
function insideOf(
  { playing, via, inject }: FlowSetting,
  dialog: FlowDialog,
  method: string,
  more: readonly (readonly [string, string])[] = [],
  body?: Uint8Array,
): void {
  playing.ahead.set(dialog.callId, (playing.ahead.get(dialog.callId) ?? 0) + 1)
  inject(
    `${method} inside`,
    requestInside(dialog, method, dialog.sequence + 1, via(dialog.role), more, body),
    dialog.role,
  )
}

/** Whatever is asked inside a dialog is answered (RFC 3261 8.2.1, 12.2.2), and leaves the session as it is. */
const asked: FlowOperator = {
  name: 'request inside the dialog',
  clause: 'RFC 3261 12.2.2',
  parameters: ['OPTIONS', 'INFO', 'UPDATE', 'PRACK', 'MESSAGE', 'NOTIFY', 'REFER', 'SUBSCRIBE', 'UNKNOWN'],
  suits: ({ inside }) => inside,
  outcome: same,
  answered: 'always',
  act: before((setting, method) => {
    const more: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
      PRACK: [['RAck', '1 1 INVITE']],
      REFER: [['Refer-To', '<sip:third@third.invalid>']],
      SUBSCRIBE: [['Event', 'nothing']],
      NOTIFY: [
        ['Event', 'nothing'],
        ['Subscription-State', 'terminated'],
      ],
    }
    for (const dialog of dialogsIn(setting.playing.log).filter(({ calling }) => calling))
      insideOf(setting, dialog, method, more[method])
  }, 30),
}

/** What is sent inside the dialogs that stand, or as if it were. */
export const insideOperators: readonly FlowOperator[] = [strayInside, lowerNumber, afterTheEnd, again, another, asked]
