import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { clearRenderings, openEventLog, recordFiles, renderedFolders, type EventLog } from '#report'
import { fileProblem } from './file-problem.ts'
import { UsageError } from './read-configuration.ts'

/** Makes the directory for results where there is none, takes away what an earlier run left to read, and opens the record. */
export function openResults(directory: string, failed: (line: string) => void): EventLog {
  try {
    makeDirectory(directory)
  } catch (problem) {
    throw new UsageError(`out: ${directory} cannot be made (${fileProblem(problem)}); choose another with --out`)
  }
  // Rendering empties these folders: they must be ours.
  const ours = recordFiles.some((name) => existsSync(join(directory, name)))
  const foreign = renderedFolders.find((name) => existsSync(join(directory, name)))
  if (foreign !== undefined && !ours)
    throw new UsageError(`out: ${directory} has a folder ${foreign} that no run made; choose another with --out`)
  try {
    if (ours) clearRenderings(directory)
    return openEventLog(directory, (failure) => failed(failure.text))
  } catch (problem) {
    throw new UsageError(`out: ${directory} cannot be written (${fileProblem(problem)}); choose another with --out`)
  }
}

/** One level after the other: mkdir with `recursive` never returns where the parent is there and refuses (nodejs/node). */
function makeDirectory(directory: string): void {
  const found = statSync(directory, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) return
  if (found === undefined && dirname(directory) !== directory) makeDirectory(dirname(directory))
  mkdirSync(directory)
}
