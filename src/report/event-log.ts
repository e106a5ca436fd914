import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from '#verdict'

/** Why nothing more can be recorded. What was appended before stays readable. */
export interface LogFailure {
  /** The system's code, for example `ENOSPC`. */
  readonly code: string
  /** One line: what happened, what is kept, what to do. */
  readonly text: string
}

export interface EventLog {
  readonly path: string
  /** Writes one line at once. After a failure it does nothing. */
  append(event: RunEvent): void
  /** The same of lines that are written already, each with its end. */
  appendLines(lines: string): void
  close(): void
  /** The failure that ended the record, if one did. */
  readonly failure: LogFailure | undefined
}

/** The octets go to the kernel before this returns, so that only a crash of the machine can lose them. */
type WriteOctets = (descriptor: number, octets: Uint8Array) => number

/** The record of a run, and that of the run before it. */
export const recordFiles = ['events.ndjson', 'events.previous.ndjson'] as const

/** The record before is set aside as `events.previous.ndjson`; only the last one, so that a disk does not fill up. */
function setAside(directory: string): void {
  const [current, previous] = recordFiles
  if (existsSync(join(directory, current))) renameSync(join(directory, current), join(directory, previous))
}

/**
 * Opens `events.ndjson` in a directory, which is made when it is not there. Each event is one line, written whole when it happens. When the
 * disk refuses, `failed` is called once, the torn line is taken back and the run may go on unrecorded.
 */
export function openEventLog(
  directory: string,
  failed: (failure: LogFailure) => void = () => {},
  write: WriteOctets = (descriptor, octets) => writeSync(descriptor, octets),
): EventLog {
  mkdirSync(directory, { recursive: true })
  setAside(directory)
  const path = join(directory, 'events.ndjson')
  const descriptor = openSync(path, 'ax')
  let whole = 0
  let failure: LogFailure | undefined
  let closed = false

  const fail = (problem: unknown): void => {
    const code = (problem as NodeJS.ErrnoException).code ?? 'EIO'
    try {
      ftruncateSync(descriptor, whole)
    } catch {
      // The reader leaves a torn last line out.
    }
    failure = {
      code,
      text: `cannot append to ${path}: ${code === 'ENOSPC' ? 'no space left on the device' : code}; the ${whole} octets recorded so far are kept, free some space and run again`,
    }
    failed(failure)
  }

  function appendLines(lines: string): void {
    if (failure || closed) return
    const octets = Buffer.from(lines)
    try {
      for (let done = 0; done < octets.length;) done += write(descriptor, octets.subarray(done))
      whole += octets.length
    } catch (problem) {
      fail(problem)
    }
  }

  return {
    path,
    get failure() {
      return failure
    },
    append: (event) => appendLines(`${JSON.stringify(event)}\n`),
    appendLines,
    close() {
      if (closed) return
      closed = true
      closeSync(descriptor)
    },
  }
}
