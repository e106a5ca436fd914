import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderAllureReport, withoutNetwork } from './allure-report.ts'
import { openEventLog } from './event-log.ts'
import { exampleRun } from './example-run.ts'
import { outsideProgram } from './outside-program.ts'
import { openPage } from './report-html/opened-page.testing.ts'
import { renderRun } from './render-run.ts'

const directory = mkdtempSync(join(tmpdir(), 'mcx-allure-'))
beforeAll(async () => {
  const log = openEventLog(directory)
  const hostile = '<script>alert(1)</script><img src="http://203.0.113.1/x.png" onerror=alert(2)>'
  for (const event of exampleRun({ cases: 12, hostile })) log.append(event)
  log.close()
  await renderRun(directory, ['allure'])
})
afterAll(() => rmSync(directory, { recursive: true }))

describe('withoutNetwork', () => {
  test('takes out what would ask a host, and leaves the rest', () => {
    const page = withoutNetwork(
      `<html><head><link rel="stylesheet" href="https://fonts.example/f.css"><style>@import url(//x.example/a.css);b{}</style></head><body>
<script src="data:text/javascript;base64,AA"></script><script async src="https://www.googletagmanager.com/gtag/js?id=G"></script>
<script>window.app = 1</script><script>function gtag(){} gtag('js', new Date());</script></body></html>`,
    )
    expect(page).not.toMatch(/googletagmanager|gtag|fonts\.example|x\.example/)
    expect(page).toContain('window.app = 1')
    expect(page).toContain('data:text/javascript;base64,AA')
    expect(page).toContain("default-src 'none'")
  })
})

const chromium = outsideProgram('chromium')
const java = outsideProgram('java')

describe.each([
  ['allure', chromium.missing, chromium.reason],
  ['allure-commandline', chromium.missing || java.missing, chromium.reason || java.reason],
] as const)('%s', (generator, missing, reason) => {
  test.skipIf(missing)(
    `opens the results, asks no host, runs no script from outside${reason}`,
    { timeout: 120_000 },
    async () => {
      const path = await renderAllureReport(directory, generator)
      expect(readFileSync(path, 'utf8')).not.toMatch(/googletagmanager|google-analytics|gtag\(/)
      const { page, requests, alarms, close } = await openPage(chromium.path, path)
      await page.getByText('migration/service-authorization').first().waitFor()
      expect(await page.getByText('migration/service-authorization').count()).toBeGreaterThan(0)
      // The case whose name holds the script, opened.
      await page.waitForTimeout(500)
      expect(alarms).toEqual([])
      expect(requests.filter((address) => !/^(file|data|blob):/.test(address))).toEqual([])
      await close()
    },
  )
})

test('says what is missing', async () => {
  await expect(renderAllureReport(join(directory, 'nowhere'))).rejects.toThrow('render the run first')
})
