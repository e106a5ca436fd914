import type { RunEvent } from '#verdict'
import { oneLine } from './read-configuration.ts'
import { openResults } from './results-directory.ts'

/** Where a run was recorded. */
export interface Ran {
  readonly directory: string
  /** Why the record is incomplete, if it is. */
  readonly recordFailure?: string
}

export interface Listener {
  /** Hears every event after it was recorded. */
  hear(event: RunEvent): void
  say(line: string): void
  /** Ends the run early when it is aborted; what was recorded stays. */
  readonly signal: AbortSignal
}

/** The record of a run while it is played. */
export interface Recording {
  readonly directory: string
  /** Milliseconds since 1970. */
  readonly started: number
  /** Milliseconds since the run began. */
  at(): number
  record(event: RunEvent): void
  /** Aborted by who listens, or because nothing more can be recorded. */
  readonly signal: AbortSignal
}

/** Plays with a record, which ends with how the playing ended, whatever happens to it. */
export async function recorded(
  what: 'run' | 'sweep',
  directory: string,
  listener: Listener,
  play: (recording: Recording) => Promise<void>,
): Promise<Ran> {
  const log = openResults(directory, listener.say)
  const began = performance.now()
  const at = (): number => performance.now() - began
  const unrecordable = new AbortController()
  const signal = AbortSignal.any([listener.signal, unrecordable.signal])
  const record = (event: RunEvent): void => {
    log.append(event)
    // What is not recorded is not shown either, and nothing more is played.
    if (log.failure) unrecordable.abort()
    else listener.hear(event)
  }
  let completed = false
  try {
    await play({ directory, started: Date.now(), at, record, signal })
    completed = !signal.aborted
  } catch (problem) {
    record({ event: 'note', at: at(), case: null, text: `the ${what} could not go on: ${oneLine(problem)}` })
    throw problem
  } finally {
    const reason = completed ? 'completed' : 'interrupted'
    record({ event: 'run-finished', at: at(), time: new Date().toISOString(), reason })
    log.close()
  }
  return { directory, ...(log.failure && { recordFailure: log.failure.text }) }
}
