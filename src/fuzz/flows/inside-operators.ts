import { dialogsIn, requestInside, type FlowDialog } from './dialogs.ts'
import { before, same, type FlowOperator } from './flow-operator.ts'

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
  parameters: ['once', 'twice', 'with Record-Route, and the called side hangs up', 'with the branch of the one before'],
  suits: ({ inside }) => inside,
  outcome: (p) => (p.startsWith('with') ? 'any' : 'same'),
  answered: 'where the flow goes its way',
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

/** What is sent inside the dialogs that stand, or as if it were. */
export const insideOperators: readonly FlowOperator[] = [strayInside, lowerNumber, again]
