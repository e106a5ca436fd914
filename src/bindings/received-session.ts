import { codecsOf, formatParameters, mediaOf, readSdp, type Sdp, type SdpMedia } from '#wire/sdp'
import type { SipMessage } from '#wire/sip'
import type { Problem, Span, WireRule } from './binding.ts'
import { bodyPieces } from './body-pieces.ts'
import { madeOnce } from './made-once.ts'
import { services, type Service } from './service.ts'
import { sessionType } from './session-description.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

export const sessionRules = madeOnce((service: Service) => {
  const { controlChannel } = services[service]
  return {
    present: {
      field: 'body',
      requirement: `An INVITE of a private call offers a session by a part ${sessionType}`,
      source: sourcesOf(service).offer,
      expected: [sessionType],
    },
    answered: {
      field: 'body',
      requirement: 'A 200 (OK) to an INVITE with an offer answers it',
      source: sources.answer,
      expected: [sessionType],
    },
    once: {
      field: 'body',
      requirement: 'There is no more than one session description',
      source: defaultBinding('single-values'),
      expected: ['one part'],
    },
    wellFormed: {
      field: 'sdp',
      requirement: 'A session description keeps the rules of SDP',
      source: sources.sessionDescription,
      expected: ['lines as RFC 8866 has them'],
    },
    audio: {
      field: 'sdp',
      requirement: 'A private call has an audio stream',
      source: sourcesOf(service).offer,
      expected: ['m=audio <port> RTP/AVP <format>'],
    },
    video: {
      field: 'sdp',
      requirement: 'An MCVideo private call has a video stream',
      source: defaultBinding('call-media'),
      expected: ['m=video <port> RTP/AVP <format>'],
    },
    control: {
      field: 'sdp',
      requirement: `The channel of floor control is udp ${controlChannel}`,
      source: service === 'mcptt' ? sources.floorChannel : sourcesOf(service).offer,
      expected: [`m=application <port> udp ${controlChannel}`],
    },
    key: {
      field: 'sdp',
      requirement: 'With end-to-end encryption the offer holds a MIKEY message in base64',
      source: defaultBinding('call-media'),
      expected: ['a=key-mgmt:mikey <base64>'],
    },
    secured: {
      field: 'sdp',
      requirement: 'With end-to-end encryption the streams are RTP/SAVP',
      source: defaultBinding('call-media'),
      expected: ['RTP/SAVP', 'RTP/SAVPF'],
    },
    keyForm: {
      field: 'sdp',
      requirement: 'a=key-mgmt names a key management protocol and holds data in base64',
      source: sources.keyManagement,
      expected: ['a=key-mgmt:<protocol> <base64>'],
    },
    unoffered: {
      field: 'sdp',
      requirement: 'An answer has no channel of floor control that the private call request did not offer',
      source: sources.answer,
      expected: ['no m=application line'],
    },
    streams: {
      field: 'sdp',
      requirement: 'An answer has as many m= lines as the offer, of the same types and protocols in the same order',
      source: sources.answer,
      expected: ['the m= lines of the offer, a refused one with port 0'],
    },
    format: {
      field: 'sdp',
      requirement: 'A stream that is taken has a format of the offer',
      source: sources.answeredFormats,
      expected: ['one of the formats offered'],
    },
    taken: {
      field: 'sdp',
      requirement: 'An answer takes the streams of the call, and the channel of floor control where one is offered',
      source: sourcesOf(service).answer,
      expected: ['a port other than 0'],
    },
    unasked: {
      field: 'sdp',
      requirement: 'An answer has no parameter of floor control that the offer has not',
      source: service === 'mcptt' ? sources.floorChannel : sourcesOf(service).offer,
      expected: [`parameters of a=fmtp:${controlChannel} that stand in the offer`],
    },
  } satisfies Record<string, WireRule>
})

/** What a session description says of the private call. */
export interface ReadSession {
  readonly sdp?: Sdp
  /** The `m=` line of floor control, where one is open. */
  readonly control?: Span
  readonly problems: readonly Problem[]
}

/** The session description of a body; the first where there are several. Never throws. */
function sessionOf(message: SipMessage, service: Service, problems: Problem[]): Sdp | undefined {
  const [piece, second] = bodyPieces(message).pieces.filter(({ essence }) => essence === sessionType)
  if (piece === undefined) return undefined
  if (second !== undefined) problems.push(problem(sessionRules(service).once, 'several parts', second.span))
  return readSdp(piece.octets, piece.span.start)
}

