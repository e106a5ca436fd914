import type { WireRequest, WireResponse } from '#bindings'

/** What can be wrong on demand with the answer that accepts a private call. */
export type AnswerFlaw =
  'anotherCodec' | 'anotherProtocol' | 'floorControlNotTaken' | 'anotherService' | 'refusedStreamsDropped'

/** The answer as the defects make it. */
export function flawedAnswer(response: WireResponse, flawed: (flaw: AnswerFlaw) => boolean): WireResponse {
  const lines = new TextDecoder().decode(response.body)
  const altered = [
    flawed('anotherCodec') && ([/(m=audio \d+ \S+) \d+|a=rtpmap:\d+ \S+/g, withCodec] as const),
    flawed('anotherProtocol') && ([/(m=audio \d+) RTP\/AVP/, '$1 RTP/SAVP'] as const),
    flawed('refusedStreamsDropped') && ([/^m=\S+ 0 .*\r\n(?:(?!m=).*\r\n)*/gm, ''] as const),
    flawed('floorControlNotTaken') && ([/m=application \d+/, 'm=application 0'] as const),
  ].reduce((text, change) => (change ? text.replace(change[0], change[1] as string) : text), lines)
  return {
    ...response,
    headers: flawed('anotherService') ? asAnotherService(response.headers) : response.headers,
    ...(altered !== lines && { body: new TextEncoder().encode(altered) }),
  }
}

const withCodec = (_line: string, stream: string | undefined): string =>
  stream === undefined ? 'a=rtpmap:97 opus/48000/2' : `${stream} 97`

/** Header fields whose Contact names MCData. */
const asAnotherService = (headers: WireRequest['headers']): WireRequest['headers'] =>
  headers.map(([name, value]) => [name, name === 'Contact' ? value.replaceAll('mcptt', 'mcdata') : value])

/** What can be wrong on demand with a private call request of a client. */
export type RequestFlaw = 'anotherService' | 'openStreams' | 'anotherName' | 'nobodyAddressed'

export const nobody = 'sip:nobody@nowhere.example'

/** The request as the defects make it. */
export function flawedRequest(request: WireRequest, flawed: (flaw: RequestFlaw) => boolean): WireRequest {
  const open = flawed('openStreams') && request.body !== undefined
  return {
    ...request,
    headers: flawed('anotherService') ? asAnotherService(request.headers) : request.headers,
    ...(flawed('anotherName') && { from: nobody }),
    ...(flawed('nobodyAddressed') && { requestUri: nobody }),
    ...(open && {
      body: Buffer.from(Buffer.from(request.body).toString('latin1').replaceAll('RTP/SAVP', 'RTP/AVP'), 'latin1'),
    }),
  }
}

/** A request that asserts the identity of nobody. */
export const assertingNobody = (request: WireRequest): WireRequest => ({
  ...request,
  headers: request.headers.map(([name, value]) => [name, name === 'P-Asserted-Identity' ? `<${nobody}>` : value]),
})
