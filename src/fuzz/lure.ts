import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'

/** What a message may name and nobody has to fetch: a page of our own, and a file whose words are found wherever they are sent. */
export interface Lure {
  /** Begins the address of a page; what follows says who named it. */
  readonly url: string
  /** `file:` URL. */
  readonly file: string
  /** Whether octets name a page. */
  isNamedIn(octets: Uint8Array): boolean
  /** Whether a page was asked for that has this in its name. */
  isFetched(name: string): boolean
  close(): Promise<void>
}

/** What stands in the file. */
export const lureWords = 'lure-of-a-file-that-nobody-reads'

/** Whether that text stands in octets. */
function seeking(text: string): (octets: Uint8Array) => boolean {
  const sought = Buffer.from(text)
  return (octets) =>
    (Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.length)).includes(sought)
}

/** Whether the words of the file stand in octets. */
export const isReadInto = seeking(lureWords)

/** Listens on this address, at any port. */
export async function openLure(address: string): Promise<Lure> {
  const fetched: string[] = []
  const server = createServer((request, response) => {
    fetched.push(request.url ?? '')
    response.end('<!ENTITY lure "lure">')
  })
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  server.unref()
  const { port } = server.address() as AddressInfo
  const directory = mkdtempSync(join(tmpdir(), 'mcx-lure-'))
  const file = join(directory, 'lure.txt')
  writeFileSync(file, lureWords)
  const url = `http://${address}:${port}/`
  return {
    url,
    isNamedIn: seeking(url),
    file: `file://${file}`,
    isFetched: (name) => fetched.some((path) => path.includes(name)),
    async close() {
      rmSync(directory, { recursive: true, force: true })
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
