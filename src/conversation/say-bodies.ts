import { codecsOf, type Sdp, type SdpMedia } from '#wire/sdp'
import { childOf, type XmlElement } from '#wire/mcx-xml'
import { shortName } from './addressing.ts'
import { documentOf, sessionOf, type Body } from './bodies.ts'
import { floorParameters, isFloorControl } from './floor-channel.ts'
import { invited } from './judge-offers.ts'

/** Formats that no speech is coded in. */
const auxiliary = new Set(['telephone-event', 'cn', 'red'])

/** What the media of a session description are, in a few words. */
export function sayMedia(bodies: readonly Body[]): readonly string[] {
  const session = sessionOf(bodies)
  if (session === undefined) return []
  const { sdp } = session
  return session.media.slice(0, 8).map((media) => {
    if (media.port === 0) return `no ${isFloorControl(media) ? 'floor control' : media.type}`
    return isFloorControl(media)
      ? sayFloorChannel(sdp, media)
      : `${media.type} ${codecsOf(sdp, media)
          .filter((name) => !auxiliary.has(name.toLowerCase()))
          .slice(0, 6)
          .join('/')} at port ${media.port}`
  })
}

/** Parameters of the floor control channel (TS 24.380 12.1) as they are spoken of. */
const floorWords: ReadonlyMap<string, (value: string) => string> = new Map([
  ['mc_priority', (value: string) => `priority ${value}`],
  ['mc_queueing', () => 'queueing'],
  ['mc_granted', () => 'floor granted'],
  ['mc_implicit_request', () => 'implicit request'],
  ['mc_ssrc', (value: string) => `SSRC ${value}`],
  ['mc_floor_ssrc', (value: string) => `floor SSRC ${value}`],
  ['mc_no_floor_ctrl', () => 'no floor control'],
])

function sayFloorChannel(sdp: Sdp, media: SdpMedia): string {
  const said = [...floorParameters(sdp, media)]
    .slice(0, 8)
    .map(([name, value]) => floorWords.get(name)?.(value) ?? name)
  return [`floor control at port ${media.port}`, ...said].join(', ')
}

const info = 'urn:3gpp:ns:mcpttInfo:1.0'

/** The content of an element of mcptt-info, whichever of its forms it has. */
const contentOf = (element: XmlElement | undefined): string | undefined => {
  if (element === undefined) return undefined
  if (element.attributes['type'] === 'Encrypted') return 'encrypted'
  return (element.children[0]?.text ?? element.text).trim()
}

/** Elements of mcptt-Params, and how they are spoken of. */
const spoken: readonly (readonly [name: string, say: (value: string) => string | undefined])[] = [
  ['session-type', () => undefined],
  ['mcptt-access-token', (value) => (value === 'encrypted' ? 'encrypted access token' : 'access token')],
  ['mcptt-request-uri', (value) => `asks for ${shortName(value)}`],
  ['mcptt-calling-user-id', (value) => `calling user ${shortName(value)}`],
  ['mcptt-called-party-id', (value) => `called party ${shortName(value)}`],
  ['mcptt-calling-group-id', (value) => `group ${shortName(value)}`],
  ['emergency-ind', (value) => yes(value, 'emergency')],
  ['alert-ind', (value) => yes(value, 'emergency alert')],
  ['imminentperil-ind', (value) => yes(value, 'imminent peril')],
  ['broadcast-ind', (value) => yes(value, 'broadcast')],
  ['mc-org', (value) => `organization ${value}`],
  ['floor-state', (value) => `floor ${value}`],
  ['associated-group-id', (value) => `associated group ${shortName(value)}`],
  ['originated-by', (value) => `originated by ${shortName(value)}`],
  ['mcptt-client-id', (value) => `client ${value}`],
]

const yes = (value: string, what: string): string | undefined => (value === 'true' || value === '1' ? what : undefined)

/** What mcptt-info says beside the session type. */
export function sayInfo(bodies: readonly Body[]): readonly string[] {
  const root = documentOf(bodies, 'application/vnd.3gpp.mcptt-info+xml')
  const parameters = childOf(root, info, 'mcptt-Params')
  const known = spoken.map(([name, say]) => {
    const value = contentOf(childOf(parameters, info, name))
    return value === undefined ? undefined : say(value)
  })
  const extensions = [childOf(parameters, info, 'anyExt'), childOf(root, info, 'anyExt')].flatMap(
    (one) => one?.children ?? [],
  )
  const more = extensions.slice(0, 12).map((one) => `${one.name} ${contentOf(one) ?? ''}`.trim())
  return [...known, ...more].filter((one) => one !== undefined)
}

/** `private`, `prearranged`, ...; `undefined` when the message does not say. */
export function sessionType(bodies: readonly Body[]): string | undefined {
  const root = documentOf(bodies, 'application/vnd.3gpp.mcptt-info+xml')
  return contentOf(childOf(childOf(root, info, 'mcptt-Params'), info, 'session-type'))
}

/** What the other bodies say. */
export function sayDocuments(bodies: readonly Body[]): readonly string[] {
  return bodies.flatMap((body) => {
    if (body.content.kind !== 'xml' || body.content.root === undefined) return []
    const { root } = body.content
    switch (body.mediaType) {
      case 'application/resource-lists+xml': {
        const names = invited(root).map(shortName)
        return names.length === 0
          ? []
          : [`invites ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`]
      }
      case 'application/pidf+xml':
        return sayPresence(root)
      case 'application/poc-settings+xml': {
        const mode = within(root, 'answer-mode')
        return mode === undefined ? ['service settings'] : [`answer mode ${mode.text.trim()}`]
      }
      default:
        return body.mediaType === 'application/vnd.3gpp.mcptt-info+xml' ? [] : [body.mediaType]
    }
  })
}

/** Affiliations of a user, or of a group (TS 24.379 9.3). */
function sayPresence(root: XmlElement): readonly string[] {
  const found: string[] = []
  const visit = (element: XmlElement): void => {
    if (found.length >= 8) return
    if (element.name === 'affiliation') {
      const { group, status } = element.attributes
      found.push(`${status ?? 'affiliation'}${group === undefined ? '' : ` to ${shortName(group)}`}`)
    }
    element.children.forEach(visit)
  }
  visit(root)
  return found.length === 0 ? [`presence of ${shortName(root.attributes['entity'])}`] : found
}

function within(element: XmlElement, name: string): XmlElement | undefined {
  if (element.name === name) return element
  for (const child of element.children) {
    const found = within(child, name)
    if (found !== undefined) return found
  }
  return undefined
}
