import { header, headers, parameter, readWarning, splitList } from '#wire/sip'
import { addressesOf, addressOf, methodOf, shortName, statusOf, tagOf, tokensOf, viasOf } from './addressing.ts'
import type { SipEntry } from './conversation.ts'
import { leaves } from './judge-use.ts'
import { sayDocuments, sayInfo, sayMedia, sessionType } from './say-bodies.ts'

/** What stands on the arrow: the method, or the status and the method it answers. */
export function sipLabel({ message }: SipEntry): string {
  switch (message.startLine.kind) {
    case 'request':
      return message.startLine.method
    case 'response':
      return `${message.startLine.status} ${methodOf(message)}`
    case 'unreadable':
      return 'unreadable'
  }
}

/** What a message says, in words of Mission Critical services; the first sentence is the message, the rest what it carries. */
export function saySip(entry: SipEntry): readonly string[] {
  const { message, repeats, forwards, missing } = entry
  const cut = missing > 0 ? [`the capture lacks its last ${missing} octets`] : []
  if (repeats !== undefined) return [`sent again, first as #${repeats}`, ...cut]
  if (forwards !== undefined) return [`forwards #${forwards.packet}`, ...sayForwarding(entry, forwards), ...cut]
  switch (message.startLine.kind) {
    case 'request':
      return [...sayRequest(entry), ...cut]
    case 'response':
      return [...sayResponse(entry), ...cut]
    case 'unreadable':
      return ['neither a request nor a response', ...cut]
  }
}

function sayForwarding(entry: SipEntry, before: SipEntry): readonly string[] {
  if (entry.message.startLine.kind !== 'request' || before.message.startLine.kind !== 'request') return []
  const { requestUri } = entry.message.startLine
  return requestUri === before.message.startLine.requestUri ? [] : [`to ${requestUri.split(';')[0] ?? ''}`]
}

const from = ({ message }: SipEntry): string => shortName(addressOf(message, 'from')?.uri)
const to = ({ message }: SipEntry): string => shortName(addressOf(message, 'to')?.uri)

const callKinds: ReadonlyMap<string, string> = new Map([
  ['private', 'private call'],
  ['prearranged', 'prearranged group call'],
  ['chat', 'chat group call'],
  ['first-to-answer', 'first-to-answer call'],
  ['ambient-listening', 'ambient listening call'],
  ['adhoc', 'ad hoc group call'],
])

function sayRequest(entry: SipEntry): readonly string[] {
  const { message, bodies } = entry
  // Whom the list names is mostly whom To names.
  const carried = [...sayDocuments(bodies).filter((one) => one !== `invites ${to(entry)}`), ...sayInfo(bodies)]
  switch (methodOf(message)) {
    case 'REGISTER':
      return [sayRegistration(entry), ...carried]
    case 'INVITE':
      return [sayInvitation(entry), ...carried, ...sayMedia(bodies).map((one) => `offers ${one}`)]
    case 'ACK':
      return [`${from(entry)} confirms the answer`]
    case 'PRACK':
      return [
        `${from(entry)} acknowledges response ${header(message, 'rack')?.split(/\s+/)[0] ?? ''}`,
        ...sayMedia(bodies),
      ]
    case 'BYE':
      return [`${from(entry)} ends the call`, ...sayReason(entry)]
    case 'CANCEL':
      return [`${from(entry)} gives up calling ${to(entry)}`, ...sayReason(entry)]
    case 'PUBLISH':
      return [`${from(entry)} publishes ${sayEvent(entry)}`, ...carried]
    case 'SUBSCRIBE':
      return [
        `${from(entry)} ${header(message, 'expires') === '0' ? 'unsubscribes from' : 'subscribes to'} ${sayEvent(entry)}`,
        ...carried,
      ]
    case 'NOTIFY':
      return [
        `${from(entry)} notifies of ${sayEvent(entry)}, ${header(message, 'subscription-state') ?? 'no state'}`,
        ...carried,
      ]
    case 'MESSAGE':
      return [`${from(entry)} to ${to(entry)}`, ...carried, ...sayMediaTypes(entry)]
    case 'REFER':
      return [`${from(entry)} refers ${to(entry)} to ${shortName(addressOf(message, 'refer-to')?.uri)}`, ...carried]
    case 'UPDATE':
      return [`${from(entry)} changes the session`, ...carried, ...sayMedia(bodies)]
    case 'INFO':
      return [`${from(entry)} informs ${to(entry)} (${header(message, 'info-package') ?? 'no package'})`, ...carried]
    case 'OPTIONS':
      return [`${from(entry)} asks what ${to(entry)} can do`]
    default:
      return [`${from(entry)} to ${to(entry)}`, ...carried]
  }
}

