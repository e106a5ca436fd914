import { headerField } from '#wire/sip'
import { callIdOf, methodOf, statusOf } from './addressing.ts'
import { documentOf, type Session, sessionOf } from './bodies.ts'
import { childOf } from '#wire/mcx-xml'
import type { SipEntry } from './conversation.ts'
import { floorParameters, isFloorControl } from './floor-channel.ts'
import { isMcptt } from './judge-use.ts'

/** Judges answers against the offers they answer (RFC 3264 6, TS 24.380 14). */
export function judgeOffers(entries: readonly SipEntry[]): void {
  for (const entry of entries) {
    const status = statusOf(entry.message)
    const offer = entry.transaction?.request && sessionOf(entry.transaction.request.bodies)
    const answer = sessionOf(entry.bodies)
    if (status === undefined || status <= 100 || status >= 300 || offer === undefined || answer === undefined) continue
    if (methodOf(entry.message) !== 'BYE') judgeAnswer(entry, offer, answer)
  }
}

function judgeAnswer(entry: SipEntry, offer: Session, answer: Session): void {
  const say = (rule: string, clause: string, offset: number, text: string): void => {
    entry.findings.push({ rule, clause, severity: 'error', offset, text })
  }
  if (offer.media.length !== answer.media.length) {
    const at = answer.media[0]?.line.span.start ?? entry.message.bodySpan.start
    say(
      'answer-media-count',
      'RFC 3264 6',
      at,
      `expected ${offer.media.length} m= lines as in the offer, came ${answer.media.length}`,
    )
    return
  }
  answer.media.forEach((medium, index) => {
    const offered = offer.media[index]
    if (offered === undefined) return
    if (medium.type !== offered.type || medium.protocol !== offered.protocol) {
      const [wanted, came] = [offered, medium].map(({ type, protocol }) => `${type} ${protocol}`)
      say(
        'answer-media-differs',
        'RFC 3264 6',
        medium.line.span.start,
        `expected ${wanted} as in the offer, came ${came}`,
      )
    } else if (isFloorControl(medium) && isFloorControl(offered))
      judgeFloorAnswer(
        medium.line.span.start,
        floorParameters(answer.sdp, medium),
        floorParameters(offer.sdp, offered),
        say,
      )
  })
}

function judgeFloorAnswer(
  at: number,
  answered: ReadonlyMap<string, string>,
  offered: ReadonlyMap<string, string>,
  say: (rule: string, clause: string, offset: number, text: string) => void,
): void {
  // A granted floor and the SSRC to use are given by who answers.
  const ofAnswer = new Set(['mc_granted', 'mc_ssrc', 'mc_floor_ssrc'])
  for (const name of answered.keys())
    if (!offered.has(name) && !ofAnswer.has(name))
      say('floor-parameter-unasked', 'TS 24.380 14.3.3', at, `expected no ${name}, as it is not in the offer`)
  const asked = Number(offered.get('mc_priority'))
  const given = Number(answered.get('mc_priority'))
  if (Number.isFinite(asked) && Number.isFinite(given) && given > asked)
    say('floor-priority-raised', 'TS 24.380 14.3.3', at, `expected a priority of at most ${asked}, came ${given}`)
}

const mcpttInfo = 'application/vnd.3gpp.mcptt-info+xml'
const resourceLists = 'application/resource-lists+xml'
const infoNamespace = 'urn:3gpp:ns:mcpttInfo:1.0'
const sessionTypes = new Set(['prearranged', 'chat', 'private', 'first-to-answer', 'ambient-listening', 'adhoc'])

/** Judges the bodies of the INVITE that begins a call of MCPTT (TS 24.379 10, 11, 17). */
export function judgeCallRequest(entry: SipEntry): void {
  const { message, bodies, findings } = entry
  if (methodOf(message) !== 'INVITE' || message.startLine.kind !== 'request' || !isMcptt(entry)) return
  if (/;\s*tag=/i.test(headerField(message, 'to')?.value ?? '') || callIdOf(message) === '') return
  const say = (rule: string, clause: string, offset: number, text: string): void => {
    findings.push({ rule, clause: `TS 24.379 ${clause}`, severity: 'warning', offset, text })
  }
  const at = message.bodySpan.start
  const info = documentOf(bodies, mcpttInfo)
  if (info === undefined) {
    say('mcptt-info-missing', '11.1.1.2.1.1', at, `expected a body ${mcpttInfo}`)
    return
  }
  const parameters = childOf(info, infoNamespace, 'mcptt-Params')
  const session = childOf(parameters, infoNamespace, 'session-type')
  const type = session?.text.trim()
  if (session === undefined || type === undefined)
    say('session-type-missing', '11.1.1.2.1.1', info.span.start, 'expected a session-type in mcptt-info')
  else if (!sessionTypes.has(type))
    say(
      'session-type-unknown',
      'F.1',
      session.span.start,
      `expected one of ${[...sessionTypes].join(', ')}, came ${JSON.stringify(type.slice(0, 40))}`,
    )
  if (type !== 'private') return
  const list = documentOf(bodies, resourceLists)
  const entries = invited(list).length
  // Between servers the called party stands in mcptt-request-uri.
  if (childOf(parameters, infoNamespace, 'mcptt-request-uri') !== undefined) return
  if (entries !== 1)
    say(
      'called-party-count',
      '11.1.1.2.1.1',
      list?.span.start ?? at,
      `expected a resource list of one entry, came ${entries}`,
    )
}

const listNamespace = 'urn:ietf:params:xml:ns:resource-lists'

/** URIs of a resource list (RFC 4826 3.2). */
export function invited(root: ReturnType<typeof documentOf>): readonly string[] {
  const lists = root?.children.filter(({ name, namespace }) => name === 'list' && namespace === listNamespace) ?? []
  return lists.flatMap(({ children }) =>
    children
      .filter(({ name, namespace }) => name === 'entry' && namespace === listNamespace)
      .map(({ attributes }) => attributes['uri'] ?? ''),
  )
}
