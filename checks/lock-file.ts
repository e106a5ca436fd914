import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './source-files.ts'

// `npm ci` refuses a lock file that lacks a package another one names as optional, which happens when a registry did not
// have the build of another platform yet on the day of the update. Then a fresh clone cannot be installed anywhere.

interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'))
const { packages } = read('package-lock.json') as { readonly packages: Readonly<Record<string, Locked>> }
const manifest = read('package.json') as Locked

/** Whether a package finds another in its own folder or in one above. */
function finds(from: string, name: string): boolean {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    if (`${place === '' ? '' : `${place}/`}node_modules/${name}` in packages) return true
    if (place === '') return false
  }
}

const problems = Object.entries(packages).flatMap(([place, locked]) => [
  ...Object.keys(locked.optionalDependencies ?? {})
    .filter((name) => !finds(place, name))
    .map((name) => `${place} names ${name}, which is not locked; take the newest version of it that has all platforms`),
  ...(place !== '' && locked.link !== true && (locked.version === undefined || locked.integrity === undefined)
    ? [`${place} is locked without version or digest`]
    : []),
])
for (const kind of ['dependencies', 'devDependencies'] as const)
  if (JSON.stringify(manifest[kind]) !== JSON.stringify(packages['']?.[kind]))
    problems.push(`${kind} of package.json are not those of package-lock.json; run npm install`)

for (const problem of problems) console.error(`package-lock.json: ${problem}`)
if (problems.length === 0) console.log(`${Object.keys(packages).length} packages are locked, for every platform`)
process.exitCode = problems.length > 0 ? 1 : 0
