import { BroadcastChannel } from 'node:worker_threads'
import type { RunEvent } from '#verdict'

/**
 * From the thread that plays to the one that records. One writer owns the record; it writes an event before anybody
 * prints it. The thread is `ready` when it hears commands.
 */
export type Signal =
  { readonly signal: 'ready' } | { readonly signal: 'event'; readonly event: RunEvent } | { readonly signal: 'done' }

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

/** The playing end. */
export function speakOfRun(
  channel: string,
  obey: (what: Command) => void,
): { say(signal: Signal): void; close(): void } {
  const line = new BroadcastChannel(channel)
  line.onmessage = (message) => {
    const { data } = message as { readonly data: unknown }
    if (data === 'play' || data === 'stop') obey(data)
  }
  return { say: (signal) => line.postMessage(signal), close: () => line.close() }
}
