import { header, type SipMessage } from '#wire/sip'
import { tagOf } from '../oracle.ts'
import { methodOf } from './dialogs.ts'
import { asideKey, latin1 } from './disturbance.ts'
import { before, kindOf, same, type FlowOperator, type FlowSetting } from './flow-operator.ts'

/** Bodies that cannot be taken, though they name the same user. */
const broken: Readonly<Record<string, (body: string) => string>> = {
  'cut in half': (body) => body.slice(0, body.length >> 1),
  'a system of nobody': (body) => body.replace(/>[a-z0-9-]+(?:\.[a-z0-9-]+)+</g, '>nowhere.invalid<'),
  'spoilt credentials': (body) => body.replace(/(>[\w-]+\.[\w-]+\.[\w-]{20,})[\w-]{8}</, '$1AAAAAAAA<'),
  'an identity of nobody behind the first': (body) => {
    let turn = 0
    return body.replace(/>sip:[^<@]*@/g, (all) => ((turn += 1) > 1 ? '>sip:nobody@' : all))
  },
  'an unknown result': (body) => body.replace(/>(?:accepted|refused|true|false)</g, '>perhaps<'),
  'without its last element': (body) =>
    body.replace(/<([\w:.-]+)(?:\s[^<>]*)?>(?:(?!<\1[\s>])[\s\S])*?<\/\1>\s*(?=<\/anyExt>)/, ''),
  'no elements': (body) => body.replace(/(<anyExt[^>]*>)[\s\S]*(<\/anyExt>)/, '$1$2'),
}

/** What was sent before, once more and broken, as a request of its own; `undefined` where that makes no difference. */
function brokenOne(octets: Uint8Array, how: string, branch: string): Uint8Array | undefined {
  const text = latin1(octets)
  const at = text.indexOf('\r\n\r\n') + 4
  const body = broken[how]?.(text.slice(at)) ?? text.slice(at)
  if (body === text.slice(at)) return undefined
  const head = text
    .slice(0, at)
    .replace(/branch=z9hG4bK[^;,\s]*/, `branch=${branch}`)
    .replace(/^Call-ID: */m, `Call-ID: broken-${branch.slice(-6)}-`)
    .replace(/^Content-Length: *\d+/m, `Content-Length: ${body.length}`)
  return Buffer.from(head + body, 'latin1')
}

/** A request outside of any dialog. */
const begins = (message: SipMessage): boolean =>
  !['', 'ACK', 'CANCEL'].includes(methodOf(message)) && tagOf(header(message, 'To') ?? '') === undefined

/** One by which no dialog is asked for. */
export const isRequestOutside = (message: SipMessage): boolean => begins(message) && methodOf(message) !== 'INVITE'

/** Whoever answers by a request has one try (TR 23.781 6.x.1). */
const isAsked = (message: SipMessage): boolean =>
  isRequestOutside(message) && header(message, 'In-Reply-To') === undefined

/** RFC 3261 8.2: "a request is atomic", so what was refused has changed nothing, and the flow goes its way as if it had never come. */
export const refusedBetween: FlowOperator = {
  name: 'a broken one in between',
  clause: 'RFC 3261 8.2',
  parameters: Object.keys(broken),
  // What goes on, or ends, shows less of a state that has been lost than what begins.
  suits: (shape) => begins(shape.message) && (shape.behindRequest || isAsked(shape.message)),
  outcome: same,
  onlyIfRefused: true,
  act: before((setting, p) => {
    const latest = new Map<string, Pick<FlowSetting, 'octets' | 'role'>>()
    const { log, asides } = setting.playing
    for (const one of log) {
      const isBeside = asides.has(asideKey(one.message))
      if (one.direction === 'sent' && !isBeside && isRequestOutside(one.message)) latest.set(kindOf(one.message), one)
    }
    if (isAsked(setting.message)) latest.set(kindOf(setting.message), setting)
    for (const { octets, role } of latest.values()) {
      const copy = brokenOne(octets, p, setting.via(role).branch)
      if (copy !== undefined) setting.inject('a broken one in between', copy, role)
    }
  }, 40),
}
