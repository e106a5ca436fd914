import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { RunEvent } from '#verdict'
import { exampleRun } from '../example-run.ts'
import { outsideProgram } from '../outside-program.ts'
import { foldRun } from '../run-record.ts'
import { html } from './html.ts'
import { openPage } from './opened-page.testing.ts'
import { pageScript, reportHtml } from './page.ts'

const directory = mkdtempSync(join(tmpdir(), 'mcx-page-'))
afterAll(() => rmSync(directory, { recursive: true }))

const rendered = (events: Iterable<RunEvent>): string => [...reportHtml(foldRun(events))].join('')

const hostile = `</script><script>alert(1)</script><img src="http://203.0.113.1/x.png" onerror="alert(2)">"'\`&lt;\u0000\u001b[2J\u202e{{constructor.constructor('alert(3)')()}}`

describe('report.html as text', () => {
  test('same events, same page', () => {
    const events = [...exampleRun({ cases: 12 })]
    expect(rendered(events)).toBe(rendered(events))
  })

  test('template values are escaped', () => {
    expect(html`<i title="${'"><b>'}">${'<script>'}${3}${undefined}${[html`<b>x</b>`, '&']}</i>`.markup).toBe(
      '<i title="&quot;&gt;&lt;b&gt;">&lt;script&gt;3<b>x</b>&amp;</i>',
    )
    expect(html`${'x'.repeat(5000)}`.markup).toContain('(5000 characters, cut)')
  })

  test('what is found twice in a case is seen in one case', () => {
    const events = [...exampleRun({ cases: 60 })]
    const at = events.findIndex((event) => event.event === 'finding')
    const found = events[at]
    if (found?.event !== 'finding') throw new Error('the example has no finding')
    const alone: RunEvent = { ...found, finding: { ...found.finding, requirement: 'nobody else breaks this' } }
    const page = rendered(events.toSpliced(at, 1, alone, alone, alone))
    const article = page.slice(page.indexOf('nobody else breaks this'))
    expect(article.slice(0, article.indexOf('</article>'))).toContain('<span>1 case</span>')
  })

  test('the policy lets the one script run and nothing else', () => {
    const page = rendered(exampleRun({ cases: 12, hostile }))
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'")
    const digest = createHash('sha256').update(pageScript()).digest('base64')
    expect(policy).toContain(`default-src 'none'; script-src 'sha256-${digest}'; style-src 'unsafe-inline'`)
    expect(page.match(/<script/g)).toHaveLength(
      (page.match(/<script type="application\/octet-stream"/g) ?? []).length + 1,
    )
  })

  test('names no host and loads nothing', () => {
    const page = rendered(exampleRun({ cases: 12 }))
    expect(page.match(/<(link|iframe|object|embed|base|img|audio|video)\b/g)).toBeNull()
    expect(page.match(/\b(src|srcset|action)=/g)).toBeNull()
    expect(page.match(/@import|url\(/g)).toBeNull()
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href ?? '')
    expect(links.filter((href) => !href.startsWith('#'))).toEqual([])
  })

  test('a run without a beginning, without cases, without anything still renders', () => {
    expect(rendered([])).toContain('Nothing was judged.')
    expect(rendered([...exampleRun({ cases: 12 })].slice(1))).toContain('lost its beginning')
  })
})

const browser = outsideProgram('chromium')

const open = async (events: Iterable<RunEvent>, look = {}) => {
  const path = join(directory, 'report.html')
  writeFileSync(path, rendered(events))
  return openPage(browser.path, path, look)
}

