import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Name, version and a digest over every source file, so that a report says exactly what judged. */
export function toolIdentity(): { readonly name: string; readonly version: string; readonly digest: string } {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string
    version: string
  }
  const hash = createHash('sha256')
  for (const folder of ['src', 'suites'])
    for (const file of filesUnder(join(root, folder)))
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file))
  return { name, version, digest: hash.digest('hex') }
}

function filesUnder(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|js|xsd|css)$/.test(entry.name) && !entry.name.includes('.test.'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
  } catch {
    return []
  }
}
