import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Files of the repository, tracked or new but not ignored, with one of these endings; relative to the root. */
export const sourceFiles = (endings: readonly string[] = ['']): readonly string[] =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
    .split('\0')
    .filter((file) => file !== '' && endings.some((ending) => file.endsWith(ending)) && existsSync(join(root, file)))
    .toSorted()
