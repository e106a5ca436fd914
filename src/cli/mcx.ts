#!/usr/bin/env node
import module from 'node:module'

// The next start is twice as fast: what was compiled is kept where temporary files are.
module.enableCompileCache?.()

// Who reads no further, such as `head`, is no fault: a run goes on and records.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (problem: NodeJS.ErrnoException) => {
    if (problem.code !== 'EPIPE') throw problem
  })

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  console.error(`mcx: Node.js ${process.versions.node} is too old; install 24 or later`)
  process.exitCode = 2
} else {
  const { program } = await import('./program.ts')
  await program().parseAsync(process.argv)
}
