import { header, type SipMessage } from '#wire/sip'
import { complaint, isInside, type Complaint } from '../oracle.ts'
import { methodOf } from './dialogs.ts'
import { asideKey, branchOf, latin1, type Passage, type Playing } from './disturbance.ts'
import { before, kindOf, same, type FlowOperator, type FlowSetting } from './flow-operator.ts'

/** Bodies that cannot be taken, though they name the same user. */
const broken: Readonly<Record<string, (body: string) => string>> = {
  'cut in half': (body) => body.slice(0, body.length >> 1),
  'a system of nobody': (body) => body.replace(/>[a-z0-9-]+(?:\.[a-z0-9-]+)+</g, '>nowhere.invalid<'),
  'an identity of nobody behind the first': (body) => {
    let turn = 0
    return body.replace(/>sip:[^<@]*@/g, (all) => ((turn += 1) > 1 ? '>sip:nobody@' : all))
  },
  'an unknown result': (body) => body.replace(/>(?:accepted|refused|true|false)</g, '>perhaps<'),
  'without its last element': (body) =>
    body.replace(/<([\w:.-]+)(?:\s[^<>]*)?>(?:(?!<\1[\s>])[\s\S])*?<\/\1>\s*(?=<\/anyExt>)/, ''),
  'no elements': (body) => body.replace(/(<anyExt[^>]*>)[\s\S]*(<\/anyExt>)/, '$1$2'),
}

/** As if somebody else had signed them. */
const spoilt = (body: string): string => body.replace(/(>[\w-]+\.[\w-]+\.[\w-]{20,})[\w-]{8}</, '$1AAAAAAAA<')
/** As if their signature had been made for something else: what is said of a time is good for longer. */
const lengthened = (body: string): string =>
  body.replace(/(>[\w-]+\.)([\w-]+)(?=\.[\w-]{20,}<)/, (_all, head: string, claims: string) => {
    const said = Buffer.from(claims, 'base64url').toString('utf8')
    const moved = said.replace(/("exp":\d+)(?=\d)/, '$10')
    return head + Buffer.from(moved === said ? `${said} ` : moved).toString('base64url')
  })

/** What was sent before, once more and broken, as a request of its own; `undefined` where that makes no difference. */
function brokenOne(octets: Uint8Array, breaking: (body: string) => string, branch: string): Uint8Array | undefined {
  const text = latin1(octets)
  const at = text.indexOf('\r\n\r\n') + 4
  const body = breaking(text.slice(at))
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
  !['', 'ACK', 'CANCEL'].includes(methodOf(message)) && !isInside(message)

/** One by which no dialog is asked for. */
export const isRequestOutside = (message: SipMessage): boolean => begins(message) && methodOf(message) !== 'INVITE'

/** Whoever answers by a request has one try (TR 23.781 6.x.1). */
const isAsked = (message: SipMessage): boolean =>
  isRequestOutside(message) && header(message, 'In-Reply-To') === undefined

/** RFC 3261 8.2: "a request is atomic", so what was refused has changed nothing, and the flow goes its way as if it had never come. */
const between = (
  name: string,
  how: Readonly<Record<string, (body: string) => string>>,
  more: Pick<FlowOperator, 'clause' | 'notGranted'>,
): FlowOperator => ({
  name,
  ...more,
  parameters: Object.keys(how),
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
      const copy = brokenOne(octets, how[p] ?? ((body) => body), setting.via(role).branch)
      if (copy !== undefined) setting.inject(name, copy, role)
    }
  }, 40),
})

const unsigned = 'spoilt credentials in between'
const credentialsClause = 'TS 33.180 B.11'

export const refusedBetween: readonly FlowOperator[] = [
  between('a broken one in between', broken, { clause: 'RFC 3261 8.2' }),
  // Also of who was let in before by good ones.
  between(
    unsigned,
    { 'another signature': spoilt, 'other claims': lengthened },
    { clause: credentialsClause, notGranted: 'credentials that nobody signed are taken' },
  ),
]

/** What leaves behind good credentials does not leave behind those that nobody signed, even if their sender is never told. */
export function unsignedPassedOn({ log, asides, disturbed }: Playing): readonly Complaint[] {
  const from = log.findIndex(({ message }) => asides.get(asideKey(message))?.name === unsigned)
  if (from === -1) return []
  const length = log.slice(from).findIndex(({ step }) => step === disturbed)
  const asked = (passages: readonly Passage[]): readonly SipMessage[] =>
    passages.flatMap(({ direction, message }) => (direction === 'received' && isAsked(message) ? [message] : []))
  const earlier = asked(log.slice(0, from))
  const [kinds, branches] = [new Set(earlier.map(kindOf)), new Set(earlier.map(branchOf))]
  const left = asked(log.slice(from, length === -1 ? from : from + length)).find(
    (message) => kinds.has(kindOf(message)) && !branches.has(branchOf(message)),
  )
  if (left === undefined) return []
  const what = 'credentials that nobody signed are taken: what they ask for leaves'
  return [complaint('order', credentialsClause, 'security', what, 'nothing', methodOf(left))]
}
