import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { openEventLog, renderRun } from '#report'
import { exampleRun } from '../src/report/example-run.ts'

/**
 * Pictures of `report.html` for the documentation and for looking at: `node checks/screenshots.ts [directory]`, of
 * the run in the directory, or else of the example run. They go to `docs/images/`.
 */
const target = new URL('../docs/images/', import.meta.url).pathname
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const parameters = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

interface Look {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}

const looks: readonly Look[] = [
  { name: 'light', width: 1280, height: 900, colorScheme: 'light' },
  { name: 'dark', width: 1280, height: 900, colorScheme: 'dark' },
  { name: 'narrow', width: 390, height: 844, colorScheme: 'light' },
]

async function shoot(page: Page, address: string, look: Look): Promise<void> {
  const save = async (name: string, whole = false): Promise<void> => {
    await page.screenshot({ path: join(target, `report-${name}-${look.name}.png`), fullPage: whole })
    console.log(`docs/images/report-${name}-${look.name}.png`)
  }
  await page.goto(address)
  await save('summary')
  const coverage = page.locator('#coverage')
  if ((await coverage.count()) > 0) {
    await coverage.scrollIntoViewIfNeeded()
    await coverage.evaluate((section) => section.scrollIntoView({ behavior: 'instant' }))
    await save('matrix')
  }
  const row = page.locator('tr[data-verdict="fail"], tr[data-verdict="inconclusive"], tr').locator('th a').first()
  await page.goto(`${address}${await row.getAttribute('href')}`)
  await page.reload()
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
const browser = await chromium.launch({ executablePath, args: parameters })
for (const look of looks) {
  const { name: _, width, height, colorScheme } = look
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' })
  await shoot(await context.newPage(), pathToFileURL(join(directory, 'report.html')).href, look)
  await context.close()
}
await browser.close()
if (given === undefined) rmSync(directory, { recursive: true })
