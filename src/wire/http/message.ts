/** Header fields in the order they are written; names without regard to case (RFC 9110 5.1). */
export type HttpFields = readonly (readonly [name: string, value: string])[]

export interface HttpRequest {
  readonly kind: 'request'
  readonly method: string
  /** Origin form: path and query (RFC 9112 3.2.1). */
  readonly target: string
  readonly headers: HttpFields
  readonly body: Uint8Array
}

export interface HttpResponse {
  readonly kind: 'response'
  readonly status: number
  readonly reason: string
  readonly headers: HttpFields
  readonly body: Uint8Array
}

export type HttpMessage = HttpRequest | HttpResponse

/** The first value of that name, `undefined` when the field is absent. */
export function httpHeader({ headers }: HttpMessage, name: string): string | undefined {
  const wanted = name.toLowerCase()
  return headers.find(([field]) => field.toLowerCase() === wanted)?.[1]
}

/** Octets of an HTTP/1.1 message (RFC 9112 2.1), the body as it is, without a transfer coding. */
export function writeHttpMessage(message: HttpMessage): Uint8Array {
  const start =
    message.kind === 'request'
      ? `${message.method} ${message.target} HTTP/1.1`
      : `HTTP/1.1 ${message.status} ${message.reason}`
  const lines = [start, ...message.headers.map(([name, value]) => `${name}: ${value}`), '', '']
  return Buffer.concat([Buffer.from(lines.join('\r\n')), message.body])
}

/**
 * Reads what `writeHttpMessage` writes: one whole message, whose body is all that follows the empty line. `undefined`
 * when it has no start line of HTTP/1.1. Never throws.
 */
export function readHttpMessage(octets: Uint8Array): HttpMessage | undefined {
  const all = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const end = all.indexOf('\r\n\r\n')
  const [start = '', ...fields] = all.toString('utf8', 0, end === -1 ? all.length : end).split('\r\n')
  const headers = fields.map((line): readonly [string, string] => {
    const colon = line.indexOf(':')
    return colon === -1 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  const body = end === -1 ? Buffer.alloc(0) : all.subarray(end + 4)
  const request = /^([!-~]+) ([!-~]+) HTTP\/1\.1$/.exec(start)
  if (request) return { kind: 'request', method: request[1] ?? '', target: request[2] ?? '', headers, body }
  const response = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(start)
  if (!response) return undefined
  return { kind: 'response', status: Number(response[1]), reason: response[2] ?? '', headers, body }
}
