import { readMediaType, readMultipart, partHeader, writeMultipart } from '#wire/multipart'
import { header, headers, readMessage, readNameAddress, type SipMessage } from '#wire/sip'
import type { OutgoingRequest } from '../stack.ts'

/** What an S-CSCF tells an application server of a registration (TS 24.229 5.4.1.7). */
export interface ThirdPartyRegistration {
  /** Request-URI. */
  readonly applicationServer: string
  /** From and Contact. */
  readonly servingNode: string
  /** To: the public identity that registered. */
  readonly publicIdentity: string
  /** Seconds; 0 when it has deregistered. */
  readonly expires: number
  /** The user's REGISTER, and the 200 to it, as they were: where the filter criteria ask for them. */
  readonly register?: Uint8Array | undefined
  readonly response?: Uint8Array | undefined
}

/** Copied from the user's REGISTER (TS 24.229 5.4.1.7). */
const copied = ['P-Access-Network-Info', 'P-Charging-Vector', 'P-Visited-Network-ID']

type WithoutIdentifiers = Omit<OutgoingRequest, 'callId' | 'fromTag' | 'branch' | 'cseq'>

/** The third-party REGISTER: what is left to the sender are its own Call-ID, tag, branch and CSeq. */
export function thirdPartyRegister(registration: ThirdPartyRegistration): WithoutIdentifiers {
  const { applicationServer, servingNode, publicIdentity, expires, register, response } = registration
  const original = register && readMessage(register)
  const bodies = [register, response].filter((one) => one !== undefined)
  const multipart =
    bodies.length < 2
      ? undefined
      : writeMultipart(
          bodies.map((body) => ({ headers: [['Content-Type', 'message/sip']], body })),
          'registration',
        )
  const body = multipart?.body ?? bodies[0]
  return {
    method: 'REGISTER',
    requestUri: applicationServer,
    from: servingNode,
    to: publicIdentity,
    headers: [
      ['Contact', `<${servingNode}>`],
      ['Expires', String(expires)],
      ...copied.flatMap((name) =>
        original === undefined ? [] : headers(original, name).map((value) => [name, value] as const),
      ),
      ...(body === undefined ? [] : [['Content-Type', multipart?.contentType ?? 'message/sip'] as const]),
    ],
    ...(body && { body }),
  }
}

/** What an application server reads from one; `undefined` when it is none: To is not the registered identity, or no REGISTER. */
export interface ReceivedThirdPartyRegistration {
  readonly publicIdentity: string
  readonly servingNode: string
  readonly expires: number
  readonly register: SipMessage | undefined
  readonly response: SipMessage | undefined
}

export function readThirdPartyRegister(request: SipMessage): ReceivedThirdPartyRegistration | undefined {
  const { startLine } = request
  const to = readNameAddress(header(request, 'to') ?? '')?.uri
  const from = readNameAddress(header(request, 'from') ?? '')?.uri
  if (startLine.kind !== 'request' || startLine.method !== 'REGISTER' || to === undefined || from === undefined)
    return undefined
  const messages = messagesIn(request)
  const expires = Number(header(request, 'expires') ?? '3600')
  return {
    publicIdentity: to,
    servingNode: from,
    expires: Number.isInteger(expires) && expires >= 0 ? expires : 3600,
    register: messages.find((one) => one.startLine.kind === 'request'),
    response: messages.find((one) => one.startLine.kind === 'response'),
  }
}

function messagesIn(request: SipMessage): readonly SipMessage[] {
  const type = readMediaType(header(request, 'content-type') ?? '')
  if (type?.essence === 'message/sip') return [readMessage(request.body)]
  if (type?.essence !== 'multipart/mixed') return []
  return readMultipart(request.body, type.parameters.get('boundary') ?? '')
    .parts.filter((part) => /^message\/sip\b/i.test(partHeader(part, 'content-type') ?? ''))
    .map(({ body }) => readMessage(body))
}
