import type { HttpRequest } from '#wire/http'
import type { Address } from '#transport'
import { ask } from './ask.ts'

/** Finds out, by a request of our own that queues like any other, that everything before it has been taken in. */
export interface OwnTurn {
  /** Whether a connection from this port is ours. */
  isOwn(port: number | undefined): boolean
  /** Resolves when a request sent from now on has had its turn. */
  reached(): Promise<void>
}

const request: HttpRequest = {
  kind: 'request',
  method: 'OPTIONS',
  target: '/',
  headers: [['Connection', 'close']],
  body: new Uint8Array(),
}

/** One request at a time, however many wait: one connection is accepted in a turn of the event loop (libuv 1.45). */
export function createOwnTurn(server: () => Address): OwnTurn {
  const ports = new Set<number>()
  let [running, next]: readonly (Promise<void> | undefined)[] = []
  async function go(): Promise<void> {
    next = undefined
    let own = 0
    running = ask(server(), request, ({ port }) => void ports.add((own = port))).then(() => void ports.delete(own))
    await running
    running = undefined
  }
  return {
    isOwn: (port) => port !== undefined && ports.has(port),
    reached: () => (running ? (next ??= running.then(go)) : go()),
  }
}
