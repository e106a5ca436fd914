import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { decodeExample, decodeRequest, exampleMessages, exampleOctets, rel18, valuesOf } from '#bindings'
import { judgeLegality, signed } from '#fuzz'
import { judgeFloorControl, readFloorControl } from '#wire/floor-control'
import { readHttpMessage } from '#wire/http'
import { readXml, validateXml } from '#wire/mcx-xml'
import { readMultipart } from '#wire/multipart'
import { judgeCompound, readRtcp } from '#wire/rtcp'
import { codecsOf, mediaOf, readSdp } from '#wire/sdp'
import { headerValue, inspectMessage, judgeMessage, readMessage, splitList, type Element } from '#wire/sip'
import { root } from '../source-files.ts'

/** What the tester reads answers with, real octets of what it reads, and how much of all answers it gets. */
export interface AnswerReader {
  readonly name: string
  readonly share: number
  readonly real: readonly Buffer[]
  /** Takes everything out of them; must not throw, whatever they are. */
  readonly read: (octets: Buffer, real: number) => void
}

const examples = exampleMessages(rel18)
const octetsOf = examples.map((one) => Buffer.from(exampleOctets(one, rel18)))
const isHttp = (octets: Buffer): boolean => /^(?:HTTP\/|[A-Z]+ \/)/.test(octets.toString('latin1', 0, 12))
const sip = octetsOf.filter((octets) => !isHttp(octets))
const bodies = sip.flatMap((octets) => {
  const { body } = readMessage(octets)
  return body.length === 0 ? [] : [Buffer.from(body)]
})
const xml = bodies.flatMap((body) => {
  const text = body.toString('utf8')
  const found = /<\?xml[\s\S]*?<\/mcptt-?info>/i.exec(text)?.[0]
  return found === undefined ? [] : [Buffer.from(found)]
})
const sdp = bodies.flatMap((body) => {
  const found = /v=0\r\n[\s\S]*?(?=\r\n--|$)/.exec(body.toString('latin1'))?.[0]
  return found === undefined ? [] : [Buffer.from(`${found}\r\n`)]
})

const hex = (folder: string): readonly Buffer[] =>
  readdirSync(join(root, 'fixtures/vectors', folder)).flatMap((name) => {
    const vector = readFileSync(join(root, 'fixtures/vectors', folder, name), 'utf8')
    const block = /```octets\n([\s\S]*?)\n?```/.exec(vector)?.[1]
    return block === undefined ? [] : [Buffer.from(block.replaceAll(/;.*|\s/g, ''), 'hex')]
  })
const torture = ['valid', 'invalid'].flatMap((kind) => {
  const folder = join(root, 'fixtures/vectors/rfc4475', kind)
  return readdirSync(folder).map((name) => readFileSync(join(folder, name)))
})

const claims = { iss: 'https://idms.partner.example', aud: 'mc', exp: 4_102_444_800, mcptt_id: 'sip:a@partner.example' }
const token = Buffer.from(signed({ alg: 'RS256', typ: 'JWT' }, claims))

const values = valuesOf(rel18, 'mcptt', {})
const element: Element = {
  role: 'endpoint',
  methods: ['INVITE', 'ACK', 'BYE', 'MESSAGE', 'PUBLISH', 'REGISTER'],
  uriSchemes: ['sip', 'sips'],
  extensions: ['100rel'],
  contentTypes: ['multipart/mixed', 'application/sdp'],
  authorization: [],
  sentBy: ['ue.primary.example'],
}
const looked = ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Contact', 'Content-Type', 'Warning', 'Expires'] as const

export const answerReaders: readonly AnswerReader[] = [
  {
    name: 'SIP, tolerant and strict',
    share: 0.24,
    real: [...sip, ...torture],
    read(octets) {
      const message = readMessage(octets)
      for (const name of looked) headerValue(message, name)
      for (const { value } of message.headers) splitList(value)
      judgeMessage(message)
      inspectMessage(message, element)
    },
  },
  {
    name: 'stage-2 messages by their bindings',
    share: 0.1,
    real: octetsOf,
    read(octets, real) {
      const example = examples[real]
      if (example !== undefined) decodeExample(octets, example, rel18)
      decodeRequest(rel18, 'mcptt', 'publish', readMessage(octets), values)
      judgeLegality(octets, rel18, 'mcptt')
    },
  },
  {
    name: 'floor control',
    share: 0.16,
    real: [...hex('floor-control'), ...hex('transmission-control')],
    read(octets) {
      const { packets } = readRtcp(octets)
      judgeCompound(packets)
      for (const { packet, span } of packets) {
        const found = packet.kind === 'application' ? readFloorControl(packet, span.start) : undefined
        if (found !== undefined) judgeFloorControl(found, span.start)
      }
    },
  },
  {
    name: 'XML, with its schema',
    share: 0.05,
    real: xml,
    read(octets) {
      const reading = readXml(octets)
      validateXml(octets, 'mcptt-info', reading)
    },
  },
  {
    name: 'multipart',
    share: 0.05,
    real: bodies,
    read(octets) {
      const boundary = /^--([^\r\n]{1,70})/m.exec(octets.toString('latin1'))?.[1] ?? 'mcx'
      readMultipart(octets, boundary)
    },
  },
  {
    name: 'SDP',
    share: 0.1,
    real: sdp,
    read(octets) {
      const read = readSdp(octets)
      for (const media of mediaOf(read)) codecsOf(read, media)
    },
  },
  { name: 'HTTP', share: 0.05, real: octetsOf.filter(isHttp), read: (octets) => void readHttpMessage(octets) },
  {
    name: 'access tokens',
    share: 0.05,
    real: [token],
    read(octets) {
      const text = octets.toString('latin1')
      for (const read of [decodeProtectedHeader, decodeJwt])
        try {
          read(text)
        } catch (problem) {
          // A library that says so is what its callers expect of it.
          if (!(problem instanceof TypeError) && !/^(?:JWT|JOSE)/.test((problem as Error).name)) throw problem
        }
    },
  },
]
