import { hash } from 'node:crypto'
import { attributes, linesOf, mediaOf, type Sdp, type SdpMedia } from '#wire/sdp'
import { readUri, type SipMessage } from '#wire/sip'
import { bodyPieces } from './body-pieces.ts'
import type { Media, Parties } from './binding.ts'
import { writeMikey, type KeyDraft } from './mikey-message.ts'
import { services, type Service } from './service.ts'

export const sessionType = 'application/sdp'

/** The session description in a message, as it stands there; the first where there are several. Never throws. */
export const sessionDescriptionIn = (message: SipMessage): Uint8Array | undefined =>
  bodyPieces(message).pieces.find(({ essence }) => essence === sessionType)?.octets

/** What a session description of a private call is made of. */
export interface SessionDraft {
  readonly service: Service
  readonly media: Media
  /** What makes the session identifier: the same session, the same identifier. */
  readonly session: string
  /** What its key management message is made of, where it is encrypted. */
  readonly key?: KeyDraft | undefined
  readonly controlled: boolean
}

/** RFC 8866 5.7 wants an address; nothing is received at the discard port (RFC 863). */
const discard = 9

/** Where the sender says that it receives media. */
export function mediaOfParties({ media, contact, from, host }: Parties): Media {
  if (media !== undefined) return media
  const address = readUri(contact ?? from)?.host ?? host
  return { address: address.replace(/^\[|\]$/g, ''), audioPort: discard, floorPort: discard }
}

const numberOf = (text: string): number => hash('sha256', text, 'buffer').readUInt32BE()

const family = (address: string): string => (address.includes(':') ? 'IP6' : 'IP4')

/** The lines before the first `m=` (RFC 8866 5). */
function sessionLines({ media, session, key }: SessionDraft): readonly string[] {
  const number = numberOf(session)
  const at = `IN ${family(media.address)} ${media.address}`
  return [
    'v=0',
    `o=- ${number} ${number} ${at}`,
    's=-',
    `c=${at}`,
    't=0 0',
    ...(key === undefined ? [] : [`a=key-mgmt:mikey ${writeMikey(key)}`]),
  ]
}

/** The lines of each stream that an offer of ours has. */
function offeredLines({ service, media, key, controlled }: SessionDraft): readonly string[] {
  const protocol = key === undefined ? 'RTP/AVP' : 'RTP/SAVP'
  const { controlChannel } = services[service]
  const video =
    service === 'mcvideo' ? [`m=video ${media.videoPort ?? discard} ${protocol} 97`, 'a=rtpmap:97 H264/90000'] : []
  return [
    `m=audio ${media.audioPort} ${protocol} 96`,
    'i=speech',
    'a=rtpmap:96 AMR-WB/16000/1',
    ...video,
    ...(controlled
      ? [`m=application ${media.floorPort} udp ${controlChannel}`, `a=fmtp:${controlChannel} mc_queueing`]
      : []),
  ]
}

const written = (lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(''))

/** Writes an SDP offer (TS 24.379 6.2.1, RFC 3264 5). */
export const writeOffer = (draft: SessionDraft): Uint8Array => written([...sessionLines(draft), ...offeredLines(draft)])

/** Writes an SDP answer (RFC 3264 6): an `m=` line for each of the offer, in its order, the first of its formats taken. */
export function writeAnswer(offer: Sdp, draft: SessionDraft): Uint8Array {
  const media = mediaOf(offer)
  return written([...sessionLines(draft), ...media.flatMap((one) => answeredLines(offer, one, draft))])
}

function answeredLines(offer: Sdp, stream: SdpMedia, { service, media }: SessionDraft): readonly string[] {
  const { type, protocol, formats, port, index } = stream
  const [format = '0'] = formats
  const { controlChannel } = services[service]
  const line = (own: number): string => `m=${type} ${port === 0 ? 0 : own} ${protocol} ${format}`
  const told = (name: string): readonly string[] =>
    attributes(offer, index, name)
      .filter((value) => value.split(' ', 1)[0] === format)
      .map((value) => `a=${name}:${value}`)
  if (type === 'application')
    // What the offer does not have the answer has not either (TS 24.380 14): it takes the channel, and no parameter.
    return [protocol === 'udp' && format === controlChannel ? line(media.floorPort) : line(0)]
  if (type !== 'audio' && type !== 'video') return [line(0)]
  const own = type === 'audio' ? media.audioPort : (media.videoPort ?? discard)
  const information = linesOf(offer, index).find((one) => one.type === 'i')
  return [line(own), ...(information ? [`i=${information.value}`] : []), ...told('rtpmap'), ...told('fmtp')]
}
