import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { allureResults } from './allure-results.ts'
import { captureFile } from './capture-file.ts'
import { junitXml } from './junit-xml.ts'
import { messagesText } from './messages-text.ts'
import { readEvents } from './read-events.ts'
import { reportHtml } from './report-html/page.ts'
import { resultsJson } from './results-json.ts'
import { createFold, type RunRecord } from './run-record.ts'
import { safeName, writeFolder, writeWhole } from './written-file.ts'

export const renderings = ['results', 'junit', 'allure', 'html', 'capture', 'messages'] as const
export type Rendering = (typeof renderings)[number]

/** What is rendered, beside the record in its directory. */
const renderedFiles = ['results.json', 'junit.xml', 'report.html', 'capture.pcapng'] as const
export const renderedFolders = ['allure-results', 'allure-report', 'cases'] as const

/** Takes away what was rendered of an earlier record, so that nothing of it passes for the next one's. */
export function clearRenderings(directory: string): void {
  for (const name of [...renderedFiles, ...renderedFolders])
    rmSync(join(directory, name), { recursive: true, force: true })
}

/** Reads the record in a directory, whatever became of the run. Throws when there is none. */
export async function readRun(directory: string): Promise<RunRecord> {
  const fold = createFold()
  for await (const event of readEvents(join(directory, 'events.ndjson'), (problem) => fold.problem(problem)))
    fold.add(event)
  return fold.record()
}

/** Makes the reports of a run from its record alone, into the same directory. Returns what the run came to. */
export async function renderRun(
  directory: string,
  which: readonly Rendering[] = renderings,
  read?: RunRecord,
): Promise<RunRecord> {
  const run = read ?? (await readRun(directory))
  for (const rendering of which) {
    switch (rendering) {
      case 'results':
        writeWhole(join(directory, 'results.json'), resultsJson(run))
        break
      case 'junit':
        writeWhole(join(directory, 'junit.xml'), junitXml(run))
        break
      case 'allure':
        writeFolder(join(directory, 'allure-results'), allureResults(run))
        break
      case 'html':
        writeWhole(join(directory, 'report.html'), reportHtml(run))
        break
      case 'capture':
        writeWhole(join(directory, 'capture.pcapng'), captureFile(run))
        break
      case 'messages':
        writeFolder(
          join(directory, 'cases'),
          run.cases.map((of) => ({ name: `${safeName(of.description.id)}.txt`, pieces: messagesText(of) })),
        )
        break
    }
  }
  return run
}
