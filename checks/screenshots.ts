import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openEventLog, renderRun } from '#report'
import { exampleRun } from '../src/report/example-run.ts'
import { openPage } from '../src/report/report-html/opened-page.testing.ts'

/**
 * Pictures of `report.html` for the documentation and for looking at: `node checks/screenshots.ts [directory]`, of
 * the run in the directory, or else of the example run. They go to `docs/images/`.
 */
const target = new URL('../docs/images/', import.meta.url).pathname
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

const looks = [
  { name: 'light', width: 1280, height: 900, colorScheme: 'light' },
  { name: 'dark', width: 1280, height: 900, colorScheme: 'dark' },
  { name: 'narrow', width: 390, height: 844, colorScheme: 'light' },
] as const

async function shoot(page: Page, look: string): Promise<void> {
  const save = async (name: string, whole = false): Promise<void> => {
    await page.screenshot({ path: join(target, `report-${name}-${look}.png`), fullPage: whole })
    console.log(`docs/images/report-${name}-${look}.png`)
  }
  await save('summary')
  if ((await page.locator('#coverage').count()) > 0) {
    await page.evaluate(`document.getElementById('coverage').scrollIntoView()`)
    await save('matrix')
  }
  // The list begins with what failed.
  await page.locator('table.cases tbody th a').first().click()
  await page.locator('.case h1').waitFor()
  await save('case', true)
}

const given = process.argv[2]
const directory = given ?? mkdtempSync(join(tmpdir(), 'mcx-report-'))
if (given === undefined) {
  const log = openEventLog(directory)
  for (const event of exampleRun()) log.append(event)
  log.close()
}
await renderRun(directory, ['html'])
mkdirSync(target, { recursive: true })
for (const { name, ...look } of looks) {
  const { page, close } = await openPage(executablePath, join(directory, 'report.html'), look)
  await shoot(page, name)
  await close()
}
if (given === undefined) rmSync(directory, { recursive: true })
