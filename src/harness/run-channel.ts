import { BroadcastChannel } from 'node:worker_threads'
import type { RunEvent } from '#verdict'

/**
 * From the thread that plays to the one that records. One writer owns the record; it writes an event before anybody
 * prints it.
 */
export type Signal = { readonly signal: 'event'; readonly event: RunEvent } | { readonly signal: 'done' }

const stop = 'stop'

/** The recording end. */
export function listenToRun(channel: string, hear: (signal: Signal) => void): { stop(): void; close(): void } {
  const line = new BroadcastChannel(channel)
  line.onmessage = (message) => hear((message as { readonly data: Signal }).data)
  return { stop: () => line.postMessage(stop), close: () => line.close() }
}

/** The playing end; `onStop` is called when no further case is to begin. */
export function speakOfRun(channel: string, onStop: () => void): { say(signal: Signal): void; close(): void } {
  const line = new BroadcastChannel(channel)
  line.onmessage = (message) => {
    if ((message as { readonly data: unknown }).data === stop) onStop()
  }
  return { say: (signal) => line.postMessage(signal), close: () => line.close() }
}
