import { Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Vitest } from 'vitest/node'
import type { RunEvent } from '#verdict'
import type { RunOrder } from './playing.ts'
import { oneLine, UsageError } from './read-configuration.ts'
import { listenToRun } from './run-channel.ts'

/** After so many milliseconds without a word the thread that plays has come to grief. */
const silent = 5000

/** Plays the cases by vitest in a thread of its own. It is made ready while the systems under test are. */
export interface PlayingThread {
  /** Has the cases played and what the thread tells recorded, until it has told everything. */
  play(signal: AbortSignal): Promise<void>
  /** Without a case played, if none was yet. */
  close(): Promise<void>
}

export function openPlayingThread(
  order: RunOrder,
  concurrency: number,
  record: (event: RunEvent) => void,
): PlayingThread {
  const playing = { heard: performance.now(), done: false }
  const ready = Promise.withResolvers<void>()
  const line = listenToRun(order.channel, (told) => {
    playing.heard = performance.now()
    if (told.signal === 'events') told.events.forEach(record)
    else if (told.signal === 'ready') ready.resolve()
    else playing.done = true
  })
  const failures: string[] = []
  const opened = withoutSignalHandlers(() => vitestFor(order, concurrency, failures))
  const ended = opened.then((vitest) => vitest.start())
  // Whoever waits hears of it; nobody may be waiting yet.
  ended.catch(() => {})

  return {
    async play(signal) {
      await Promise.race([ready.promise, ended])
      const stop = (): void => line.command('stop')
      signal.addEventListener('abort', stop, { once: true })
      line.command(signal.aborted ? 'stop' : 'play')
      await ended
      signal.removeEventListener('abort', stop)
      const [problem] = failures
      if (problem !== undefined) throw new UsageError(oneLine(problem))
      // The other thread may be far ahead of what was recorded.
      while (!playing.done && performance.now() < playing.heard + silent) await setTimeout(10)
    },
    async close() {
      await Promise.race([ready.promise, ended]).catch(() => {})
      line.command('stop')
      await ended.catch(() => {})
      await (await opened).close()
      line.close()
    },
  }
}

async function vitestFor(order: RunOrder, concurrency: number, failures: string[]): Promise<Vitest> {
  // Nothing but a run needs it, and it takes longest to load.
  const { createVitest } = await import('vitest/node')
  return createVitest(
    'test',
    {
      root: fileURLToPath(new URL('.', import.meta.url)),
      // Not the declarations that stand beside it in the package.
      include: [import.meta.url.endsWith('.ts') ? 'conformance.run.ts' : 'conformance.run.js'],
      config: false,
      // Nothing is written beside the sources, which may stand where nobody may write.
      cache: false,
      watch: false,
      pool: 'threads',
      isolate: false,
      fileParallelism: false,
      maxConcurrency: concurrency,
      provide: { run: order },
      reporters: [
        {
          onTestModuleEnd(module) {
            failures.push(...module.errors().map((error) => error.message))
          },
        },
      ],
      passWithNoTests: true,
      server: { deps: { external: [/./] } },
    },
    { logLevel: 'silent' },
    { stdout: aside(), stderr: aside() },
  )
}

/**
 * What the thread may print is for the side: standard output is the run's. It never refuses either, while vitest would
 * wait for ever for a terminal that is gone.
 */
const aside = (): Writable =>
  new Writable({
    write(octets: Buffer, _, done) {
      if (process.stderr.writable) process.stderr.write(octets)
      done()
    },
  })

/**
 * vitest ends the process at once on Ctrl-C; here it only ends the run, which then is summed up. Its handlers are taken
 * off before any signal can come between.
 */
async function withoutSignalHandlers<T>(open: () => Promise<T>): Promise<T> {
  const takeOff = (signal: string | symbol, handler: (...args: unknown[]) => void): void => {
    if (signal === 'SIGINT' || signal === 'SIGTERM') queueMicrotask(() => process.off(signal, handler))
  }
  process.on('newListener', takeOff)
  try {
    return await open()
  } finally {
    process.off('newListener', takeOff)
  }
}
