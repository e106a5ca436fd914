import { writeCancel } from '../responses.ts'
import { dialogsIn, requestInside, type FlowDialog } from './dialogs.ts'
import { latin1 } from './disturbance.ts'
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
  ],
  suits: ({ inside }) => inside,
  outcome: (p) => (p.startsWith('with') ? 'any' : 'same'),
  answered: 'where the flow goes its way',
  act: before(inviteAgain, (p) => hangingUp(p) + 35),
}

function inviteAgain(setting: FlowSetting, p: string): void {
  const { playing } = setting
  for (const dialog of dialogsIn(playing.log).filter(({ calling, body }) => calling && body !== undefined)) {
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
  if (p.endsWith('hangs up'))
    setting.later(hangingUp(p), () => {
      for (const dialog of dialogsIn(playing.log).filter(({ calling }) => !calling))
        setting.inject(
          'hang-up',
          requestInside(dialog, 'BYE', dialog.sequence + 1, setting.via(dialog.role)),
          dialog.role,
        )
    })
}

/** Milliseconds. What was addressed to the contact before has come by then. */
const hangingUp = (p: string): number => (p.startsWith('with another Contact') ? 325 : 25)

/** A session that is not agreed on leaves the one that is as it was (RFC 3261 14.2). */
const another: FlowOperator = {
  name: 're-INVITE with another session',
  clause: 'RFC 3261 14.2',
  parameters: ['of other ports', 'of no media', 'without an offer'],
  suits: ({ inside }) => inside,
  outcome: same,
  onlyIfRefused: true,
  answered: 'always',
  act: before((setting, p) => {
    for (const dialog of dialogsIn(setting.playing.log).filter(({ calling, body }) => calling && body !== undefined)) {
      const text = latin1(dialog.body?.octets ?? new Uint8Array())
      const other =
        p === 'of other ports'
          ? text.replace(/^(m=\w+ )\d+/gm, '$149998')
          : text.replace(/^m=[\s\S]*?(?=\r\n--|$(?![\s\S]))/m, '')
      const octets = p === 'without an offer' ? undefined : Buffer.from(other, 'latin1')
      const type: (readonly [string, string])[] =
        octets === undefined ? [] : [['Content-Type', dialog.body?.type ?? '']]
      insideOf(setting, dialog, 'INVITE', type, octets)
    }
  }, 60),
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
export const insideOperators: readonly FlowOperator[] = [strayInside, lowerNumber, again, another, asked]
