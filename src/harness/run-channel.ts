import { BroadcastChannel } from 'node:worker_threads'
import type { RunEvent } from '#verdict'

/**
 * From the thread that plays to the one that records. One writer owns the record; it writes an event before anybody
 * prints it. The thread is `ready` when it hears commands.
 */
export type Signal =
  | { readonly signal: 'ready' }
  | { readonly signal: 'events'; readonly events: readonly RunEvent[] }
  | { readonly signal: 'done' }

/** `play` once the systems under test are prepared; `stop` when no further case is to begin. */
export type Command = 'play' | 'stop'

/** The recording end. */
export function listenToRun(
  channel: string,
  hear: (signal: Signal) => void,
): { command(what: Command): void; close(): void } {
  const line = new BroadcastChannel(channel)
  line.onmessage = (message) => hear((message as { readonly data: Signal }).data)
  return { command: (what) => line.postMessage(what), close: () => line.close() }
}

/** The playing end. Each message between threads costs as much as a SIP message: events of one turn go together. */
export function speakOfRun(
  channel: string,
  obey: (what: Command) => void,
): { say(signal: 'ready' | 'done'): void; tell(event: RunEvent): void; close(): void } {
  let events: RunEvent[] = []
  const flush = (): void => {
    if (events.length === 0) return
    line.postMessage({ signal: 'events', events } satisfies Signal)
    events = []
  }
  const line = new BroadcastChannel(channel)
  line.onmessage = (message) => {
    const { data } = message as { readonly data: unknown }
    if (data === 'play' || data === 'stop') obey(data)
  }
  return {
    say(signal) {
      flush()
      line.postMessage({ signal } satisfies Signal)
    },
    tell(event) {
      if (events.push(event) === 1) setImmediate(flush)
    },
    close() {
      flush()
      line.close()
    },
  }
}
