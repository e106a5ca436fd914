import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createVitest, type Vitest } from 'vitest/node'
import type { RunEvent } from '#verdict'
import type { RunOrder } from './playing.ts'
import { oneLine, UsageError } from './read-configuration.ts'
import { listenToRun } from './run-channel.ts'

/** After so many milliseconds without a word the thread that plays has come to grief. */
const silent = 5000

/** Has the cases played by vitest in a thread of its own, and records what it tells until it has told everything. */
export async function playInThread(
  order: RunOrder,
  concurrency: number,
  signal: AbortSignal,
  record: (event: RunEvent) => void,
): Promise<void> {
  const playing = { heard: performance.now(), done: false }
  const line = listenToRun(order.channel, (told) => {
    playing.heard = performance.now()
    if (told.signal === 'event') record(told.event)
    else playing.done = true
  })
  // Said again and again: the thread may not listen yet.
  let insist: NodeJS.Timeout | undefined
  const stop = (): void => {
    insist ??= setInterval(line.stop, 50)
  }
  signal.addEventListener('abort', stop, { once: true })
  const failures: string[] = []
  let vitest: Vitest | undefined
  try {
    vitest = await withoutSignalHandlers(() => vitestFor(order, concurrency, failures))
    await vitest.start()
    const [problem] = failures
    if (problem !== undefined) throw new UsageError(oneLine(problem))
    // The other thread may be far ahead of what was recorded.
    while (!playing.done && performance.now() < playing.heard + silent) await setTimeout(10)
  } finally {
    clearInterval(insist)
    signal.removeEventListener('abort', stop)
    await vitest?.close()
    line.close()
  }
}

const vitestFor = (order: RunOrder, concurrency: number, failures: string[]): Promise<Vitest> =>
  createVitest(
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
  )

/** vitest ends the process at once on Ctrl-C; here it only ends the run, which then is summed up. */
async function withoutSignalHandlers<T>(open: () => Promise<T>): Promise<T> {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]))
  const opened = await open()
  for (const signal of signals)
    for (const listener of process.listeners(signal))
      if (!before.get(signal)?.includes(listener)) process.off(signal, listener)
  return opened
}