describe.skipIf(browser.missing)(`report.html in a browser${browser.reason}`, { timeout: 60_000 }, () => {
  test('what a system under test wrote is text, never script, and no host is asked', async () => {
    const { page, requests, alarms, close } = await open(exampleRun({ cases: 24, hostile }))
    expect(await page.locator('body').innerText()).toContain('<script>alert(1)</script>')
    for (const verdict of ['fail', 'error', 'pass']) {
      const href = await page.locator(`tr[data-verdict=${verdict}] th a`).first().getAttribute('href')
      await page.evaluate(`location.hash = ${JSON.stringify(href)}`)
      await page.locator('.case h1').waitFor()
      await page.waitForFunction(`document.querySelector('.overall')?.textContent.includes('${verdict}')`)
      await page.evaluate(`for (const details of document.querySelectorAll('.case details')) details.open = true`)
      await page.locator('.octets').first().waitFor()
      expect(await page.locator('.case').innerText()).toContain('<script>alert(1)</script>')
      expect(await page.locator('.octets').first().innerText()).toContain('<script>alert(1)</script>')
    }
    expect(await page.locator('.case script, .case img, main img, main script').count()).toBe(0)
    expect(alarms).toEqual([])
    expect(requests.filter((address) => !address.startsWith('file:'))).toEqual([])
    await close()
  })

  test('a failed case shows the step, the missing arrow, the field and the octets', async () => {
    const { page, alarms, close } = await open(exampleRun({ cases: 24 }))
    await page.locator('tr[data-verdict=fail] th a', { hasText: 'two-users' }).first().click()
    await page.locator('.case h1').waitFor()
    expect(await page.locator('.drawing g.diverged').innerHTML()).toContain('not as required')
    expect(await page.locator('.ladder .tested').count()).toBe(1)
    expect(await page.locator('tr.different').innerText()).toContain('sip:bob@primary.example')
    expect(await page.locator('.octets mark').first().innerText()).toBe('sip:bob@primary.example')
    const marked = page.locator('.message', { has: page.locator('mark') })
    await marked.getByRole('button', { name: 'Hex' }).click()
    expect(await marked.locator('.hexadecimal mark').first().innerText()).toMatch(/^([0-9a-f]{2} ?)+$/)
    await page.getByRole('link', { name: 'All cases' }).click()
    await page.locator('tr[data-verdict=fail] th a', { hasText: 'slow' }).first().click()
    await page.locator('.drawing g.missing').first().waitFor()
    expect(await page.locator('.drawing g.missing').innerHTML()).toContain('missing')
    expect(await page.locator('.case .replay code').innerText()).toContain('mcx replay')
    expect(alarms).toEqual([])
    await close()
  })

  test('media is drawn by path, with its gaps and marks, and stands in figures', async () => {
    const events = [...exampleRun({ cases: 12 })]
    const media = events.find((event) => event.event === 'media')
    if (media?.event !== 'media') throw new Error('the example has no media')
    const { page, alarms, close } = await open(events)
    await page.locator(`tr[data-id="${media.case}"] th a`).click()
    const picture = page.locator('.drawing svg.media')
    await picture.waitFor()
    expect(await picture.locator('.lane').count()).toBe(2)
    expect(await picture.locator('rect.span').count()).toBe(4)
    expect(await picture.locator('text.gap').innerHTML()).toBe('340 ms')
    expect(await page.locator('.marks li').first().innerText()).toBe('call continuity request, at 400 ms')
    expect(await page.locator('table.figures tbody tr').nth(1).innerText()).toMatch(/99\s+99\s+0\s+20\s+1\s+22 ms/)
    expect(alarms).toEqual([])
    await close()
  })

  test('a message that a finding speaks of and no step took is drawn', async () => {
    const events = [...exampleRun({ cases: 12 })]
    const first = events.find((event) => event.event === 'message' && event.direction === 'received')
    if (first?.event !== 'message') throw new Error('the example has no received message')
    const stranger: RunEvent = { ...first, seq: 9999, summary: 'INVITE nobody expected', phase: 'body' }
    const found = events.find((event) => event.event === 'finding')
    if (found?.event !== 'finding') throw new Error('the example has no finding')
    const finding: RunEvent = { ...found, case: first.case ?? '', finding: { ...found.finding, messages: [9999] } }
    const { page, close } = await open([...events, stranger, finding])
    await page.locator(`tr[data-id="${first.case}"] th a`).click()
    await page.locator('.drawing g.unexpected').waitFor()
    expect(await page.locator('.drawing g.unexpected').innerHTML()).toContain('INVITE nobody')
    await close()
  })

  test('search, filters, numbers and the matrix narrow the list', async () => {
    const { page, alarms, close } = await open(exampleRun({ cases: 60 }))
    const rows = page.locator('table.cases tbody tr:visible')
    expect(await rows.count()).toBe(60)
    await page.locator('#search').fill('retransmission-that-is-not-there')
    expect(await rows.count()).toBe(0)
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => rows.count()).toBe(60)
    await page.locator('.counts a[data-verdict=fail]').click()
    expect(await rows.count()).toBe(10)
    await page.locator('select[name=role]').selectOption('primaryServer')
    expect(await rows.count()).toBe(2)
    await page.locator('select[name=transport]').selectOption('udp')
    expect(await page.locator('.shown').innerText()).toBe('2 of 60 cases')
    await page.locator('[data-cover="4:primaryServer"]').click()
    await expect.poll(() => rows.count()).toBe(12)
    await page.keyboard.press('/')
    expect(await page.evaluate('document.activeElement.id')).toBe('search')
    expect(alarms).toEqual([])
    await close()
  })

  test('without scripts the summary, the findings and the list are there', async () => {
    const { page, close } = await open(exampleRun({ cases: 24 }), { javaScriptEnabled: false })
    expect(await page.locator('.outcome').isVisible()).toBe(true)
    expect(await page.locator('.finding:visible').count()).toBeGreaterThan(3)
    expect(await page.locator('table.cases tbody tr:visible').count()).toBe(24)
    expect(await page.locator('.filters').isVisible()).toBe(false)
    expect(await page.locator('.noscript').isVisible()).toBe(true)
    await close()
  })

  test('printing shows every case that did not pass', async () => {
    const { page, close } = await open(exampleRun({ cases: 24 }))
    await page.waitForTimeout(500)
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#printed .case:visible').count()).toBe(8)
    expect(await page.locator('.top').isVisible()).toBe(false)
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`)
    expect(await page.locator('#printed .case').count()).toBe(0)
    await close()
  })

  test('a narrow screen needs no sideways scrolling', async () => {
    const { page, close } = await open(exampleRun({ cases: 24, hostile: 'w'.repeat(300) }), { width: 360 })
    const overflow = () => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    expect(await overflow()).toBeLessThanOrEqual(0)
    await page.locator('tr[data-verdict=fail] th a').first().click()
    await page.locator('.case h1').waitFor()
    expect(await overflow()).toBeLessThanOrEqual(0)
    await close()
  })

  test('a thousand cases of eleven steps open at once', async () => {
    const { page, alarms, close } = await open(exampleRun({ cases: 1000 }))
    // As the browser counts it, from asking for the file to having run the script.
    const opened = await page.evaluate<number>(`performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd`)
    expect(opened).toBeLessThan(5000)
    await page.locator('tr[data-verdict=fail] th a').last().click()
    await page.locator('.case h1').waitFor()
    expect(alarms).toEqual([])
    await close()
  })
})
