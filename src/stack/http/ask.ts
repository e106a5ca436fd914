import { isIPv6 } from 'node:net'
import { buildConnector, Client } from 'undici'
import type { HttpRequest, HttpResponse } from '#wire/http'
import type { Address } from '#transport'
import { httpLimits, type HttpLimits } from './limits.ts'

/** What became of a request. `local` is the own end of its connection, where there was one. */
export type HttpOutcome =
  | { readonly kind: 'response'; readonly response: HttpResponse; readonly local: Address }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'unreachable'; readonly text: string }

/** A connection is made for it; `sent` is told its own end before anything is sent. */
export async function ask(
  to: Address,
  request: HttpRequest,
  sent: (local: Address) => void = () => {},
  limits: HttpLimits = httpLimits,
): Promise<HttpOutcome> {
  let local: Address = { address: to.address, port: 0 }
  const connect = buildConnector({ timeout: limits.exchange })
  const client = new Client(`http://${hostOf(to.address)}:${to.port}`, {
    pipelining: 1,
    maxHeaderSize: limits.headers,
    maxResponseSize: limits.body,
    headersTimeout: limits.exchange,
    bodyTimeout: limits.exchange,
    connect: (options, done) =>
      connect(options, (...result) => {
        const [problem, socket] = result
        if (problem === null) {
          const { localAddress = to.address, localPort = 0 } = socket
          local = { address: localAddress, port: localPort }
          sent(local)
        }
        done(...result)
      }),
  })
  try {
    const { statusCode, headers, body } = await client.request({
      method: request.method,
      path: request.target,
      headers: request.headers.flat(),
      ...(request.body.length > 0 && { body: request.body }),
      responseHeaders: 'raw',
      signal: AbortSignal.timeout(limits.exchange),
    })
    const octets = Buffer.from(await body.arrayBuffer())
    return {
      kind: 'response',
      local,
      response: {
        kind: 'response',
        status: statusCode,
        reason: reasons[statusCode] ?? '',
        headers: pairs(headers),
        body: octets,
      },
    }
  } catch (problem) {
    const { name, code = '', message } = problem as NodeJS.ErrnoException
    const late = name === 'TimeoutError' || /TIMEOUT/.test(code)
    return late ? { kind: 'timeout' } : { kind: 'unreachable', text: message.split('\n')[0] ?? code }
  } finally {
    void client.destroy()
  }
}

const hostOf = (address: string): string => (isIPv6(address) ? `[${address}]` : address)

/** Raw header fields come as one list of names and values in turn, or as a record. */
function pairs(headers: unknown): readonly (readonly [string, string])[] {
  if (Array.isArray(headers)) {
    const texts = headers.map(String)
    return texts.flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1] ?? ''] as const] : []))
  }
  return Object.entries((headers ?? {}) as Record<string, string | string[]>).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as const),
  )
}

/** Reason phrases of the statuses that XCAP has (RFC 9110 15); the phrase on the wire is not kept by the parser. */
const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}
