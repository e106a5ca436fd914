import type { WireRequest } from '#bindings'
import { header, readMessage, readNameAddress, writeMessage, type Span } from '#wire/sip'
import { anyCorrelation, correlationLength } from './correlation.ts'
import { nonceIn, type Envelope as NamedEnvelope } from './options.ts'

/** How a request of ours is written around what its binding says. */
export interface Envelope {
  /** Address and port of the socket it leaves from. */
  readonly sentBy: string
  /** Host part of the Call-ID. */
  readonly host: string
}

/** The octets of a valid request, encoded once: what differs between executions are octets at known places. */
export interface Baseline {
  readonly octets: Buffer
  /** Where the correlation identifier stands. */
  readonly correlations: readonly number[]
  /** The digits of Content-Length. */
  readonly length: Span
  /** First octet of the body. */
  readonly body: number
  readonly envelope: NamedEnvelope
  /** How its sender is reached, and the name of its host. */
  readonly sender: Envelope
}

/** The octets of a request as its binding has it, under a head of our own (RFC 3261 8.1.1). */
export function writeBaseline(wire: WireRequest, { sentBy, host }: Envelope): Buffer {
  const { method, requestUri, from, to, headers, body } = wire
  return Buffer.from(
    writeMessage({
      startLine: { kind: 'request', method, requestUri },
      headers: [
        ['Via', `SIP/2.0/UDP ${sentBy};rport;branch=z9hG4bK${anyCorrelation}`],
        ['Max-Forwards', '70'],
        ['From', `<${from}>;tag=${anyCorrelation}`],
        ['To', `<${to}>`],
        ['Call-ID', `${anyCorrelation}@${host}`],
        ['CSeq', `1 ${method}`],
        ...headers,
        ['Content-Length', String(body?.length ?? 0)],
      ],
      ...(body && { body }),
    }),
  )
}

export function baselineOf(octets: Buffer): Baseline {
  const correlations: number[] = []
  for (let at = octets.indexOf(anyCorrelation); at !== -1; at = octets.indexOf(anyCorrelation, at + correlationLength))
    correlations.push(at)
  const body = octets.indexOf('\r\n\r\n') + 4
  const head = octets.toString('latin1', 0, body)
  const digits = /\r\nContent-Length: (\d+)\r\n/.exec(head)
  const start = (digits?.index ?? 0) + '\r\nContent-Length: '.length
  const message = readMessage(octets)
  const { startLine } = message
  const envelope = {
    requestUri: startLine.kind === 'request' ? startLine.requestUri : '',
    from: readNameAddress(header(message, 'From') ?? '')?.uri ?? '',
    nonce: nonceIn(message),
  }
  const sender = {
    sentBy: /^Via: *SIP\/2\.0\/\w+ +([^;\s]+)/im.exec(head)?.[1] ?? '',
    host: /^Call-ID: *[^@\r]*@([^\s]+)/im.exec(head)?.[1] ?? '',
  }
  return { octets, correlations, body, envelope, sender, length: { start, end: start + (digits?.[1]?.length ?? 0) } }
}
