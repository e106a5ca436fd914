import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { importsOf } from './imports-of.ts'
import { layerOf, refusal } from './layer-refusal.ts'
import { layers } from './layer-table.ts'
import { sourceFiles, root } from './source-files.ts'

// Every import of every file is held against the layer table. It reads text and asks no compiler.

const problems = sourceFiles(['.ts']).flatMap((file) => {
  const layer = layerOf(file)
  if (!layer) return [`${file}: its folder stands in no row of checks/layer-table.ts; give it one`]
  return importsOf(readFileSync(join(root, file), 'utf8')).flatMap((one) => {
    const allowed = refusal(file, layer, one)
    return allowed === undefined
      ? []
      : [`${file}:${one.line}: imports ${one.specifier}, which ${layer.folder} may not; allowed: ${allowed}`]
  })
})

for (const problem of problems) console.error(problem)
if (problems.length > 0) console.error('\nThe table is checks/layer-table.ts; ARCHITECTURE.md says why.')
else console.log(`${layers.length} layers hold`)
process.exitCode = problems.length > 0 ? 1 : 0
