import type { WireRequest, WireResponse } from '#bindings'

/** What can be wrong on demand with the answer that accepts a private call. */
export type AnswerFlaw = 'anotherCodec' | 'anotherProtocol' | 'floorControlNotTaken' | 'anotherService'

/** The answer as the defects make it. */
export function flawedAnswer(response: WireResponse, flawed: (flaw: AnswerFlaw) => boolean): WireResponse {
  const lines = new TextDecoder().decode(response.body)
  const altered = [
    flawed('anotherCodec') && ([/(m=audio \d+ \S+) \d+|a=rtpmap:\d+ \S+/g, withCodec] as const),
    flawed('anotherProtocol') && ([/(m=audio \d+) RTP\/AVP/, '$1 RTP/SAVP'] as const),
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
export const asAnotherService = (headers: WireRequest['headers']): WireRequest['headers'] =>
  headers.map(([name, value]) => [name, name === 'Contact' ? value.replaceAll('mcptt', 'mcdata') : value])
