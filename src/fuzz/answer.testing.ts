import { header, headers, readMessage } from '#wire/sip'

/** The answer to a request, changed or not: its Via, From, To with a tag, Call-ID and CSeq, as far as it has them, and these lines. */
export function answerTo(octets: Uint8Array, status = '200 OK', more: readonly string[] = []): string {
  const request = readMessage(octets)
  const vias = headers(request, 'Via').map((via) => `Via: ${via}`)
  const kept = ['From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(request, name) ?? ''}`)
  const to = `To: ${header(request, 'To') ?? ''};tag=t`
  return [`SIP/2.0 ${status}`, ...vias, ...kept, to, ...more, 'Content-Length: 0', '', ''].join('\r\n')
}
