import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'

export interface OpenedPage {
  readonly page: Page
  /** Every address the page asked for. */
  readonly requests: readonly string[]
  /** Dialogs and errors of scripts: both mean that something ran that should not have, or did not as it should. */
  readonly alarms: readonly string[]
  readonly close: () => Promise<void>
}

export interface Look {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
  readonly javaScriptEnabled?: boolean
}

/** Switches that keep a browser from asking anyone anything by itself. */
const parameters = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Opens a file in Chromium with the network cut off, and watches what it tries. For tests and pictures. */
export async function openPage(executablePath: string, path: string, look: Look = {}): Promise<OpenedPage> {
  const browser = await chromium.launch({ executablePath, args: parameters })
  const { width = 1280, height = 900, colorScheme = 'light', javaScriptEnabled = true } = look
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    javaScriptEnabled,
    reducedMotion: 'reduce',
    offline: true,
  })
  const page = await context.newPage()
  const requests: string[] = []
  const alarms: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  page.on('pageerror', (error) => alarms.push(error.message))
  page.on('dialog', (dialog) => {
    alarms.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(pathToFileURL(path).href)
  return { page, requests, alarms, close: () => browser.close() }
}
