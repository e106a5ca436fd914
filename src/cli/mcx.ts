#!/usr/bin/env node
import { startReference } from '#reference'
import { createConsole, renderRun } from '#report'
import { run } from '#harness'

const [, , verb, ...rest] = process.argv
if (verb === 'reference') {
  const i = rest.indexOf('--control')
  const [address, port] = (rest[i + 1] ?? '').split(':')
  const defects = rest.flatMap((word, at) => (word === '--defect' ? [rest[at + 1] ?? ''] : []))
  await startReference({ control: { address: address ?? '', port: Number(port) }, defects, say: console.log })
} else {
  const shown = createConsole({ out: process.stdout, now: () => performance.now() })
  const ran = await run({
    configuration: 'harness.config.ts',
    from: process.cwd(),
    overrides: {},
    selection: { ids: rest },
    hear: (event) => shown.event(event),
    say: console.error,
    signal: new AbortController().signal,
    replayPrefix: 'mcx run',
  })
  shown.end()
  await renderRun(ran.directory)
}