function sayInvitation(entry: SipEntry): string {
  const { message, bodies } = entry
  const type = sessionType(bodies)
  const changes = tagOf(message, 'to') !== ''
  const what = type === undefined ? '' : `: ${callKinds.get(type) ?? `session type ${type}`}`
  const mode = header(message, 'answer-mode') ?? header(message, 'priv-answer-mode')
  const answer =
    mode === undefined
      ? ''
      : `, ${mode.toLowerCase()} answer${header(message, 'priv-answer-mode') === undefined ? '' : ' forced'}`
  const priority = headers(message, 'resource-priority').flatMap(splitList)
  const resources = priority.length === 0 ? '' : `, resource priority ${priority.join(', ')}`
  return `${from(entry)} ${changes ? 'changes the session with' : 'calls'} ${to(entry)}${what}${answer}${resources}`
}

const services: readonly (readonly [tag: string, name: string])[] = [
  ['g.3gpp.mcptt', 'MCPTT'],
  ['g.3gpp.mcvideo', 'MCVideo'],
  ['g.3gpp.mcdata', 'MCData'],
]

function sayRegistration(entry: SipEntry): string {
  const { message } = entry
  const who = to(entry)
  const values = headers(message, 'contact').join(', ')
  if (values === '') return `${who} asks for its bindings`
  const named = services.filter(([tag]) => values.includes(tag)).map(([, name]) => name)
  const purpose = named.length === 0 ? '' : ` for ${named.join(', ')}`
  if (leaves(message)) return `${who} deregisters${purpose}`
  return `${who} registers${purpose}${sayExpiry(entry)}`
}

function sayExpiry({ message }: SipEntry): string {
  const [contact] = addressesOf(message, 'contact')
  const seconds = (contact && parameter(contact.parameters, 'expires')) ?? header(message, 'expires')
  return seconds === undefined ? '' : `, for ${seconds} s`
}

const sayEvent = ({ message }: SipEntry): string => {
  const event = header(message, 'event')?.split(';')[0]?.trim() ?? 'no event'
  const expires = header(message, 'expires')
  return expires === '0' && methodOf(message) === 'PUBLISH' ? `the end of ${event}` : event
}

const sayMediaTypes = ({ bodies }: SipEntry): readonly string[] =>
  bodies
    .filter(({ content }) => content.kind === 'other')
    .map(({ mediaType, span }) => `${mediaType}, ${span.end - span.start} octets`)

const sayReason = ({ message }: SipEntry): readonly string[] =>
  headers(message, 'reason').map((reason) => `because: ${reason}`)

function sayResponse(entry: SipEntry): readonly string[] {
  const { message, bodies } = entry
  const status = statusOf(message) ?? 0
  const reason = message.startLine.kind === 'response' ? message.startLine.reason : ''
  const media = sayMedia(bodies).map((one) => `answers with ${one}`)
  const carried = [...sayInfo(bodies), ...sayDocuments(bodies)]
  const method = methodOf(message)
  if (status === 100) return ['the request is being handled']
  if (status < 200) {
    const reliable = tokensOf(message, 'require').includes('100rel')
      ? `, reliably as ${header(message, 'rseq') ?? '?'}`
      : ''
    const rings = status === 180 ? `${to(entry)} is being alerted` : reason
    return [`${rings}${reliable}`, ...carried, ...media]
  }
  if (status >= 300) return [reason, ...sayRedirection(entry), ...sayWarnings(entry), ...carried]
  if (method === 'INVITE') return [`${to(entry)} accepts the call`, ...carried, ...media]
  if (method === 'REGISTER') return [sayRegistered(entry), ...carried]
  return [viasOf(message).length === 0 ? reason : 'done', ...carried, ...media]
}

function sayRegistered(entry: SipEntry): string {
  const { message } = entry
  const bindings = addressesOf(message, 'contact').length
  if (bindings === 0) return `${to(entry)} has no binding any more`
  return `${to(entry)} is registered${sayExpiry(entry)}${bindings > 1 ? `, ${bindings} bindings` : ''}`
}

const sayRedirection = ({ message }: SipEntry): readonly string[] =>
  (statusOf(message) ?? 0) < 400 ? addressesOf(message, 'contact').map(({ uri }) => `to ${uri}`) : []

/** The text of MC warnings stands behind code 399 (TS 24.379 4.4.2). */
const sayWarnings = ({ message }: SipEntry): readonly string[] =>
  headers(message, 'warning')
    .flatMap(splitList)
    .map(readWarning)
    .filter((warning) => warning !== undefined)
    .map(({ code, text }) => (code === 399 ? `warning: ${text}` : `warning ${code}: ${text}`))
