#!/usr/bin/env node
import module from 'node:module'

// The next start is twice as fast: what was compiled is kept where temporary files are.
module.enableCompileCache?.()

// Who reads no further, such as `head`, is no fault, and a run goes on and records; a disk that is full is one.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || failed) return
    failed = true
    console.error(`mcx: the output cannot be written: ${code}`)
  })
let failed = false
process.once('exit', (code) => {
  if (failed && code === 0) process.exitCode = 3
})

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  console.error(`mcx: Node.js ${process.versions.node} is too old; install 24 or later`)
  process.exitCode = 2
} else {
  const { program } = await import('./program.ts')
  await program().parseAsync(process.argv)
}
