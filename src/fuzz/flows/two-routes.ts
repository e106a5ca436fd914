import { isInside } from '../oracle.ts'
import { answersInvite, any, changed, isFinalSuccess, type FlowOperator, type FlowSetting } from './flow-operator.ts'
import { beginsCall, dialogsIn, methodOf } from './dialogs.ts'
import { hangUp } from './inside-operators.ts'

/** Two elements between us and the other side, both of which are we: whoever goes on in that dialog sends us what it does not make. */
function recorded(setting: FlowSetting, p: string): Uint8Array {
  const { sentBy } = setting.via()
  const [first, second] = [`<sip:first@${sentBy};lr>`, `<sip:second@${sentBy};lr>`]
  const lines = p === 'of one header field' ? `${first}, ${second}` : `${first}\r\nRecord-Route: ${second}`
  return changed(setting.octets, /^CSeq:/m, `Record-Route: ${lines}\r\nCSeq:`)
}

const parameters = ['of one header field', 'of a header field each']

/** Who called acknowledges, and ends the call. */
const ofCalled: FlowOperator = {
  name: 'two on the route',
  clause: 'RFC 3261 12.1.2',
  parameters,
  suits: (shape) => answersInvite(shape) && isFinalSuccess(shape),
  outcome: any,
  act(setting, p) {
    setting.pass(recorded(setting, p))
    return true
  },
}

/** Who is called says nothing more inside the call unless the side behind it hangs up; who is subscribed to notifies. */
const ofAsking: FlowOperator = {
  name: 'two on the route back',
  clause: 'RFC 3261 12.1.1',
  parameters,
  suits: ({ message }) => beginsCall(message) || (methodOf(message) === 'SUBSCRIBE' && !isInside(message)),
  outcome: any,
  act(setting, p) {
    const { playing } = setting
    const latest = performance.now() + longest
    playing.standsUntil = latest
    const look = (): void => {
      const dialogs = dialogsIn(playing.log)
      const stands = dialogs.some(({ calling }) => calling) && dialogs.some(({ calling }) => !calling)
      // Its ACK comes first (RFC 3261 15).
      if (stands) return setting.later(50, () => hangUp(setting))
      if (performance.now() < latest) setting.later(20, look)
    }
    setting.pass(recorded(setting, p))
    look()
    return true
  },
}

/** Milliseconds in which a call is answered, and ended by the called side. */
const longest = 600

export const twoRoutes: readonly FlowOperator[] = [ofCalled, ofAsking]
