import { BroadcastChannel } from 'node:worker_threads'
import type { RunEvent } from '#verdict'

/**
 * From the thread that plays to the one that records. One writer owns the record; it writes an event before anybody
 * prints it.
 */
export type Signal = { readonly signal: 'event'; readonly event: RunEvent } | { readonly signal: 'done' }

export function listenToRun(channel: string, hear: (signal: Signal) => void): { close(): void } {
  const line = new BroadcastChannel(channel)
  line.onmessage = (message) => hear((message as { readonly data: Signal }).data)
  return line
}

export function speakOfRun(channel: string): { say(signal: Signal): void; close(): void } {
  const line = new BroadcastChannel(channel)
  return { say: (signal) => line.postMessage(signal), close: () => line.close() }
}
