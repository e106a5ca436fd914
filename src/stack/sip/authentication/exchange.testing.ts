import { readMessage, type SipMessage, writeMessage } from '#wire/sip'
import type { OutgoingResponse } from '../stack.ts'
import type { Judgement } from './challenger.ts'

// A request and its response as octets that were written and read again, without a network.

type Headers = readonly (readonly [name: string, value: string])[]

export interface Asked {
  readonly method?: string
  readonly uri?: string
  readonly body?: Uint8Array
}

export const asked = { method: 'REGISTER', uri: 'sip:example.org' }

export const requestWith = (headers: Headers, { method = 'REGISTER', uri = asked.uri, body }: Asked = {}): SipMessage =>
  readMessage(
    writeMessage({
      startLine: { kind: 'request', method, requestUri: uri },
      headers: [
        ['Via', 'SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK-1'],
        ['From', '<sip:a@example.org>;tag=1'],
        ['To', '<sip:a@example.org>'],
        ['Call-ID', '1'],
        ['CSeq', `1 ${method}`],
        ...headers,
        ['Content-Length', String(body?.length ?? 0)],
      ],
      ...(body && { body }),
    }),
  )

export const responseOf = ({ status, reason, headers, body }: OutgoingResponse): SipMessage =>
  readMessage(writeMessage({ startLine: { kind: 'response', status, reason }, headers, ...(body && { body }) }))

/** The response a judgement asks for. */
export const answerTo = (judgement: Judgement): SipMessage =>
  responseOf(judgement.kind === 'authenticated' ? { status: 200, reason: 'OK', headers: [] } : judgement.response)

/** What a judgement says, in short. */
export const summary = (judgement: Judgement): string => {
  switch (judgement.kind) {
    case 'authenticated':
      return `authenticated ${judgement.username}`
    case 'challenged':
      return `${judgement.response.status} ${judgement.reason}`
    case 'refused':
      return `${judgement.response.status} ${judgement.response.reason}`
  }
}
