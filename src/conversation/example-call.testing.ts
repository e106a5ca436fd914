import { readCapture } from '#wire/capture'
import { end, pcapng, tcp, udp, type RecordedEnd, type RecordedPacket } from '../wire/capture/recorded.testing.ts'

import { explanationOf, readConversation } from './index.ts'

// Conversations made for tests. What is not said is as it should be.

const caller = end('192.0.2.1', 5060)
export const server = end('192.0.2.9', 5060)

export interface Said {
  readonly from: RecordedEnd
  readonly to: RecordedEnd
  readonly text: string | Uint8Array
  readonly transport?: 'udp' | 'tcp'
}

/** A capture of what was said, one message a millisecond, streams in order. */
function recorded(said: readonly Said[]): Buffer {
  const sequence = new Map<string, number>()
  return pcapng(
    said.map(({ from, to, text, transport = 'udp' }, at): RecordedPacket => {
      if (transport === 'udp') return { at, octets: udp(from, to, text) }
      const key = `${from.address}:${from.port}>${to.address}:${to.port}`
      const next = sequence.get(key) ?? 1000
      sequence.set(key, next + Buffer.byteLength(text))
      return { at, octets: tcp(from, to, next, text) }
    }),
  )
}

export interface Written {
  readonly start: string
  readonly cseq: string
  readonly fields?: readonly string[]
  readonly body?: string
  readonly branch?: string
  readonly toTag?: string
  readonly callId?: string
  readonly vias?: readonly string[]
}

/** A SIP message with all that RFC 3261 8.1.1 asks for. */
export function sip({
  start,
  cseq,
  fields = [],
  body = '',
  branch = cseq.replace(' ', ''),
  toTag,
  callId = 'call-1',
  vias,
}: Written): string {
  const to = `<sip:group-7@mc.example>${toTag === undefined ? '' : `;tag=${toTag}`}`
  const lines = [
    start,
    ...(vias ?? [`192.0.2.1:5060;branch=z9hG4bK${branch}`]).map((via) => `Via: SIP/2.0/UDP ${via}`),
    'From: <sip:alice@mc.example>;tag=a1',
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq}`,
    ...(start.startsWith('SIP/') ? [] : ['Max-Forwards: 70']),
    ...fields,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

export const contact =
  'Contact: <sip:alice@192.0.2.1:5060>;+g.3gpp.mcptt;+g.3gpp.icsi-ref="urn%3Aurn-7%3A3gpp-service.ims.icsi.mcptt"'

export const mcpttFields = [
  contact,
  'Accept-Contact: *;+g.3gpp.mcptt;require;explicit',
  'Accept-Contact: *;+g.3gpp.icsi-ref="urn%3Aurn-7%3A3gpp-service.ims.icsi.mcptt";require;explicit',
  'P-Preferred-Service: urn:urn-7:3gpp-service.ims.icsi.mcptt',
]

export const info = (inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\r\n<mcpttinfo xmlns="urn:3gpp:ns:mcpttInfo:1.0"><mcptt-Params>${inside}</mcptt-Params></mcpttinfo>`

/** The media of one end. */
export const sdp = (address: string, port: number, floor = 'mc_queueing;mc_priority=5'): string =>
  [
    'v=0',
    `o=- 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 96`,
    'a=rtpmap:96 AMR-WB/16000/1',
    `m=application ${port + 2} udp MCPTT`,
    `a=fmtp:MCPTT ${floor}`,
    '',
  ].join('\r\n')

/** A multipart body and the field that names it. */
function multipart(parts: readonly (readonly [type: string, body: string])[]): { field: string; body: string } {
  const body = parts.map(([type, text]) => `--b\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`).join('')
  return { field: 'Content-Type: multipart/mixed;boundary=b', body: `${body}--b--\r\n` }
}

export const explained = (said: readonly Said[]) => readConversation(readCapture(recorded(said)))
export const told = (said: readonly Said[], width = 240): string =>
  [...explanationOf(explained(said), { width })].join('\n')
export const asked = (text: string | Uint8Array, transport: 'udp' | 'tcp' = 'udp'): Said => ({
  from: caller,
  to: server,
  text,
  transport,
})
export const answered = (text: string | Uint8Array, transport: 'udp' | 'tcp' = 'udp'): Said => ({
  from: server,
  to: caller,
  text,
  transport,
})
export const rules = (said: readonly Said[]): string[] =>
  explained(said).entries.flatMap(({ findings }) => findings.map(({ rule, clause }) => `${rule} ${clause}`))

const groupInfo = info(
  '<session-type>prearranged</session-type><emergency-ind type="Normal"><mcpttBoolean>true</mcpttBoolean></emergency-ind>',
)
export const offer = multipart([
  ['application/sdp', sdp('192.0.2.1', 40000)],
  ['application/vnd.3gpp.mcptt-info+xml', groupInfo],
])
export const invite = (more: Partial<Written> = {}): string =>
  sip({
    start: 'INVITE sip:pf@mc.example SIP/2.0',
    cseq: '1 INVITE',
    fields: [...mcpttFields, offer.field],
    body: offer.body,
    ...more,
  })
export const answer = (more: Partial<Written> = {}): string =>
  sip({
    start: 'SIP/2.0 200 OK',
    cseq: '1 INVITE',
    toTag: 'b1',
    fields: [contact, 'Content-Type: application/sdp'],
    body: sdp('192.0.2.9', 50000, 'mc_queueing;mc_priority=3'),
    ...more,
  })
