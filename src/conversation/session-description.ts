import type { Finding } from './conversation.ts'

/** As much of a session description (RFC 4566) as a conversation turns on. */
export interface SessionDescription {
  /** Address of the session level, which holds where a medium has none of its own. */
  readonly address: string | undefined
  readonly media: readonly MediaDescription[]
  readonly findings: readonly Finding[]
}

export interface MediaDescription {
  /** `audio`, `video`, `application`, ... */
  readonly type: string
  readonly port: number
  readonly protocol: string
  readonly formats: readonly string[]
  readonly address: string | undefined
  readonly attributes: readonly Attribute[]
  /** Of its line, in octets of the message. */
  readonly offset: number
}

interface Attribute {
  readonly name: string
  /** `''` when there is none. */
  readonly value: string
  readonly offset: number
}

const maximalMedia = 64

/** Reads a session description. Never throws. `offset` is added to every offset. */
export function readSessionDescription(octets: Uint8Array, offset = 0): SessionDescription {
  const findings: Finding[] = []
  const media: { -readonly [K in keyof MediaDescription]: MediaDescription[K] }[] = []
  const say = (rule: string, clause: string, at: number, text: string): void => {
    findings.push({ rule, clause: `RFC 4566 ${clause}`, severity: 'error', offset: offset + at, text })
  }
  let address: string | undefined
  let seen = ''
  for (const { text, at } of linesOf(octets)) {
    const type = text[0] ?? ''
    const value = text.slice(2)
    if (text[1] !== '=' || !/^[a-z]$/.test(type)) {
      say('sdp-line-malformed', '5', at, `expected a letter, = and a value, came ${JSON.stringify(text.slice(0, 40))}`)
      if (findings.length > 20) break
      continue
    }
    if (seen === '' && type !== 'v') say('sdp-version-first', '5.1', at, `expected v= first, came ${type}=`)
    if (type === 'v' && value !== '0') say('sdp-version', '5.1', at, `expected v=0, came ${JSON.stringify(value)}`)
    seen += type
    const medium = media.at(-1)
    if (type === 'm') {
      const read = readMedia(value, offset + at)
      if (read === undefined) say('sdp-media-malformed', '5.14', at, 'expected m=type port protocol format ...')
      else if (media.length < maximalMedia) media.push(read)
    } else if (type === 'c') {
      const connection = /^IN IP[46] ([^ /]+)/.exec(value)?.[1]
      if (connection === undefined)
        say('sdp-connection-malformed', '5.7', at, 'expected c=IN IP4 or IP6 and an address')
      else if (medium === undefined) address = connection
      else medium.address = connection
    } else if (type === 'a' && medium !== undefined) {
      const colon = value.indexOf(':')
      const name = colon === -1 ? value : value.slice(0, colon)
      const attribute = { name, value: colon === -1 ? '' : value.slice(colon + 1), offset: offset + at }
      medium.attributes = [...medium.attributes.slice(0, 255), attribute]
    }
  }
  for (const [type, clause] of mandatory)
    if (!seen.includes(type)) say('sdp-line-missing', clause, 0, `expected a line ${type}=`)
  for (const one of media)
    if (one.address === undefined && address === undefined && one.port > 0)
      findings.push({
        rule: 'sdp-connection-missing',
        clause: 'RFC 4566 5.7',
        severity: 'error',
        offset: one.offset,
        text: 'expected a c= line in the session or in this medium',
      })
  return { address, media: media.map((one) => ({ ...one, address: one.address ?? address })), findings }
}

/** Lines without which there is no session description. */
const mandatory = [
  ['o', '5.2'],
  ['s', '5.3'],
  ['t', '5.9'],
] as const

function* linesOf(octets: Uint8Array): Generator<{ text: string; at: number }> {
  let at = 0
  while (at < octets.length) {
    const feed = octets.indexOf(10, at)
    const next = feed === -1 ? octets.length : feed + 1
    let end = feed === -1 ? octets.length : feed
    if (end > at && octets[end - 1] === 13) end -= 1
    if (end > at) yield { text: Buffer.from(octets.buffer, octets.byteOffset + at, end - at).toString('utf8'), at }
    at = next
  }
}

function readMedia(value: string, offset: number): MediaDescription | undefined {
  const [type = '', ports = '', protocol = '', ...formats] = value.split(' ').filter((part) => part !== '')
  const port = /^(\d{1,5})(?:\/\d+)?$/.exec(ports)?.[1]
  if (port === undefined || protocol === '' || formats.length === 0) return undefined
  return { type, port: Number(port), protocol, formats, address: undefined, attributes: [], offset }
}

/** The value of the first attribute of that name. */
export const attributeOf = ({ attributes }: MediaDescription, name: string): string | undefined =>
  attributes.find((one) => one.name === name)?.value

/** Whether a medium is the floor control channel of MCPTT (TS 24.380 4.3.1). */
export const isFloorControl = ({ type, formats }: MediaDescription): boolean =>
  type === 'application' && formats.includes('MCPTT')

/** Parameters of `a=fmtp:MCPTT`, separated by semicolons (TS 24.380 12.1). */
export function floorParameters(media: MediaDescription): ReadonlyMap<string, string> {
  const line = media.attributes.find(({ name, value }) => name === 'fmtp' && value.startsWith('MCPTT '))
  const pairs = (line?.value.slice('MCPTT '.length) ?? '').split(';').filter((part) => part.trim() !== '')
  return new Map(
    pairs.map((part) => {
      const [name = '', value = ''] = part.split('=')
      return [name.trim(), value.trim()]
    }),
  )
}

/** Names of the codecs, as `a=rtpmap` gives them or as the static payload types have them (RFC 3551 6). */
export function codecsOf(media: MediaDescription): readonly string[] {
  const named = new Map(
    media.attributes
      .filter(({ name }) => name === 'rtpmap')
      .map(({ value }) => {
        const [format = '', encoding = ''] = value.split(' ')
        return [format, encoding.split('/')[0] ?? ''] as const
      }),
  )
  return media.formats.map((format) => named.get(format) ?? staticTypes.get(format) ?? format)
}

const staticTypes: ReadonlyMap<string, string> = new Map([
  ['0', 'PCMU'],
  ['3', 'GSM'],
  ['8', 'PCMA'],
  ['9', 'G722'],
  ['18', 'G729'],
])