/** Reads the offer or the answer of a private call. `required` is the rule that asks for one. Never throws. */
export function readSession(
  message: SipMessage,
  service: Service,
  required: 'present' | 'answered',
  encrypted: boolean,
): ReadSession {
  const rules = sessionRules(service)
  const problems: Problem[] = []
  const sdp = sessionOf(message, service, problems)
  if (sdp === undefined) {
    const types = bodyPieces(message).pieces.map(({ essence }) => essence)
    problems.push(problem(rules[required], types.join(', ') || 'no body', message.bodySpan))
    return { problems }
  }
  const { start, end } = { start: sdp.offset, end: sdp.offset + sdp.octets.length }
  for (const { clause, offset, text } of sdp.diagnostics.slice(0, 10)) {
    const at = Math.min(offset, message.octets.length)
    const source = { ...rules.wellFormed.source, clause: clause.replace(/^RFC 8866 ?/, '') || '5' }
    problems.push(
      problem({ ...rules.wellFormed, source }, text, { start: at, end: Math.min(at + 1, message.octets.length) }),
    )
  }
  const media = mediaOf(sdp)
  const said = media.map(({ line }) => line.value).join('; ') || 'no m= line'
  for (const [type, rule] of [
    ['audio', rules.audio],
    ...(service === 'mcvideo' ? [['video', rules.video] as const] : []),
  ] as const)
    if (!media.some((one) => one.type === type && one.protocol.startsWith('RTP/')))
      problems.push(problem(rule, said, { start, end }))
  const [control] = media.filter(({ type }) => type === 'application')
  if (control !== undefined && !isControl(control, service))
    problems.push(problem(rules.control, `m=${control.line.value}`, control.line.span))
  judgeKeys(sdp, encrypted && required === 'present', service, problems)
  return {
    sdp,
    problems,
    ...(control !== undefined && control.port !== 0 ? { control: control.line.valueSpan } : {}),
  }
}

/** The protocol is `udp` in lower case (TS 24.380 12.1.1). */
const isControl = ({ protocol, formats }: SdpMedia, service: Service): boolean =>
  protocol === 'udp' && formats.includes(services[service].controlChannel)

function judgeKeys(sdp: Sdp, wanted: boolean, service: Service, problems: Problem[]): void {
  const rules = sessionRules(service)
  const lines = sdp.lines.filter(({ type, value }) => type === 'a' && value.startsWith('key-mgmt:'))
  for (const { value, span } of lines)
    if (
      !/^key-mgmt:\S+ (?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value) ||
      value.endsWith(' ')
    )
      problems.push(problem(rules.keyForm, value, span))
  if (wanted && !lines.some(({ value }) => value.startsWith('key-mgmt:mikey ')))
    problems.push(problem(rules.key, 'no a=key-mgmt:mikey', { start: sdp.offset, end: sdp.offset + sdp.octets.length }))
  const open = wanted ? mediaOf(sdp).filter(({ protocol }) => /^RTP\/AVPF?$/.test(protocol)) : []
  for (const { line } of open) problems.push(problem(rules.secured, `m=${line.value}`, line.span))
}

/** Judges an answer by its offer (RFC 3264 6). */
export function judgeAnswer(answer: Sdp, offer: Sdp, service: Service): readonly Problem[] {
  const rules = sessionRules(service)
  const [given, asked] = [mediaOf(answer), mediaOf(offer)]
  const span = { start: answer.offset, end: answer.offset + answer.octets.length }
  const streams = (media: readonly SdpMedia[]): string =>
    media.map(({ type, protocol }) => `${type} ${protocol}`).join(', ') || 'none'
  const problems: Problem[] = []
  if (streams(given) === streams(asked)) problems.push(...given.flatMap((one, at) => judgeStream(one, asked[at])))
  else problems.push(problem({ ...rules.streams, expected: [streams(asked)] }, streams(given), span))
  const { controlChannel } = services[service]
  const parametersOf = (sdp: Sdp, media: readonly SdpMedia[]): readonly string[] =>
    media.flatMap(({ index }) => [...(formatParameters(sdp, index, controlChannel)?.keys() ?? [])])
  const offered = parametersOf(offer, asked)
  const unasked = parametersOf(answer, given).filter((name) => !offered.includes(name) && !answerOnly.has(name))
  if (unasked.length > 0) problems.push(problem(rules.unasked, unasked.join(', '), span))
  return problems

  function judgeStream(one: SdpMedia, of: SdpMedia | undefined): readonly Problem[] {
    if (of === undefined || of.port === 0) return []
    const { value, span: place } = one.line
    if (one.port === 0) return [problem(rules.taken, `m=${value}`, place)]
    const names = (sdp: Sdp, media: SdpMedia): readonly string[] =>
      codecsOf(sdp, media).map((name) => name.toLowerCase())
    const offers = names(offer, of)
    if (names(answer, one).some((name) => offers.includes(name))) return []
    return [problem({ ...rules.format, expected: codecsOf(offer, of) }, codecsOf(answer, one).join(', '), place)]
  }
}

/** What only an answer says: the SSRC that the talker is to use (TS 24.380 14). */
const answerOnly: ReadonlySet<string> = new Set(['mc_ssrc', 'mc_floor_ssrc', 'mc_granted', 'mc_priority'])
