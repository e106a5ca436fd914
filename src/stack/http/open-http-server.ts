import { serve, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpRequest, HttpResponse } from '#wire/http'
import { isAddressInUse, type Address } from '#transport'
import { createOwnTurn } from './own-turn.ts'
import { httpLimits, mostConnections, type HttpLimits } from './limits.ts'

/** A request that came, and the way to answer it, once. */
export interface HttpExchange {
  readonly request: HttpRequest
  readonly local: Address
  readonly remote: Address
  respond(response: HttpResponse): void
}

export interface HttpServerOptions {
  readonly address: string
  /** 0 takes a free one. */
  readonly port: number
  readonly limits?: HttpLimits
  onExchange(exchange: HttpExchange): void
}

export interface HttpServer {
  readonly local: Address
  /** Resolves when every request that had come by now was told to `onExchange`, however long they queued. */
  takenIn(): Promise<void>
  close(): Promise<void>
}

/** Serves HTTP/1.1. What nobody answers in time is answered 503. Rejects when the port is taken. */
export async function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { address, port, limits = httpLimits, onExchange } = options
  const app = new Hono<{ Bindings: HttpBindings }>()
  const local = (): Address => ({ address, port: (server.address() as AddressInfo).port })
  const turn = createOwnTurn(local)
  app.use(bodyLimit({ maxSize: limits.body, onError: (context) => context.body(null, 413) }))
  app.all('*', async (context) => {
    const { incoming } = context.env
    const { socket, rawHeaders, method = '', url = '/' } = incoming
    if (turn.isOwn(socket.remotePort)) return context.body(null, 204)
    const body = Buffer.from(await context.req.arrayBuffer())
    const headers = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
    )
    const { promise, resolve } = Promise.withResolvers<HttpResponse | undefined>()
    const late = setTimeout(resolve, limits.exchange, undefined)
    onExchange({
      request: { kind: 'request', method, target: url, headers, body },
      local: { address, port: socket.localPort ?? port },
      remote: { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 },
      respond: resolve,
    })
    const response = await promise
    clearTimeout(late)
    if (!response) return context.body(null, 503)
    const fields = new Headers(response.headers.map(([name, value]): [string, string] => [name, value]))
    const empty = response.body.length === 0
    return new Response(empty ? null : Uint8Array.from(response.body), { status: response.status, headers: fields })
  })
  const server = serve({
    fetch: app.fetch,
    hostname: address,
    port,
    serverOptions: {
      maxHeaderSize: limits.headers,
      requestTimeout: limits.exchange,
      headersTimeout: limits.exchange,
    },
  }) as Server
  server.maxConnections = mostConnections
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', (problem) =>
      reject(
        isAddressInUse(problem)
          ? new Error(`${address} port ${port} over tcp is in use; end what listens there or choose another port`, {
              cause: problem,
            })
          : problem,
      ),
    )
  })
  return {
    local: local(),
    takenIn: turn.reached,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
