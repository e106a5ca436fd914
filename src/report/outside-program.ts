import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * For tests that show a report to a program of others: where the program is. When it is missing the test is skipped
 * with the reason, except under continuous integration, where it must be there.
 */
export function outsideProgram(
  name: string,
  from = process.env.PATH ?? '',
): { path: string; missing: boolean; reason: string } {
  const path = from
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((candidate) => existsSync(candidate))
  const missing = path === undefined && process.env.CI !== 'true'
  return { path: path ?? name, missing, reason: missing ? ` (skipped: ${name} is not installed)` : '' }
}
