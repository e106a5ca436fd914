import { header } from '#wire/sip'
import { dialogsIn, methodOf, requestInside } from './dialogs.ts'
import { wasRefused } from './refusal.ts'
import {
  answersByRequest,
  any,
  before,
  changed,
  givenUpAfter,
  isInvite,
  isRequest,
  kindOf,
  same,
  type FlowOperator,
} from './flow-operator.ts'

/** An earlier request of ours once more, as one of its own, and right behind it the one that came after it: the later one counts. */
const earlierOne: FlowOperator = {
  name: 'crossing',
  clause: 'RFC 3261 8.2',
  parameters: ['an earlier request of the same kind'],
  isRace: true,
  suits: (shape) => isRequest(shape) && !isInvite(shape) && !shape.inside && shape.again,
  outcome: same,
  act(setting) {
    const kind = kindOf(setting.message)
    const earlier = setting.playing.log.findLast(
      ({ direction, message }) =>
        direction === 'sent' && methodOf(message) === methodOf(setting.message) && kindOf(message) === kind,
    )
    if (earlier !== undefined) {
      const { branch } = setting.via(earlier.role)
      const copy = changed(earlier.octets, /branch=z9hG4bK[^;,\s]*/, `branch=${branch}`)
      setting.inject('crossing', changed(copy, /^Call-ID: */m, `Call-ID: crossing-${branch.slice(-6)}-`), earlier.role)
    }
    // Two sockets keep no order, and what is decided takes longer than that.
    setting.later(3, () => setting.pass(setting.octets))
    return true
  },
}

/** Both sides of a call at the same time (RFC 3261 14.1, 15.1.2): each is answered, whatever by. */
const bothSides: FlowOperator = {
  name: 'glare',
  clause: 'RFC 3261 14.2',
  parameters: ['INVITE and INVITE', 'BYE and BYE', 'INVITE and BYE', 'BYE and INVITE'],
  isRace: true,
  suits: ({ inside }) => inside,
  outcome: any,
  answered: 'always',
  act: before((setting, p) => {
    const [calling = '', called = ''] = p.split(' and ')
    for (const dialog of dialogsIn(setting.playing.log)) {
      const method = dialog.calling ? calling : called
      const { body } = dialog
      const offer = method === 'INVITE' && body !== undefined ? body : undefined
      const type: (readonly [string, string])[] = offer === undefined ? [] : [['Content-Type', offer.type]]
      const via = setting.via(dialog.role)
      setting.inject(
        `glare ${method}`,
        requestInside(dialog, method, dialog.sequence + 1, via, type, offer?.octets),
        dialog.role,
      )
    }
  }, 60),
}

/** An answer that comes when nobody waits for it any more grants nothing. */
const tooLate: FlowOperator = {
  name: 'delay',
  clause: 'TR 23.781 6.x.1',
  parameters: ['beyond the timer'],
  suits: answersByRequest,
  outcome: () => 'refused',
  act(setting) {
    const latest = performance.now() + givenUpAfter(setting.playing) + beyond
    // What is held is asked for soon after the refusal.
    const look = (): void => {
      if (performance.now() >= latest || wasRefused(setting.playing)) setting.pass(setting.octets)
      else setting.later(5, look)
    }
    look()
    return true
  },
}
/** Milliseconds behind the timer. */
const beyond = 400

/** Answers of two users at the same time, each to the request of the other. */
const exchanged: FlowOperator = {
  name: 'answers exchanged',
  clause: 'TR 23.781 6.x.1',
  parameters: ['of two users'],
  ofTwo: true,
  suits: answersByRequest,
  outcome: () => 'refused',
  act(setting) {
    const key = `${setting.playing.planned.derived.id} ${setting.step}`
    const answered = header(setting.message, 'In-Reply-To') ?? ''
    const first = waiting.get(key)
    if (first === undefined) {
      waiting.set(key, { answered, take: (other) => setting.pass(replying(setting.octets, other)) })
      setting.later(longest, () => {
        if (waiting.get(key)?.answered !== answered) return
        waiting.delete(key)
        setting.pass(replying(setting.octets, 'of-nobody'))
      })
    } else {
      waiting.delete(key)
      first.take(answered)
      setting.pass(replying(setting.octets, first.answered))
    }
    return true
  },
}
const longest = 400
const waiting = new Map<string, { readonly answered: string; take(other: string): void }>()
const replying = (octets: Uint8Array, to: string): Uint8Array =>
  changed(octets, /^In-Reply-To: *[^\r]*/m, `In-Reply-To: ${to}`)

/** Messages that are on their way at the same time, or come when nobody waits for them. */
export const crossingOperators: readonly FlowOperator[] = [earlierOne, bothSides, tooLate, exchanged]
