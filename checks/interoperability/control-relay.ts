import { createServer } from 'node:http'
import { address } from './elements.ts'

export interface ControlRelay {
  close(): Promise<void>
}

/** Passes everything on to the control interface at a port, with other ports in the documents: those of who stands between the two ends. */
export async function openControlRelay(
  port: number,
  to: number,
  ports: ReadonlyMap<number, number>,
): Promise<ControlRelay> {
  const server = createServer((request, response) => {
    const relayed = async (): Promise<void> => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const text = Buffer.concat(chunks).toString('utf8')
      const answer = await fetch(`http://${address}:${to}${request.url ?? '/'}`, {
        method: request.method ?? 'GET',
        ...(text !== '' && {
          body: JSON.stringify(JSON.parse(text), (_, value: unknown) => elsewhere(value, ports)),
          headers: { 'content-type': 'application/json' },
        }),
      })
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
    }
    relayed().catch((error: unknown) => response.writeHead(502).end(String(error)))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve))
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** An object that names an address and a port. */
function elsewhere(value: unknown, ports: ReadonlyMap<number, number>): unknown {
  if (typeof value !== 'object' || value === null || !('address' in value) || !('port' in value)) return value
  const port = typeof value.port === 'number' ? ports.get(value.port) : undefined
  return port === undefined ? value : { ...value, port }
}
